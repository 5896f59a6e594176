public import Evidence
public import MTASTS

/// Judges what was seen of a domain: a pure function of evidence, expectations and the clock.
///
/// One broken thing gives one finding. What hides behind a broken thing (the text of a policy
/// that could not be fetched) is not judged; what stands beside it (a policy whose record is
/// broken) is.
public struct Judge: Sendable {
    public var profile: SeverityProfile

    public init(profile: SeverityProfile = .default) { self.profile = profile }

    /// - Parameters:
    ///   - expectations: what the portfolio says the domain should be.
    ///   - history: what is known of the domain from before.
    ///   - now: decides only which valid certificate is about to expire, and which of a refused
    ///     chain has; no finding's text depends on it.
    /// - Complexity: O(size of the evidence). For a domain with no record and no policy host it
    ///   allocates the list of MX hosts and nothing else.
    public func assess(
        _ evidence: Evidence, of domain: DomainName, expecting expectations: Expectations,
        history: History = .none, now: Timestamp
    ) -> Assessment {
        var findings = Findings(profile: profile)
        if case .nameMissing = evidence.mx.outcome {
            findings.add(.domainMissing, "\(domain) does not exist (NXDOMAIN)")
            return Assessment(
                verdict: .noDomain, findings: findings.sorted(), publication: .nothing)
        }
        let mail = MailService(evidence, of: domain)
        let record = judgeRecord(evidence, of: domain, into: &findings)
        if mail.isNone {
            return withoutMail(mail, record: record, of: domain)
        }
        switch record {
        case .absent:
            return withoutRecord(
                evidence, of: domain, mail: mail, expecting: expectations, history: history,
                now: now, findings)
        case .unmeasured:
            judgeMXLookup(mail, into: &findings)
            judgeReporting(evidence.tlsrpt, of: domain, isRequired: false, into: &findings)
            let look = PresentLook(
                publication: .unmeasured, mail: mail, now: now)
            let recheck = judgeCaches(history.publications, look, into: &findings)
            let coverage = mail.coverage(by: nil)
            judgeReported(history, look, coverage, evidence, into: &findings)
            return Assessment(
                verdict: .unmeasured, findings: findings.sorted(), mxHosts: coverage,
                publication: look.publication, recheck: recheck)
        case .broken, .usable:
            return withRecord(
                record, evidence, of: domain, mail: mail, expecting: expectations, history: history,
                now: now, findings)
        }
    }

    /// Nothing to protect: what is published is judged no further than that it is published.
    private func withoutMail(
        _ mail: MailService, record: RecordState, of domain: DomainName
    ) -> Assessment {
        var findings = Findings(profile: profile)
        switch record {
        case .absent: break
        case .unmeasured(let detail): findings.add(.recordLookupFailed, detail)
        case .broken, .usable: judgeMailService(mail, of: domain, into: &findings)
        }
        return Assessment(
            verdict: .noMail, findings: findings.sorted(), policyID: record.usable?.id)
    }

    private func withoutRecord(
        _ evidence: Evidence, of domain: DomainName, mail: MailService,
        expecting expectations: Expectations, history: History, now: Timestamp,
        _ findings: Findings
    ) -> Assessment {
        var findings = findings
        judgeOrphans(evidence, of: domain, into: &findings)
        // A missing or misplaced record is the reason by itself.
        if findings.items.isEmpty, !mail.isUnknown {
            judgeMissingMode(expecting: expectations, into: &findings)
        }
        judgeMXLookup(mail, into: &findings)
        judgeReporting(evidence.tlsrpt, of: domain, isRequired: false, into: &findings)
        let look = PresentLook(
            publication: .nothing, isTakenAway: true, served: evidence.servedTexts, mail: mail,
            now: now)
        let recheck = judgeCaches(history.publications, look, into: &findings)
        let coverage = mail.coverage(by: nil)
        // Without a record, reports are about a domain that has asked for them.
        if asksForReports(evidence.tlsrpt) {
            judgeReported(history, look, coverage, evidence, into: &findings)
        }
        return Assessment(
            verdict: mail.isUnknown ? .unmeasured : .absent, findings: findings.sorted(),
            mxHosts: coverage, publication: look.publication, recheck: recheck)
    }

