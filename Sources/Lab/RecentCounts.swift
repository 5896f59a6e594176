internal import Loop

/// Counts per name, shared by threads; bounded: names not met lately are forgotten beyond some
/// 65,000.
final class RecentCounts: Sendable {
    private let counts = Lock(RecentTable<String, Int>(capacity: 32_768))

    subscript(name: String) -> Int {
        counts.withLock { $0[name] ?? 0 }
    }

    /// - Returns: the count before this one.
    func add(_ name: String) -> Int {
        counts.withLock { counts in
            let before = counts[name] ?? 0
            counts[name] = before + 1
            return before
        }
    }
}
