/// One cause found at one domain.
public struct Finding: Hashable, Sendable, Codable {
    public var cause: Cause
    /// The severity of the cause under the profile in use.
    public var severity: Severity
    /// One line of evidence: the facts, in absolute terms, so that an unchanged domain gives an
    /// unchanged finding (a date, never "in 12 days"). Untrusted text in it is as received;
    /// the outputs escape it.
    public var detail: String
    /// Line of the policy text, counted from 1.
    public var line: Int?
    /// Byte within that line, counted from 1.
    public var column: Int?

    public init(
        cause: Cause, severity: Severity, detail: String, line: Int? = nil, column: Int? = nil
    ) {
        self.cause = cause
        self.severity = severity
        self.detail = detail
        self.line = line
        self.column = column
    }
}

/// The judgement of one domain.
public struct Assessment: Hashable, Sendable, Codable {
    public var verdict: Verdict
    /// Most urgent first, then in the order of the troubleshooting guide (record, host, policy,
    /// mode, MX, reporting), then by line.
    public var findings: [Finding]
    /// The usable policy's mode: `enforce`, `testing`, `none`; nil without a usable policy.
    public var mode: String?
    /// The id of the one usable record.
    public var policyID: String?
    /// In seconds; nil without a usable policy.
    public var maxAge: Int?
    /// Patterns of the usable policy in the order written.
    public var mxPatterns: [String]
    /// The MX hosts senders would try, by preference, with the pattern that covers each.
    public var mxHosts: [MXCoverage]
    /// What senders without a cached policy can fetch at present.
    public var publication: Publication
    /// When the last sender has let go of a policy that differs from the one published; nil when
    /// none is known to be held.
    public var recheck: Recheck?

    public init(
        verdict: Verdict, findings: [Finding] = [], mode: String? = nil, policyID: String? = nil,
        maxAge: Int? = nil, mxPatterns: [String] = [], mxHosts: [MXCoverage] = [],
        publication: Publication = .unmeasured, recheck: Recheck? = nil
    ) {
        self.verdict = verdict
        self.findings = findings
        self.mode = mode
        self.policyID = policyID
        self.maxAge = maxAge
        self.mxPatterns = mxPatterns
        self.mxHosts = mxHosts
        self.publication = publication
        self.recheck = recheck
    }

    /// The most urgent severity; nil when there are no findings.
    public var severity: Severity? { findings.map(\.severity).max() }

    /// A part could not be measured: worth asking again, and nothing to conclude from.
    public var isIncomplete: Bool { findings.contains { $0.severity == .unmeasured } }
}

/// An MX host and what the policy says of it.
public struct MXCoverage: Hashable, Sendable, Codable {
    public var host: String
    /// The first pattern that covers the host; nil when none does or there is no usable policy.
    public var pattern: String?

    public init(host: String, pattern: String? = nil) {
        self.host = host
        self.pattern = pattern
    }
}