    private func withRecord(
        _ record: RecordState, _ evidence: Evidence, of domain: DomainName, mail: MailService,
        expecting expectations: Expectations, history: History, now: Timestamp,
        _ findings: Findings
    ) -> Assessment {
        var findings = findings
        let policy = judgePolicyHost(evidence, of: domain, now: now, into: &findings)
        if let usable = policy.usable {
            judgeMode(of: usable, expecting: expectations, into: &findings)
        }
        let coverage = mail.coverage(by: policy.usable)
        judgeMXLookup(mail, into: &findings)
        // RFC 8461 §5: in mode none there is no active policy, so nothing is measured by it.
        let isOff = policy.usable?.mode == STSPolicy.Mode.none
        var transport = TransportStanding()
        if !isOff {
            judgeMXHosts(mail, evidence, into: &findings)
            transport = judgeTransport(
                evidence.mailProbes, coverage, under: policy.usable, now: now, into: &findings)
            if let usable = policy.usable {
                judgeCoverage(coverage, by: usable, into: &findings)
            }
            judgeReporting(evidence.tlsrpt, of: domain, isRequired: true, into: &findings)
        }
        judgeMailService(mail, of: domain, into: &findings)
        var look = look(at: record, policy, mail: mail, now: now)
        if !history.publications.policies.isEmpty { look.served = evidence.servedTexts }
        let recheck = judgeCaches(history.publications, look, into: &findings)
        judgeReported(history, look, coverage, evidence, into: &findings)
        return Assessment(
            verdict: verdict(
                record: record, policy: policy, mail: mail, coverage: coverage,
                transport: transport),
            findings: findings.sorted(), mode: policy.usable?.mode.rawValue,
            policyID: record.usable?.id, maxAge: policy.usable?.maxAge,
            mxPatterns: policy.usable?.mx.map(\.description) ?? [], mxHosts: coverage,
            publication: look.publication, recheck: recheck)
    }

    /// What record and policy come to for a sender that holds neither.
    private func look(
        at record: RecordState, _ policy: PolicyState, mail: MailService, now: Timestamp
    ) -> PresentLook {
        var look = PresentLook(publication: .nothing, mail: mail, now: now)
        switch (record, policy) {
        case (.usable(let record), .usable(let policy, let digest)):
            look.publication = .live(
                LivePolicy(
                    recordID: record.id, digest: digest, mode: policy.mode.rawValue,
                    maxAge: policy.maxAge, patterns: policy.mx.map(\.description)))
        case (.usable, .unmeasured), (.unmeasured, _):
            look.publication = .unmeasured
        case (_, .unusable(let isTakenAway)):
            look.isTakenAway = isTakenAway
        case (.absent, .usable), (.absent, .unmeasured), (.broken, .usable), (.broken, .unmeasured):
            // RFC 8461 §3.1: without a valid record there is no policy, whatever is served.
            break
        }
        return look
    }

    private func verdict(
        record: RecordState, policy: PolicyState, mail: MailService, coverage: [MXCoverage],
        transport: TransportStanding
    ) -> Verdict {
        switch record {
        case .absent: return .absent
        case .unmeasured: return .unmeasured
        // RFC 8461 §3.1: without one valid record there is no policy, whatever is served.
        case .broken: return .ineffective
        case .usable: break
        }
        switch policy {
        case .unusable: return .ineffective
        case .unmeasured: return .unmeasured
        case .usable(let usable, _):
            switch usable.mode {
            case .none: return .disabled
            case .testing: return .testing
            case .enforce: break
            }
        }
        if mail.isUnknown { return .unmeasured }
        // RFC 8461 §5: under enforce, mail goes only to hosts that the policy covers.
        if !coverage.contains(where: { $0.pattern != nil }) { return .bouncing }
        // RFC 8461 §5: nor to a covered host without STARTTLS or a valid certificate. What is not
        // known of a host never changes the verdict.
        if transport.broken > 0 {
            return transport.usable + transport.unknown == 0 ? .bouncing : .degraded
        }
        return coverage.contains(where: \.isSkipped) ? .degraded : .enforced
    }
}
