internal import Loop

/// How many domains one reactor has in flight. Lives on the reactor's thread.
actor Window {
    private let loop: Loop
    private let limit: Int
    private var inFlight = 0
    private var waiting: CheckedContinuation<Void, Never>?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(loop: Loop, limit: Int) {
        self.loop = loop
        self.limit = max(1, limit)
    }

    /// Takes a place, and waits for one where there is none. Only one task may wait: the one
    /// that starts the others. It need not be cancelled, since what is in flight is.
    func enter() async {
        while inFlight >= limit {
            await withCheckedContinuation { waiting = $0 }
        }
        inFlight += 1
    }

    func leave() {
        inFlight -= 1
        waiting?.resume()
        waiting = nil
    }
}
