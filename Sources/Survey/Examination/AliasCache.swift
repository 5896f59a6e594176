internal import Evidence
internal import Loop
internal import Resolve

/// What is known of MX hosts as aliases. Thousands of domains name the same few MX hosts: each
/// is asked about once, also when many ask at the same time.
///
/// One for each reactor and on its loop's thread, where asking costs 0.2 µs; with K reactors a
/// host is looked up at most K times.
actor AliasCache {
    private let loop: Loop
    private let capacity: Int
    private var known: [String: String?] = [:]
    /// Keys of `known` in the order they came.
    private var order = Fifo<String>()
    private var asking: [String: [CheckedContinuation<String?, Never>]] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(loop: Loop, capacity: Int = 2_000) {
        self.loop = loop
        self.capacity = max(1, capacity)
    }

    /// The CNAME target of `host`; nil when it has none, and when that could not be found out
    /// (then the next domain asks again).
    func target(
        of host: String, ask: @Sendable () async throws -> Resolution<String>
    ) async rethrows -> (alias: String?, queries: Int) {
        if let alias = known[host] { return (alias, 0) }
        if asking[host] != nil {
            let alias = await withCheckedContinuation { asking[host]?.append($0) }
            return (alias, 0)
        }
        asking[host] = []
        var alias: String?
        // Those who wait are answered whatever happens, cancellation of this task included.
        defer { finish(host, alias) }
        let resolution = try await ask()
        alias = resolution.lookup.found
        if resolution.lookup.failure == nil { remember(alias, of: host) }
        return (alias, resolution.queries)
    }

    private func finish(_ host: String, _ alias: String?) {
        for continuation in asking.removeValue(forKey: host) ?? [] {
            continuation.resume(returning: alias)
        }
    }

    private func remember(_ alias: String?, of host: String) {
        if known.count >= capacity, let oldest = order.popFirst() { known[oldest] = nil }
        known.updateValue(alias, forKey: host)
        order.append(host)
    }
}
