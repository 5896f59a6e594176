internal import Audit

/// Hands candidates of one source to all reactors. The source is asked by one at a time.
actor Intake {
    private let source: @Sendable () async throws -> [Candidate]
    private var batch: ArraySlice<Candidate> = []
    private var isAsking = false
    private var isOver = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(source: @escaping @Sendable () async throws -> [Candidate]) { self.source = source }

    /// The next candidates; none when the source has no more or was stopped.
    ///
    /// - Throws: what the source throws, to the one who asked it; the others get none.
    func take(upTo limit: Int) async throws -> ArraySlice<Candidate> {
        while true {
            if isOver { return [] }
            if !batch.isEmpty {
                let some = batch.prefix(limit)
                batch = batch.dropFirst(some.count)
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
        batch = []
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
