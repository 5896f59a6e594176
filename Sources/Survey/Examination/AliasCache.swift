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
    private var asking: [String: [CheckedContinuation<Answer, Never>]] = [:]

    struct Answer: Sendable {
        /// The CNAME target; nil when there is none, and when that is not known.
        var alias: String?
        /// False when it could not be found out.
        var isKnown: Bool
        /// Sent for this answer; 0 for one that another asked for.
        var queries = 0
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(loop: Loop, capacity: Int = 2_000) {
        self.loop = loop
        self.capacity = max(1, capacity)
    }

    /// The CNAME target of `host`. Where it cannot be found out the next domain asks again.
    func target(
        of host: String, ask: @Sendable () async throws -> Resolution<String>
    ) async rethrows -> Answer {
        if let alias = known[host] { return Answer(alias: alias, isKnown: true) }
        if asking[host] != nil {
            return await withCheckedContinuation { asking[host]?.append($0) }
        }
        asking[host] = []
        var answer = Answer(alias: nil, isKnown: false)
        // Those who wait are answered whatever happens, cancellation of this task included.
        defer { finish(host, answer) }
        let resolution = try await ask()
        answer = Answer(
            alias: resolution.lookup.found, isKnown: resolution.lookup.failure == nil)
        if answer.isKnown { remember(answer.alias, of: host) }
        var own = answer
        own.queries = resolution.queries
        return own
    }

    private func finish(_ host: String, _ answer: Answer) {
        for continuation in asking.removeValue(forKey: host) ?? [] {
            continuation.resume(returning: answer)
        }
    }

    private func remember(_ alias: String?, of host: String) {
        if known.count >= capacity, let oldest = order.popFirst() { known[oldest] = nil }
        known.updateValue(alias, forKey: host)
        order.append(host)
    }
}
