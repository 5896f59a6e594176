internal import Synchronization

/// Requests per server name, shared by the loops; bounded.
final class PolicyTally: Sendable {
    private let counts = Mutex(RecentTable<String, Int>(capacity: 32_768))
    private let countsAll: Bool

    init(countsAll: Bool) { self.countsAll = countsAll }

    func count(of name: String) -> Int {
        counts.withLock { $0[name] ?? 0 }
    }

    /// Counts one request that has nothing to settle.
    func note(_ name: String) {
        if countsAll { _ = add(name) }
    }

    /// Counts one request and says what it gets: the behaviour inside any `.failing`.
    func settle(_ behaviour: ResponseBehaviour, for name: String) -> ResponseBehaviour {
        guard case .failing = behaviour else {
            note(name)
            return behaviour
        }
        return behaviour.settled(after: add(name))
    }

    /// - Returns: the requests before this one.
    private func add(_ name: String) -> Int {
        counts.withLock { counts in
            let before = counts[name] ?? 0
            counts[name] = before + 1
            return before
        }
    }
}

extension ResponseBehaviour {
    /// What the next request gets after `requests` earlier ones; never `.failing`, except as the
    /// failure inside another one, which is played as silence.
    func settled(after requests: Int) -> ResponseBehaviour {
        var earlier = requests
        var behaviour = self
        while case .failing(let times, let failure, let then) = behaviour {
            if earlier < times {
                behaviour = failure
                earlier = 0
            } else {
                earlier -= max(0, times)
                behaviour = then
            }
        }
        return behaviour
    }
}
