internal import Audit

/// Collects results of all reactors into batches for the sink, and holds the reactors back when
/// the sink is slower than they are.
actor Outbox {
    private let batchSize: Int
    /// Results that may wait; further ones hold up the domains they belong to.
    private let capacity: Int
    private var pending: [Examined] = []
    private var isFinished = false
    private var isAbandoned = false
    private var isDue = false
    private var drainer: CheckedContinuation<Void, Never>?
    private var writers: [CheckedContinuation<Void, Never>] = []

    init(batchSize: Int) {
        self.batchSize = max(1, batchSize)
        capacity = 2 * max(1, batchSize)
    }

    func put(_ results: [Examined]) async {
        while pending.count >= capacity, !isAbandoned {
            await withCheckedContinuation { writers.append($0) }
        }
        if isAbandoned { return }
        pending += results
        if pending.count >= batchSize { wakeDrainer() }
    }

    /// No more results come.
    func finish() {
        isFinished = true
        wakeDrainer()
    }

    /// What waits is due now.
    func tick() {
        guard !pending.isEmpty else { return }
        isDue = true
        wakeDrainer()
    }

    /// Gives everything to the sink, in batches and one call at a time, until `finish()`.
    ///
    /// - Throws: what the sink throws; from then on results are dropped.
    func drain(into sink: @Sendable ([Examined]) async throws -> Void) async throws {
        defer { abandon() }
        while true {
            while pending.count < batchSize, !isDue, !isFinished {
                await withCheckedContinuation { drainer = $0 }
            }
            isDue = false
            let batch = takeBatch()
            if batch.isEmpty {
                if isFinished { return }
            } else {
                try await sink(batch)
            }
        }
    }

    private func takeBatch() -> [Examined] {
        let batch: [Examined]
        if pending.count <= batchSize {
            batch = pending
            pending = []
        } else {
            batch = Array(pending.prefix(batchSize))
            pending.removeFirst(batchSize)
        }
        wakeWriters()
        return batch
    }

    private func abandon() {
        isAbandoned = true
        pending = []
        wakeWriters()
    }

    private func wakeDrainer() {
        drainer?.resume()
        drainer = nil
    }

    private func wakeWriters() {
        let waiting = writers
        writers = []
        for continuation in waiting { continuation.resume() }
    }
}
