public import Evidence
public import MTASTS

/// The safe order of steps to a goal, with the dates that senders' caches impose, and where a
/// domain stands in it: a pure function of the situation (RFC 8461 §8.1, §8.3, §10.2).
///
/// A plan holds no state. Made again after a step was taken and seen, it shows that step as done
/// and the dates of the rest as they then are.
public struct Plan: Hashable, Sendable {
    public enum Goal: Hashable, Sendable {
        /// Mail goes to `new` instead of `old`: host names in A-labels, lower case. Without `old`,
        /// every MX host of today that is not in `new` is to go.
        case moveMX(old: [String], new: [String])
        /// MTA-STS is taken away.
        case remove
        case enforce
        /// Failures are reported and nothing is refused: on the way in, or on the way back.
        case testing
    }

    /// In the order to take them. Empty where an obstacle leaves nothing to plan.
    public let steps: [PlanStep]
    public let obstacle: PlanObstacle?
    /// The domain was not watched for long enough: an earlier policy, never seen, may be held
    /// beyond the dates given.
    public let isAtLeast: Bool

    public init(_ goal: Goal, in situation: PlanSituation) {
        var draft = PlanDraft(situation)
        do throws(PlanObstacle) {
            guard situation.isPublicationKnown else { throw .policyUnmeasured }
            switch goal {
            case .moveMX(let old, let new): try draft.moveMX(from: old, to: new)
            case .remove: try draft.remove()
            case .enforce: try draft.enforce()
            case .testing: try draft.test()
            }
            steps = draft.steps
            obstacle = nil
        } catch {
            steps = []
            obstacle = error
        }
        isAtLeast = situation.caches.isAtLeast
    }

    /// Where the domain stands: what its first unfinished step says.
    public var standing: PlanStanding {
        if let obstacle { return .obstructed(obstacle) }
        for step in steps {
            switch step.state {
            case .done: continue
            case .now: return .act(step.action)
            case .waiting(let until): return .wait(until: until)
            // Never before an unfinished step of another state.
            case .notYet: continue
            }
        }
        return .done
    }
}

/// What a plan is made from.
public struct PlanSituation: Hashable, Sendable {
    public var domain: DomainName
    /// What is live, what is held, and the MX hosts of today.
    public var caches: SenderCaches
    /// Whether what is published could be told, now or before.
    public var isPublicationKnown: Bool
    /// When today's set of MX hosts was first seen; nil: not before now.
    public var mxSince: Timestamp?
    /// Whether there is an STS record, usable or not.
    public var hasRecord: Bool
    /// Whether there is a usable TLSRPT record.
    public var hasReporting: Bool
    /// How long resolvers may keep the MX records, in seconds.
    public var mxTTL: Int64
    public var now: Timestamp
    /// Set where the policy is published anew, whatever is live.
    public var renewal: PlanRenewal?

    public init(
        domain: DomainName, caches: SenderCaches, isPublicationKnown: Bool = true,
        mxSince: Timestamp? = nil, hasRecord: Bool, hasReporting: Bool,
        mxTTL: Int64 = Timestamp.secondsPerDay, now: Timestamp
    ) {
        self.domain = domain
        self.caches = caches
        self.isPublicationKnown = isPublicationKnown
        self.mxSince = mxSince
        self.hasRecord = hasRecord
        self.hasReporting = hasReporting
        self.mxTTL = mxTTL
        self.now = now
    }
}

/// How a policy is published anew on the way to mode testing or enforce.
public struct PlanRenewal: Hashable, Sendable {
    /// What the new text lists instead of the live patterns; MX hosts that none of these covers
    /// are added by name.
    public var patterns: [MXPattern]
    /// Mode enforce comes at once, without weeks in mode testing.
    public var skipsTesting: Bool

    public init(patterns: [MXPattern] = [], skipsTesting: Bool = false) {
        self.patterns = patterns
        self.skipsTesting = skipsTesting
    }
}

/// One step of a plan.
public struct PlanStep: Hashable, Sendable {
    public var action: PlanAction
    public var state: State
    /// For something to do, the earliest moment, for something to wait for, its end; both as if
    /// everything before were done as early as possible. Nil once it is done.
    public var date: Timestamp?
    /// What to publish, in full.
    public var publication: PlannedPublication?
    /// The MX hosts that the step is about.
    public var hosts: [String]

    public enum State: Hashable, Sendable {
        case done
        /// To be done now.
        case now
        /// Everything before it is done, and only time has to pass.
        case waiting(until: Timestamp)
        /// Something before it is not done.
        case notYet

        public var code: String {
            switch self {
            case .done: "done"
            case .now: "now"
            case .waiting: "waiting"
            case .notYet: "not-yet"
            }
        }
    }

    init(
        _ action: PlanAction, _ state: State, date: Timestamp? = nil,
        publication: PlannedPublication? = nil, hosts: [String] = []
    ) {
        self.action = action
        self.state = state
        self.date = date
        self.publication = publication
        self.hosts = hosts
    }
}

/// A policy text and the record that announces it. RFC 8461 §8.1: the text goes first.
public struct PlannedPublication: Hashable, Sendable {
    /// Never used before by the domain, as far as was seen.
    public var id: String
    /// The TXT record at `_mta-sts.` and the domain.
    public var record: String
    /// The policy text, each line ended by CRLF.
    public var policy: String
}

/// Where a domain stands in a plan.
public enum PlanStanding: Hashable, Sendable {
    case done
    case act(PlanAction)
    case wait(until: Timestamp)
    case obstructed(PlanObstacle)

    public var code: String {
        switch self {
        case .done: "done"
        case .act: "now"
        case .wait: "waiting"
        case .obstructed: "obstacle"
        }
    }
}

/// Why there is no plan. Codes are stable.
public enum PlanObstacle: String, Error, Hashable, Sendable, Codable, CaseIterable {
    case policyUnmeasured = "policy-unmeasured"
    case policyBroken = "policy-broken"
    case mxUnknown = "mx-unknown"
    case noHosts = "no-hosts"
    case notConcerned = "not-concerned"
    case policyTooLarge = "policy-too-large"

    public var explanation: String {
        switch self {
        case .policyUnmeasured: "What is published could not be measured; audit the domain again."
        case .policyBroken:
            "A record is published, and senders get no policy; clear the errors of the audit first."
        case .mxUnknown: "The MX hosts could not be measured; audit the domain again."
        case .noHosts: "There is no MX host name that a policy could cover."
        case .notConcerned: "The domain's MX has none of the old hosts, and not all of the new."
        case .policyTooLarge: "The policy would be longer than 64 KiB, which senders refuse."
        }
    }
}
