/// One cancellable sleep on a loop.
actor Sleeper {
    private let loop: Loop
    private var continuation: CheckedContinuation<Void, any Error>?
    private var timer: Loop.Timer?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(loop: Loop) { self.loop = loop }

    func sleep(for delay: Duration) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                self.continuation = continuation
                timer = loop.schedule(after: delay) { [self] in
                    assumeIsolated { $0.finish(cancelled: false) }
                }
            }
        } onCancel: {
            Task { await self.finish(cancelled: true) }
        }
    }

    private func finish(cancelled: Bool) {
        guard let continuation else { return }
        self.continuation = nil
        if let timer { loop.cancel(timer) }
        if cancelled {
            continuation.resume(throwing: CancellationError())
        } else {
            continuation.resume()
        }
    }
}
