public import Evidence
import MTASTS

/// What sending MTAs may hold of the policies that a domain has published: a pure function of
/// what was seen, and when (RFC 8461 §3.2, §3.3, §5.1).
///
/// A sender may have fetched a policy until the look that found it gone, and may go by it for
/// `max_age` from then on. Nothing is assumed of how often senders refresh: most let go earlier.
public struct SenderCaches: Hashable, Sendable {
    /// What a sender that holds nothing can fetch. When the present look could not tell, what
    /// stood before.
    public let live: LivePolicy?
    /// Earlier policies that a sender may hold at present, oldest first. The live one is not
    /// among them, unless it was there before, went, and came back.
    public let held: [HeldPolicy]
    /// Today's MX hosts with what the live policy says of each; nil when they are not known.
    public let mxHosts: [MXCoverage]?
    /// The domain has not been watched for as long as its policies are held: an earlier one,
    /// never seen, may be held for longer than any date here says.
    public let isAtLeast: Bool
    /// Everything seen before what is live, oldest first, held or not, each with its `goneBy`.
    let earlier: [PublishedPolicy]
    /// When the live policy was first seen; nil when there is none.
    public let liveSince: Timestamp?

    /// - Parameters:
    ///   - history: of before the present look. Its times are not trusted: none overflows.
    ///   - publication: of the present look.
    ///   - mxHosts: A-labels, lower case; nil when they are not known.
    ///   - now: the time of the present look.
    /// - Complexity: O(*p* + *h*) for each held policy, for its patterns and the MX hosts. Without
    ///   history, and nil for `mxHosts`, it allocates nothing.
    public init(
        _ history: PublicationHistory, publication: Publication, mxHosts: [String]?,
        now: Timestamp
    ) {
        let past = Past(history, publication: publication, now: now)
        live = past.live
        liveSince = past.liveSince
        earlier = past.earlier
        let liveHosts = mxHosts.map { past.live.coverage(of: $0) }
        self.mxHosts = liveHosts
        held = Self.held(past.earlier, live: past.live, hosts: mxHosts, by: liveHosts, now: now)
        let longest = (held.map(\.policy) + [past.live].compactMap(\.self))
            .map(\.secondsHeld).max()
        isAtLeast =
            history.observedSince.map { $0.adding(seconds: longest ?? 0) > now } ?? true
    }

    private static func held(
        _ earlier: [PublishedPolicy], live: LivePolicy?, hosts: [String]?,
        by liveHosts: [MXCoverage]?, now: Timestamp
    ) -> [HeldPolicy] {
        var held: [HeldPolicy] = []
        var isOtherIDBetween = false
        for published in earlier.reversed() {
            let policy = published.policy
            let until = published.heldUntil(now: now)
            if until > now {
                let coverage = hosts.map { Optional(policy).coverage(of: $0) }
                held.append(
                    HeldPolicy(
                        published: published, until: until,
                        likeness: policy.likeness(to: live, isOtherIDBetween: isOtherIDBetween),
                        mxHosts: coverage,
                        differs: policy.differs(from: live, coverage, liveHosts)))
            }
            isOtherIDBetween = isOtherIDBetween || policy.recordID != live?.recordID
        }
        return held.reversed()
    }

    /// When the last sender has let go of every earlier policy that says something else than the
    /// live one; nil when none of those is held.
    public var clearAfter: Timestamp? { held.filter(\.differs).map(\.until).max() }

    /// When the id changed over an unchanged text, in order of time.
    var idChanges: [(text: Digest, at: Timestamp)] {
        var changes: [(text: Digest, at: Timestamp)] = []
        var previous: LivePolicy?
        for published in earlier {
            if let previous, previous.isRenamed(in: published.policy) {
                changes.append((published.policy.digest, published.firstSeen))
            }
            previous = published.policy
        }
        if let live, let liveSince, let previous, previous.isRenamed(in: live) {
            changes.append((live.digest, liveSince))
        }
        return changes
    }
}

/// An earlier policy that a sender may hold.
public struct HeldPolicy: Hashable, Sendable {
    /// Its `goneBy` is set.
    public let published: PublishedPolicy
    /// When the last sender has let go of it: the last moment it could be fetched, and `max_age`.
    public let until: Timestamp
    public let likeness: Likeness
    /// Today's MX hosts with the pattern of this policy that covers each; nil when the hosts are
    /// not known.
    public let mxHosts: [MXCoverage]?
    /// Whether a sender that holds it treats the domain otherwise than one with what is live.
    public let differs: Bool

    public var policy: LivePolicy { published.policy }

    /// How id and text compare with those of the live policy.
    public enum Likeness: String, Hashable, Sendable, CaseIterable {
        /// Neither is there anything live with its id.
        case otherID = "other-id"
        /// The same id over the same text: went away and came back.
        case same
        /// The text was changed and the id was not: a holder sees no reason to fetch
        /// (RFC 8461 §5.1 step 3, §8.1).
        case idUnchanged = "id-unchanged"
        /// The id stood for this text, then others came, and now it stands for another text.
        case idReused = "id-reused"
    }

    /// What a sender that holds the policy does with an MX host of today.
    public func treatment(of host: MXCoverage) -> Treatment { policy.treatment(of: host) }
}

/// What a policy makes a sender do with an MX host (RFC 8461 §5).
public enum Treatment: String, Hashable, Sendable, CaseIterable {
    /// Delivers to it over verified TLS only.
    case verified
    /// Does not deliver to it.
    case skipped
    /// Delivers to it in any case, and reports when TLS fails.
    case tested
    /// Delivers to it in any case, and reports that no pattern covers it.
    case reported
    /// Delivers to it as if there were no policy.
    case ignored

    /// The end of the sentence "A sender...", before the host's name.
    public var phrase: String {
        switch self {
        case .verified: "delivers over verified TLS only to"
        case .skipped: "skips"
        case .tested: "delivers in any case to"
        case .reported: "delivers in any case, and reports a mismatch, to"
        case .ignored: "delivers as if there were no policy to"
        }
    }
}
