/// Jobs handed to the loop from other threads: the one place of the loop with a lock.
final class Inbox: Sendable {
    private let jobs = Lock<[UnownedJob]>([])

    /// Adds a job; true when the inbox was empty, so that only the first writer wakes the loop.
    func append(_ job: UnownedJob) -> Bool {
        jobs.withLock { jobs in
            let wasEmpty = jobs.isEmpty
            jobs.append(job)
            return wasEmpty
        }
    }

    /// Moves everything to the end of `target`, keeping both capacities.
    func drain(into target: inout [UnownedJob]) {
        jobs.withLock { jobs in
            guard !jobs.isEmpty else { return }
            target.append(contentsOf: jobs)
            jobs.removeAll(keepingCapacity: true)
        }
    }

    var isEmpty: Bool { jobs.withLock { $0.isEmpty } }

    /// Opens once; everyone who waits goes on.
    final class Latch: Sendable {
        private struct State {
            var isOpen = false
            var waiting: [CheckedContinuation<Void, Never>] = []
        }
        private let state = Lock(State())

        func open() {
            let waiting = state.withLock { state in
                state.isOpen = true
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func wait() async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }
    }
}
