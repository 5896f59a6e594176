public import Evidence
import MTASTS

/// What was published until now, with the present look worked in.
struct Past {
    var live: LivePolicy?
    var liveSince: Timestamp?
    /// Oldest first, each with its `goneBy`.
    var earlier: [PublishedPolicy]

    init(_ history: PublicationHistory, publication: Publication, now: Timestamp) {
        earlier = history.policies
        var standing: PublishedPolicy?
        if let last = earlier.last, last.goneBy == nil { standing = earlier.removeLast() }
        // An older one without an end was over by the time its successor was seen.
        for index in earlier.indices where earlier[index].goneBy == nil {
            let next = index + 1 < earlier.count ? earlier[index + 1] : standing
            earlier[index].goneBy = next?.firstSeen ?? now
        }
        switch publication {
        case .unmeasured:
            // What could not be looked at is taken to be as it was.
            live = standing?.policy
            liveSince = standing?.firstSeen
        case .live(let policy):
            live = policy
            if let standing, standing.policy.isSame(as: policy) {
                liveSince = standing.firstSeen
            } else {
                liveSince = now
                append(standing, goneBy: now)
            }
        case .nothing:
            append(standing, goneBy: now)
        }
    }

    private mutating func append(_ standing: PublishedPolicy?, goneBy: Timestamp) {
        guard var standing else { return }
        // RFC 8461 §5.1: until this very look a sender may have fetched it.
        standing.goneBy = goneBy
        earlier.append(standing)
    }
}

extension PublishedPolicy {
    /// When the last sender has let go of the policy; for one that stands, if it went at `now`.
    public func heldUntil(now: Timestamp) -> Timestamp {
        // RFC 8461 §3.2: max_age counts from the last fetch. §8.3: "the time the previously
        // published policy was last served plus that policy's max_age".
        (goneBy ?? now).adding(seconds: policy.secondsHeld)
    }
}

extension LivePolicy {
    /// `max_age` within its range, whatever a store says.
    var secondsHeld: Int64 { Int64(min(max(maxAge, 0), STSPolicy.maximumMaxAge)) }

    /// A mode that no policy has is one that no sender goes by.
    var knownMode: STSPolicy.Mode { STSPolicy.Mode(rawValue: mode) ?? .none }

    var isEnforced: Bool {
        switch knownMode {
        case .enforce: true
        case .testing, .none: false
        }
    }

    /// A sender with the one has no reason to fetch the other, and would find the same.
    func isSame(as other: LivePolicy) -> Bool {
        recordID == other.recordID && digest == other.digest
    }

    /// The next policy is this text under another id.
    func isRenamed(in next: LivePolicy) -> Bool {
        digest == next.digest && recordID != next.recordID
    }

    func likeness(to live: LivePolicy?, isOtherIDBetween: Bool) -> HeldPolicy.Likeness {
        guard let live, recordID == live.recordID else { return .otherID }
        if digest == live.digest { return .same }
        return isOtherIDBetween ? .idReused : .idUnchanged
    }

    /// Patterns that cannot be read cover nothing.
    func coverage(of hosts: [String]) -> [MXCoverage] {
        let index = PatternIndex(patterns.compactMap { try? MXPattern($0) })
        return hosts.map {
            MXCoverage(host: $0, pattern: index.firstPattern(covering: $0)?.description)
        }
    }

    /// What a sender that goes by the policy does with a host.
    ///
    /// - Parameter host: with the pattern of this policy that covers it.
    public func treatment(of host: MXCoverage) -> Treatment {
        switch knownMode {
        case .enforce: host.pattern == nil ? .skipped : .verified
        case .testing: host.pattern == nil ? .reported : .tested
        case .none: .ignored
        }
    }

    /// Whether a sender with this policy treats the domain otherwise than one with what is live.
    ///
    /// - Parameter coverage: of the same hosts by this policy and by the live one; nil when the
    ///   hosts are not known, and then the modes alone are compared.
    func differs(
        from live: LivePolicy?, _ coverage: [MXCoverage]?, _ liveCoverage: [MXCoverage]?
    ) -> Bool {
        // Without a policy, and in mode none, a sender delivers as if there were none.
        let liveMode = live?.knownMode ?? .none
        guard knownMode == liveMode else { return true }
        guard knownMode != .none, let coverage, let liveCoverage else { return false }
        return zip(coverage, liveCoverage).contains { ($0.pattern == nil) != ($1.pattern == nil) }
    }
}

extension LivePolicy? {
    func coverage(of hosts: [String]) -> [MXCoverage] {
        switch self {
        case .some(let policy): policy.coverage(of: hosts)
        case nil: hosts.map { MXCoverage(host: $0) }
        }
    }
}
