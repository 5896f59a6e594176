public import Audit
public import Evidence

/// What a domain was in a portfolio, from a first look to a last one with nothing else between.
public struct Look: Hashable, Sendable {
    public var portfolio: String
    /// The runs that saw it so. Their rows may have been pruned.
    public var runs: ClosedRange<Int64>
    /// When the first and the last of them looked.
    public var firstSeen: Timestamp
    public var lastSeen: Timestamp
    public var verdict: Verdict
    /// Worst first.
    public var causes: [Cause]
    /// Policy bodies and certificates filled in.
    public var evidence: Evidence
    /// Something was not measured, and the run ended before it was asked again.
    public var isProvisional: Bool

    public init(
        portfolio: String, runs: ClosedRange<Int64>, firstSeen: Timestamp, lastSeen: Timestamp,
        verdict: Verdict, causes: [Cause], evidence: Evidence, isProvisional: Bool
    ) {
        self.portfolio = portfolio
        self.runs = runs
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.verdict = verdict
        self.causes = causes
        self.evidence = evidence
        self.isProvisional = isProvisional
    }
}
