/// Requests per server name, shared by the loops.
final class PolicyTally: Sendable {
    private let requests = RecentCounts()
    private let countsAll: Bool

    init(countsAll: Bool) { self.countsAll = countsAll }

    func count(of name: String) -> Int { requests[name] }

    /// Counts one request that has nothing to settle.
    func note(_ name: String) {
        if countsAll { _ = requests.add(name) }
    }

    /// Counts one request and says what it gets: the behaviour inside any `.failing`.
    func settle(_ behaviour: ResponseBehaviour, for name: String) -> ResponseBehaviour {
        guard case .failing = behaviour else {
            note(name)
            return behaviour
        }
        return behaviour.settled(after: requests.add(name))
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
