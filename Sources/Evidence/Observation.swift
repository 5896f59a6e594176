public import MTASTS

/// Everything one examination of a domain brought home.
public struct Observation: Hashable, Sendable {
    public var domain: DomainName
    public var evidence: Evidence
    public var measurement: Measurement
    /// Something that was asked beside got no answer, so that a finding may be missing that no
    /// evidence misses: worth asking once more.
    public var isPartial: Bool

    public init(
        domain: DomainName, evidence: Evidence, measurement: Measurement, isPartial: Bool = false
    ) {
        self.domain = domain
        self.evidence = evidence
        self.measurement = measurement
        self.isPartial = isPartial
    }
}
