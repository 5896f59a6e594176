public import Evidence

/// What is known of a domain from before the present look: what senders may hold, and what they
/// have reported. The judge takes it beside the evidence.
public struct History: Hashable, Sendable {
    public var publications: PublicationHistory
    public var reports: ReportedFailures

    public init(
        publications: PublicationHistory = PublicationHistory(),
        reports: ReportedFailures = ReportedFailures()
    ) {
        self.publications = publications
        self.reports = reports
    }

    public static let none = History()
}

/// What senders without a cached policy could fetch when a domain was looked at.
public enum Publication: Hashable, Sendable, Codable {
    case live(LivePolicy)
    /// No usable record, or no usable policy behind it.
    case nothing
    /// Could not be told: what was published before may still be.
    case unmeasured
}

/// A usable record with a usable policy (RFC 8461 §3).
public struct LivePolicy: Hashable, Sendable, Codable {
    /// `id` of the record.
    public var recordID: String
    /// SHA-256 of the policy text as served.
    public var digest: Digest
    /// `enforce`, `testing` or `none`.
    public var mode: String
    /// In seconds.
    public var maxAge: Int
    /// In the order written.
    public var patterns: [String]

    public init(
        recordID: String, digest: Digest, mode: String, maxAge: Int, patterns: [String]
    ) {
        self.recordID = recordID
        self.digest = digest
        self.mode = mode
        self.maxAge = maxAge
        self.patterns = patterns
    }
}

/// A live policy and when it was seen.
public struct PublishedPolicy: Hashable, Sendable {
    public var policy: LivePolicy
    /// The first and the last look that found it.
    public var firstSeen: Timestamp
    public var lastSeen: Timestamp
    /// The first look that found something else, or nothing; nil while it stands. A sender may
    /// have fetched it until then.
    public var goneBy: Timestamp?

    public init(
        policy: LivePolicy, firstSeen: Timestamp, lastSeen: Timestamp, goneBy: Timestamp? = nil
    ) {
        self.policy = policy
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.goneBy = goneBy
    }
}

/// The policies a domain has published, as far as they were seen.
public struct PublicationHistory: Hashable, Sendable {
    /// Oldest first, without those that no sender can hold any more and that no later one is
    /// compared with. At most the last is still standing.
    public var policies: [PublishedPolicy]
    /// The first look at the domain; nil when there was none.
    public var observedSince: Timestamp?

    public init(policies: [PublishedPolicy] = [], observedSince: Timestamp? = nil) {
        self.policies = policies
        self.observedSince = observedSince
    }
}

/// When to test again.
public struct Recheck: Hashable, Sendable, Codable {
    public var after: Timestamp
    /// The domain has not been watched for as long as policies are held: an earlier one, never
    /// seen, may be held for longer.
    public var isAtLeast: Bool

    public init(after: Timestamp, isAtLeast: Bool) {
        self.after = after
        self.isAtLeast = isAtLeast
    }
}

/// What senders' TLS reports said of a domain in the days before the look (RFC 8460).
public struct ReportedFailures: Hashable, Sendable {
    /// One for each known result type that was reported, in the order of `ResultType`.
    public var failures: [ReportedFailure]
    /// How many days were taken into account: the last one that any sender has reported on, and
    /// those before it. So a night without a new report has the same reports.
    public var windowDays: Int
    /// Sessions reported in the window, good and bad.
    public var successfulSessions: Int
    public var failedSessions: Int
    /// The last day of the window, as its first second; nil without a report.
    public var lastDay: Timestamp?

    public init(
        failures: [ReportedFailure] = [], windowDays: Int = 14, successfulSessions: Int = 0,
        failedSessions: Int = 0, lastDay: Timestamp? = nil
    ) {
        self.failures = failures
        self.windowDays = windowDays
        self.successfulSessions = successfulSessions
        self.failedSessions = failedSessions
        self.lastDay = lastDay
    }
}

/// All that was reported of one result type (RFC 8460 §4.3).
public struct ReportedFailure: Hashable, Sendable {
    public var resultType: ResultType
    /// Failed sessions, of all senders.
    public var sessions: Int
    /// Organizations that reported it, by their own word; the most sessions first, at most eight
    /// of `senderCount`.
    public var senders: [String]
    public var senderCount: Int
    /// MX hosts it was reported of, as given, sorted; of `mxHostCount` at most eight, those with
    /// the most sessions. Empty for failures before an MX.
    public var mxHosts: [String]
    public var mxHostCount: Int
    /// Days on which it was reported, and the first second of the first and the last of them.
    public var days: Int
    public var firstDay: Timestamp
    public var lastDay: Timestamp

    public init(
        resultType: ResultType, sessions: Int, senders: [String], senderCount: Int? = nil,
        mxHosts: [String], mxHostCount: Int? = nil, days: Int, firstDay: Timestamp,
        lastDay: Timestamp
    ) {
        self.resultType = resultType
        self.sessions = sessions
        self.senders = senders
        self.senderCount = senderCount ?? senders.count
        self.mxHosts = mxHosts
        self.mxHostCount = mxHostCount ?? mxHosts.count
        self.days = days
        self.firstDay = firstDay
        self.lastDay = lastDay
    }
}
