public import Audit

/// Gathers results and commits them in batches, so that the tasks that find them never wait for
/// the disk unless the disk falls far behind.
///
/// All that is there is committed when that is `batchSize` results or the oldest has waited
/// `interval`, whichever is first. When `capacity` results wait, `add` waits until there is room:
/// memory stays bounded, and a slow disk slows the audit down instead of filling the memory. At
/// 30,000 results a second the capacity is what a commit with a checkpoint takes (50 ms).
public actor BatchingWriter {
    private let run: ActiveRun
    private let batchSize: Int
    private let capacity: Int
    private let interval: Duration
    private var pending: [Examined] = []
    /// Results that are being committed: taken out of `pending`, so that none is copied.
    private var committing = 0
    private var drain: Task<Void, Never>?
    private var timer: Task<Void, Never>?
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var failure: StoreError?
    /// What has been committed so far.
    public private(set) var summary = RecordSummary()

    /// - Parameter capacity: at least `batchSize`; results that are being committed count too.
    public init(
        _ run: ActiveRun, batchSize: Int = 500, capacity: Int = 2000,
        interval: Duration = .milliseconds(250)
    ) {
        self.run = run
        self.batchSize = max(1, batchSize)
        self.capacity = max(capacity, max(1, batchSize))
        self.interval = interval
    }

    /// - Throws: the failure of an earlier batch: nothing more can be recorded.
    public func add(_ examined: [Examined]) async throws(StoreError) {
        if let failure { throw failure }
        pending += examined
        if pending.count >= batchSize { startDraining() } else { startTimer() }
        while pending.count + committing >= capacity, failure == nil {
            await withCheckedContinuation { waiting.append($0) }
        }
        if let failure { throw failure }
    }

    /// Commits what is left; call it when nothing more is added.
    public func finish() async throws(StoreError) {
        timer?.cancel()
        while failure == nil, drain != nil || !pending.isEmpty {
            startDraining()
            await drain?.value
        }
        if let failure { throw failure }
    }

    private func startTimer() {
        guard timer == nil, drain == nil, !pending.isEmpty else { return }
        timer = Task { [interval] in
            // Cancelled only by `finish`, which drains itself.
            try? await Task.sleep(for: interval)
            self.timerFired()
        }
    }

    private func timerFired() {
        timer = nil
        startDraining()
    }

    private func startDraining() {
        guard drain == nil, !pending.isEmpty, failure == nil else { return }
        timer?.cancel()
        timer = nil
        drain = Task { await self.drainPending() }
    }

    private func drainPending() async {
        repeat {
            let batch = pending
            pending = []
            committing = batch.count
            do throws(StoreError) {
                let written = try await run.record(batch)
                summary.unchanged += written.unchanged
                summary.changed += written.changed
                summary.ignored += written.ignored
            } catch {
                failure = error
                pending = []
            }
            committing = 0
            for continuation in waiting { continuation.resume() }
            waiting = []
        } while pending.count >= batchSize
        drain = nil
        startTimer()
    }
}
