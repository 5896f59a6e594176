public import Audit
public import Evidence

/// What became of one domain between two runs of a portfolio.
public struct DomainChange: Hashable, Sendable {
    /// A-labels.
    public var domain: String
    /// Distinct accounts of the rows that name the domain, sorted: those of the later run, and
    /// those of the earlier one for a domain that is gone.
    public var accounts: [String]
    public var comparison: Comparison
    /// What it is compared with: the last measured state at or before the earlier run. Nil for a
    /// domain that was never measured before, or is new.
    public var before: Side?
    /// What it is now; nil for a domain that is gone, and while the later run has not come to it.
    public var after: Side?
    /// What differs, where both sides are known.
    public var differences: [Difference]

    public var kind: ChangeKind { comparison.kind }

    /// A domain as a run saw it.
    public struct Side: Hashable, Sendable {
        /// The last run that saw it so, and no later than the one that was asked for.
        public var run: Int64
        public var verdict: Verdict
        /// Most urgent first.
        public var findings: [Finding]
        public var mode: String?
        public var policyID: String?
        /// In seconds.
        public var maxAge: Int?
        /// By preference, separated by spaces.
        public var mxHosts: String
        /// In the last run that saw the same, which may be a later one than `run`.
        public var measuredAt: Timestamp

        /// Each once, most urgent first.
        public var causes: [Cause] {
            var seen: Set<Cause> = []
            return findings.map(\.cause).filter { seen.insert($0).inserted }
        }
    }

    /// A part in which two sides differ. Codes are stable.
    public enum Difference: String, Hashable, Sendable, CaseIterable {
        case verdict
        case causes
        /// The same causes, judged by another profile.
        case severities
        /// The same causes with other facts.
        case details
        case mode
        case policyID = "policy-id"
        case maxAge = "max-age"
        case mxHosts = "mx-hosts"
        /// What was seen: records, addresses, certificates, texts.
        case evidence
    }
}

/// A place in the changes between two runs; pages follow one another by it.
public struct ChangeKey: Hashable, Sendable {
    enum Phase: Int, Hashable, Sendable, CaseIterable {
        /// States that began after the earlier run.
        case states
        /// States from before that are as unmeasured as they were.
        case unmeasured
        /// Domains that the portfolio has no more.
        case gone
        /// Domains that an unfinished run has not come to.
        case outstanding
    }

    var phase: Phase
    /// The first run of a state; the id of a portfolio row.
    var place: Int64
    /// The domain of a state.
    var domain: Int64 = 0

    /// Before every change.
    public static let start = ChangeKey(phase: .states, place: .min)
}

/// Some of the changes between two runs.
public struct ChangePage: Sendable {
    public var changes: [DomainChange]
    /// Where the next page begins; nil when there is none.
    public var next: ChangeKey?
}
