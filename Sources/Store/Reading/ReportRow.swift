public import Audit
public import Evidence

/// A portfolio row with what is known of its domain in one run.
public struct ReportRow: Hashable, Sendable {
    public var key: RowKey
    /// What stood in the portfolio.
    public var input: String
    /// The A-labels; nil when `problem` says why the row names no domain.
    public var domain: String?
    public var problem: InputProblem?
    public var account: String
    public var expectedMode: ExpectedMode?
    public var tags: String
    /// In the order of the run's `header.carried`.
    public var carried: [String]
    /// Nil for a row without a domain, and while the run has not come to it.
    public var status: Status?
    /// The first row of this run that names the domain.
    public var isFirstOfDomain: Bool
    /// Distinct accounts of all rows that name the domain, sorted; filled in for the first row of
    /// a domain with findings.
    public var accounts: [String]

    /// Something of MTA-STS was published or found at the domain; most domains of a portfolio have
    /// nothing.
    public var isPublished: Bool {
        guard let status else { return false }
        return status.policyID != nil || !status.findings.isEmpty
    }

    /// What was found, as stored.
    public struct Status: Hashable, Sendable {
        public var verdict: Verdict
        public var severity: Severity?
        public var mode: String?
        public var policyID: String?
        /// In seconds.
        public var maxAge: Int?
        /// By preference.
        public var mxHosts: [String]
        /// Most urgent first.
        public var findings: [Finding]
        public var measuredAt: Timestamp
        /// Nil when senders are not known to hold another policy than the present one.
        public var recheck: Recheck?
        /// To be asked again at the end of the run.
        public var isProvisional: Bool
    }
}

/// The place of a row in its portfolio; rows come in the order of their keys.
public struct RowKey: Hashable, Sendable, Comparable {
    public var line: Int
    /// The row's id, for files in which two rows share a line.
    public var id: Int64

    public init(line: Int, id: Int64) {
        self.line = line
        self.id = id
    }

    /// Before every row.
    public static let start = RowKey(line: -1, id: 0)

    public static func < (a: RowKey, b: RowKey) -> Bool { (a.line, a.id) < (b.line, b.id) }
}
