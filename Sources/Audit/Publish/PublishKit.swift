public import Evidence
public import MTASTS

/// All that is to be published for one domain so that senders find a sound policy: a pure
/// function of what was seen and what the owner wants.
///
/// A kit holds no state. Made again after it was published and seen, it is `.sound`.
public struct PublishKit: Hashable, Sendable {
    public let domain: DomainName
    /// Of the last look.
    public let verdict: Verdict
    public let standing: KitStanding
    /// DNS records, in the order to publish them: the policy host's, then (when the policy is
    /// served) that of MTA-STS, then that of TLSRPT.
    public let records: [RecordChange]
    /// The text to serve; nil where the present one stays.
    public let policy: KitPolicy?
    /// The whole way, waiting times included; nil where there is none.
    public let plan: Plan?
    /// Findings of today that are gone when everything here is published, in order of their codes.
    public let cures: [Cause]
    /// What an audit finds when everything here is published; nil without anything to publish.
    public let forecast: Verdict?
    /// What is still to be done then, worst first; each has its remedy in the catalogue.
    public let remaining: [Finding]

    /// - Parameters:
    ///   - isAskedFor: the domain was named, so a sound one gets the mode that is wanted, too.
    ///     One that enforces is never taken back to testing.
    ///   - now: of the new ids; not before the last look.
    /// - Returns: nil for a domain that was never looked at.
    /// - Complexity: that of two or three assessments.
    public init?(
        _ past: DomainPast, wishes: KitWishes, isAskedFor: Bool = false, now: Timestamp
    ) {
        guard let look = past.latest, let found = past.assessment(at: now) else { return nil }
        let draft = KitDraft(
            past: past, evidence: look.evidence, found: found, wishes: wishes,
            isAskedFor: isAskedFor, now: now)
        domain = past.domain
        verdict = found.verdict
        let result = draft.result
        standing = result.standing
        records = result.records
        policy = result.policy
        plan = result.plan
        cures = result.cures.sorted { $0.code < $1.code }
        forecast = result.forecast?.verdict
        remaining = result.remaining
    }

    /// Whether the domain belongs into a kit for many: there is something to publish, or
    /// something in the way of it.
    public var isDue: Bool { standing != .sound }
}

/// A policy text to serve, and the mail operators whose wildcards are in it.
public struct KitPolicy: Hashable, Sendable {
    public var mode: KitWishes.Mode
    public var publication: PlannedPublication
    public var operators: [MailOperator]
    /// Where the policy host's CNAME leads, when the kit leaves it as it is: the file goes there.
    public var servedBy: String?
}
