internal import Audit

/// Hands candidates of one source to all reactors. The source is asked by one at a time.
actor Intake {
    private let source: @Sendable () async throws -> [Candidate]
    private var batch: ArraySlice<Candidate> = []
    private var isAsking = false
    /// The source has no more or has failed, or `stop` was called.
    private var isOver = false
    private var isStopped = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var throttle: Throttle?
    private let time: IntakeTime

    /// - Parameter perSecond: candidates handed out in a second, over all who take; nil for no
    ///   limit.
    init(
        source: @escaping @Sendable () async throws -> [Candidate], perSecond: Int? = nil,
        time: IntakeTime = .system
    ) {
        self.source = source
        throttle = perSecond.map(Throttle.init)
        self.time = time
    }

    /// The next candidates; none when the source has no more or was stopped.
    ///
    /// - Throws: what the source throws, to the one who asked it; the others get none.
    ///   `CancellationError` while it is waited for a turn.
    func take(upTo limit: Int) async throws -> ArraySlice<Candidate> {
        while true {
            if isOver { return [] }
            if !batch.isEmpty {
                let some = batch.prefix(min(limit, throttle?.burst ?? limit))
                batch = batch.dropFirst(some.count)
                let delay = throttle?.delay(before: some.count, at: time.now()) ?? .zero
                guard try await wait(delay) else { return [] }
                return some
            }
            if isAsking {
                await withCheckedContinuation { waiting.append($0) }
            } else {
                try await ask()
            }
        }
    }

    /// Nothing is handed out any more.
    func stop() {
        isOver = true
        isStopped = true
        batch = []
    }

    /// Waits in steps so short that a stop is soon seen; false when one came.
    private func wait(_ delay: Duration) async throws -> Bool {
        let end = time.now() + delay
        while !isStopped {
            let left = end - time.now()
            if left <= .zero { return true }
            try await time.sleep(min(left, .milliseconds(200)))
        }
        return false
    }

    private func ask() async throws {
        isAsking = true
        defer {
            isAsking = false
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        do {
            let more = try await source()
            if more.isEmpty { isOver = true }
            if !isOver { batch = more[...] }
        } catch {
            isOver = true
            throw error
        }
    }
}
