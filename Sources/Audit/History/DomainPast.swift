public import Evidence
public import MTASTS

/// Everything that was seen of one domain, and what follows from it at a moment.
public struct DomainPast: Hashable, Sendable {
    public let domain: DomainName
    /// Oldest first; at least one.
    public let looks: [TimelineLook]
    public let publications: PublicationHistory
    /// What the last look found published, where `publications` does not have it yet.
    private let present: Publication

    /// - Parameters:
    ///   - looks: in any order.
    ///   - present: of a look that is not in `publications`; `.unmeasured` where all are.
    /// - Returns: nil without a look.
    public init?(
        _ domain: DomainName, looks: [TimelineLook], publications: PublicationHistory,
        present: Publication = .unmeasured
    ) {
        guard !looks.isEmpty else { return nil }
        self.domain = domain
        self.looks = looks.sorted { ($0.firstSeen, $0.lastSeen) < ($1.firstSeen, $1.lastSeen) }
        self.publications = publications
        self.present = present
    }

    /// The look that saw the domain last.
    public var latest: TimelineLook? { looks.max { $0.lastSeen < $1.lastSeen } }

    public var timeline: Timeline { Timeline(looks) }

    /// What senders may hold at `now`, with the MX hosts as they were last known.
    public func caches(at now: Timestamp) -> SenderCaches {
        SenderCaches(publications, publication: present, mxHosts: mxHosts, now: now)
    }

    /// The last look judged with what is held at `now`.
    public func assessment(at now: Timestamp) -> Assessment? {
        latest.map { look in
            Judge().assess(
                look.evidence, of: domain, expecting: Expectations(),
                history: History(publications: publications), now: now)
        }
    }

    /// What a plan for the domain is made from.
    public func situation(at now: Timestamp) -> PlanSituation {
        let record = lastMeasured(\.record)
        return PlanSituation(
            domain: domain, caches: caches(at: now), isPublicationKnown: isPublicationKnown,
            mxSince: timeline.history(of: .mx).stays.last?.firstSeen,
            hasRecord: record.map(Self.hasRecord) ?? false,
            hasReporting: lastMeasured(\.tlsrpt).map(Self.hasReporting) ?? false, now: now)
    }

    private var mxHosts: [String]? {
        for look in looks.reversed() {
            if let hosts = MailService(look.evidence, of: domain).knownHosts { return hosts }
        }
        return nil
    }

    private var isPublicationKnown: Bool {
        if !publications.policies.isEmpty { return true }
        return looks.reversed().contains { look in
            let assessment = Judge().assess(
                look.evidence, of: domain, expecting: Expectations(), now: look.lastSeen)
            switch assessment.publication {
            case .live, .nothing: return true
            case .unmeasured: return false
            }
        }
    }

    private func lastMeasured(
        _ lookup: KeyPath<Evidence, Lookup<[TXTRecord]>>
    ) -> Lookup<[TXTRecord]>? {
        looks.last { $0.evidence[keyPath: lookup].failure == nil }?.evidence[keyPath: lookup]
    }

    private static func hasRecord(_ lookup: Lookup<[TXTRecord]>) -> Bool {
        switch STSRecordSet.select((lookup.found ?? []).map(\.bytes)) {
        case .none: false
        case .one, .multiple: true
        }
    }

    private static func hasReporting(_ lookup: Lookup<[TXTRecord]>) -> Bool {
        switch TLSRPTRecordSet.select((lookup.found ?? []).map(\.bytes)) {
        case .none, .multiple: false
        case .one(_, let reading, discarded: _): reading.record != nil
        }
    }
}
