public import Evidence

/// Whole days of UTC, both ends included, each as its first second.
public struct ReportDays: Hashable, Sendable {
    public var first: Timestamp
    public var last: Timestamp

    public init(first: Timestamp, last: Timestamp) {
        self.first = first
        self.last = last
    }

    public var count: Int {
        let seconds = last.adding(seconds: -first.seconds).seconds
        return Int(seconds / Timestamp.secondsPerDay) + 1
    }
}

/// Sessions as reported: with a policy kept, and not.
public struct SessionCount: Hashable, Sendable {
    public var successful: Int
    public var failed: Int

    public init(successful: Int = 0, failed: Int = 0) {
        self.successful = successful
        self.failed = failed
    }

    /// Of all sessions, from 0 to 1; nil without any.
    public var failureRate: Double? {
        let all = Double(successful) + Double(failed)
        return all > 0 ? Double(failed) / all : nil
    }
}

/// What senders reported of one domain.
public struct ReportedDomain: Hashable, Sendable {
    public var domain: String
    /// One for each organization and day; by day, then organization.
    public var sessions: [Sessions]
    /// One for each organization, day, result type and MX host; in this order of day,
    /// organization, type, host.
    public var failures: [Failures]

    public struct Sessions: Hashable, Sendable {
        public var day: Timestamp
        public var organization: String
        public var count: SessionCount
    }

    public struct Failures: Hashable, Sendable {
        public var day: Timestamp
        public var organization: String
        /// As given: known ones and others; nil when absent.
        public var resultType: String?
        /// As given; nil when absent.
        public var mxHost: String?
        public var sessions: Int
    }
}

/// Sessions of many domains under one name: an organization, an account or a domain.
public struct ReportedGroup: Hashable, Sendable {
    /// Empty for portfolio rows without an account.
    public var name: String
    /// Distinct domains with reports.
    public var domains: Int
    public var count: SessionCount
}

/// Failed sessions of many domains with one result type.
public struct ReportedType: Hashable, Sendable {
    /// As given; nil when absent.
    public var resultType: String?
    public var domains: Int
    public var sessions: Int
}

/// Which reports a question is about.
public struct ReportScope: Sendable {
    public var days: ReportDays
    /// Only domains of this account in the run; empty for those without one.
    public var account: (name: String, run: Run)?

    public init(days: ReportDays, account: (name: String, run: Run)? = nil) {
        self.days = days
        self.account = account
    }
}

extension Int {
    /// Stays at the greatest number where a stranger's counts add up to more. Neither is negative.
    package mutating func add(clamping other: Int) {
        let (sum, isOver) = addingReportingOverflow(other)
        self = isOver ? .max : sum
    }
}
