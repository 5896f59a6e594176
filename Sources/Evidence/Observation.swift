public import MTASTS

/// Everything one examination of a domain brought home.
public struct Observation: Hashable, Sendable {
    public var domain: DomainName
    public var evidence: Evidence
    public var measurement: Measurement

    public init(domain: DomainName, evidence: Evidence, measurement: Measurement) {
        self.domain = domain
        self.evidence = evidence
        self.measurement = measurement
    }

    /// Something that was asked beside got no answer, so that a finding may be missing: worth
    /// asking once more.
    public var isPartial: Bool { evidence.unanswered != nil }
}
