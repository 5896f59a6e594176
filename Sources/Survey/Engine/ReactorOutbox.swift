internal import Audit
internal import Loop

/// Gathers the results of one reactor on its own thread, so that handing them over to the run's
/// outbox, which lives on another one, costs a hop for many of them and not for each.
actor ReactorOutbox {
    private let loop: Loop
    private let outbox: Outbox
    private let share: Int
    private let interval: Duration
    private var pending: [Examined] = []
    private var isHandingOver = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var timer: Loop.Timer?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// - Parameters:
    ///   - share: results handed over at a time, at most; as many may wait.
    ///   - interval: a result waits no longer for others to come.
    init(loop: Loop, outbox: Outbox, share: Int, interval: Duration) {
        self.loop = loop
        self.outbox = outbox
        self.share = max(1, share)
        self.interval = interval
    }

    /// Returns at once unless the outbox is full: then its domain stays in flight.
    func put(_ result: Examined) async {
        while pending.count >= share {
            await withCheckedContinuation { waiting.append($0) }
        }
        pending.append(result)
        if pending.count >= share {
            await handOver()
        } else {
            setTimer()
        }
    }

    /// Hands over what is left; no result may follow.
    func finish() async {
        repeat {
            await handOver()
            while isHandingOver { await withCheckedContinuation { waiting.append($0) } }
        } while !pending.isEmpty
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    /// One at a time: what comes meanwhile goes with the next one.
    private func handOver() async {
        guard !isHandingOver, !pending.isEmpty else { return }
        isHandingOver = true
        while !pending.isEmpty {
            let batch = pending
            pending = []
            wakeAll()
            await outbox.put(batch)
            // A few more can wait for their turn.
            if pending.count < share { break }
        }
        isHandingOver = false
        wakeAll()
        if !pending.isEmpty { setTimer() }
    }

    private func setTimer() {
        guard timer == nil, !isHandingOver else { return }
        timer = loop.schedule(after: interval) { [self] in
            assumeIsolated { $0.timer = nil }
            Task(executorPreference: loop) { await self.handOver() }
        }
    }

    private func wakeAll() {
        let woken = waiting
        waiting = []
        for continuation in woken { continuation.resume() }
    }
}
