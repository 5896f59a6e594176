import Evidence
import MTASTS

extension Judge {
    /// Judges what senders' TLS reports name (RFC 8460 §4.3): one finding for each result type,
    /// with what is measured of the same thing now. Never a reason for a verdict: anybody can
    /// write a report.
    ///
    /// - Parameters:
    ///   - look: what record, policy and MX are now.
    ///   - findings: all others of this look are in it already.
    /// - Complexity: nothing without reports.
    func judgeReported(
        _ history: History, _ look: PresentLook, _ coverage: [MXCoverage], _ evidence: Evidence,
        into findings: inout Findings
    ) {
        guard let lastDay = history.reports.lastDay else { return }
        for failure in history.reports.failures {
            let agreement =
                switch failure.resultType {
                case .policyFetchError, .policyInvalid, .webPKIInvalid:
                    policyAgreement(with: failure, history.publications, look, findings.items)
                case .startTLSNotSupported, .certificateHostMismatch, .certificateExpired,
                    .certificateNotTrusted, .validationFailure:
                    mxAgreement(with: failure, look, coverage, evidence.mailProbes ?? [])
                case .tlsaInvalid, .dnssecInvalid, .daneRequired:
                    "DANE is not measured from here"
                }
            findings.add(
                failure.resultType.cause,
                failure.account(of: history.reports.windowDays, until: lastDay) + "; " + agreement)
        }
    }

    /// Whether the owner has asked for reports (RFC 8460 §3).
    func asksForReports(_ lookup: Lookup<[TXTRecord]>) -> Bool {
        switch lookup.outcome {
        case .found(let records):
            switch TLSRPTRecordSet.select(records.map(\.bytes)) {
            case .one(_, let reading, discarded: _): reading.record != nil
            case .none, .multiple: false
            }
        case .noData, .nameMissing, .failed: false
        }
    }

    // MARK: - The policy

    private func policyAgreement(
        with failure: ReportedFailure, _ history: PublicationHistory, _ look: PresentLook,
        _ findings: [Finding]
    ) -> String {
        let broken = findings.filter { finding in
            finding.severity != .unmeasured
                && finding.cause.explanation.resultType?.isOfPolicy == true
        }.map(\.cause)
        let same = broken.filter { $0.explanation.resultType == failure.resultType }
        if !same.isEmpty { return "confirmed from here: \(Wording.list(same.map(\.code)))" }
        if !broken.isEmpty {
            return "from here it fails otherwise: \(Wording.list(broken.map(\.code)))"
        }
        switch look.publication {
        case .live:
            let since = history.unbroken(at: look.now)
            let hints = failure.resultType.hints.filter { hint in
                findings.contains { $0.cause == hint }
            }
            let doubt = hints.isEmpty ? "" : ", but for \(Wording.list(hints.map(\.code)))"
            // Nothing is known of the days before: it may have worked in them all the same.
            let isFirstLook = history.observedSince.map { since <= $0 } ?? history.policies.isEmpty
            let start = isFirstLook ? ", the first look" : ""
            return "from here it works since \(since)\(start)\(doubt)"
        case .nothing: return "from here there is no usable policy now"
        case .unmeasured: return "not measured from here"
        }
    }

    // MARK: - MX hosts

    /// What our probe says of a host that reports name.
    private enum Seen: Hashable {
        case same
        case uncovered
        case sound
        case unmeasured
        case elsewhere
        case otherwise([Cause])
    }

    private func mxAgreement(
        with failure: ReportedFailure, _ look: PresentLook, _ coverage: [MXCoverage],
        _ probes: [MailProbe]
    ) -> String {
        if failure.mxHosts.isEmpty {
            let seen = probes.map { ($0.host, self.seen(of: $0, failure.resultType, look.now)) }
            let same = seen.filter { $0.1 == .same }.map(\.0)
            if !same.isEmpty { return "confirmed by our probe of \(Wording.list(same))" }
            let isSound = !seen.isEmpty && seen.allSatisfy { $0.1 == .sound }
            return isSound ? "not seen by our probe" : "not measured from here"
        }
        // Hosts of which the same is to be said, in the order of their names.
        var groups: [(seen: Seen, hosts: [String])] = []
        for host in failure.mxHosts {
            let seen = seen(of: host, failure.resultType, look, coverage, probes)
            if let index = groups.firstIndex(where: { $0.seen == seen }) {
                groups[index].hosts.append(host)
            } else {
                groups.append((seen, [host]))
            }
        }
        return groups.map { group in
            Self.phrase(
                group.seen, of: groups.count == 1 ? "" : " of " + ReportedName.list(group.hosts),
                are: ReportedName.list(group.hosts), isOne: group.hosts.count == 1)
        }.joined(separator: ", ")
    }

    private func seen(
        of host: String, _ type: ResultType, _ look: PresentLook, _ coverage: [MXCoverage],
        _ probes: [MailProbe]
    ) -> Seen {
        if let hosts = look.mail.knownHosts, !hosts.contains(host) { return .elsewhere }
        // RFC 8460 §4.3 has no name of its own for an MX host that the policy does not cover.
        if type == .validationFailure, case .live(let policy) = look.publication,
            policy.mode != STSPolicy.Mode.none.rawValue,
            coverage.contains(where: { $0.host == host && $0.pattern == nil })
        {
            return .uncovered
        }
        guard let probe = probes.first(where: { $0.host == host }) else { return .unmeasured }
        return seen(of: probe, type, look.now)
    }

    private func seen(of probe: MailProbe, _ type: ResultType, _ now: Timestamp) -> Seen {
        switch probe.outcome {
        case .verified: return .sound
        case .failed:
            let causes = causes(of: probe, now: now).filter { $0.defaultSeverity == .error }
            if causes.isEmpty { return .unmeasured }
            let isSame = causes.contains { $0.explanation.resultType == type }
            return isSame ? .same : .otherwise(causes)
        }
    }

    private static func phrase(
        _ seen: Seen, of hosts: String, are subject: String, isOne: Bool
    ) -> String {
        switch seen {
        case .same: "confirmed by our probe\(hosts)"
        case .sound: "not seen by our probe\(hosts)"
        case .otherwise(let causes):
            "our probe\(hosts) finds \(Wording.list(causes.map(\.code))) instead"
        case .uncovered: "confirmed: the policy does not cover \(subject)"
        case .unmeasured:
            hosts.isEmpty ? "not measured from here" : "\(subject) not measured from here"
        case .elsewhere:
            "\(subject) \(isOne ? "is no MX host" : "are no MX hosts") of the domain now"
        }
    }
}

extension PublicationHistory {
    /// Since when there has been a usable policy at every look that could tell, when there is one
    /// at the look of `now`; be it always the same or not.
    fileprivate func unbroken(at now: Timestamp) -> Timestamp {
        var since = now
        for policy in policies.reversed() {
            // A policy that was replaced ends with the look that found the next.
            if let gone = policy.goneBy, gone < since { break }
            since = min(since, policy.firstSeen)
        }
        return since
    }
}

extension ReportedFailure {
    /// `Google Inc. could not fetch the policy on 12 of the 14 days to 2026-11-22 (53 sessions)`
    fileprivate func account(of window: Int, until end: Timestamp) -> String {
        let names = ReportedName.list(senders, of: senderCount, limit: 3)
        let last = lastDay == end ? "" : ", last on \(lastDay.day)"
        return "\(names) \(phrase) on \(days) of the \(window) days to \(end.day)\(last) "
            + "(\(sessions) \(sessions == 1 ? "session" : "sessions"))"
    }

    private var phrase: String {
        switch resultType {
        case .policyFetchError: return "could not fetch the policy"
        case .policyInvalid: return "found the policy invalid"
        case .webPKIInvalid: return "refused the certificate of the policy host"
        case .startTLSNotSupported, .certificateHostMismatch, .certificateExpired,
            .certificateNotTrusted, .validationFailure, .tlsaInvalid, .dnssecInvalid,
            .daneRequired:
            let hosts = mxHosts.isEmpty ? "" : " at " + ReportedName.list(mxHosts, of: mxHostCount)
            return "\(senderCount == 1 ? "reports" : "report") \(resultType.rawValue)\(hosts)"
        }
    }
}

/// Names from reports, which may hold anything: bare where nobody can mistake them.
private enum ReportedName {
    static func list(_ names: [String], of count: Int? = nil, limit: Int = 8) -> String {
        let shown = names.prefix(limit).map(text)
        let rest = (count ?? names.count) - shown.count
        let items = rest > 0 ? shown + ["\(rest) more"] : shown
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }

    private static func text(_ name: String) -> String {
        let isPlain =
            name.utf8.count <= 64 && name.utf8.last != 0x20
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case 0x20, 0x26, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
        guard isPlain, let first = name.utf8.first, first >= 0x30, first != 0x5F else {
            return Wording.quote(name)
        }
        return name
    }
}

extension ResultType {
    public var cause: Cause {
        switch self {
        case .startTLSNotSupported: .reportedStartTLSNotSupported
        case .certificateHostMismatch: .reportedCertificateHostMismatch
        case .certificateExpired: .reportedCertificateExpired
        case .certificateNotTrusted: .reportedCertificateNotTrusted
        case .validationFailure: .reportedValidationFailure
        case .tlsaInvalid: .reportedTLSAInvalid
        case .dnssecInvalid: .reportedDNSSECInvalid
        case .daneRequired: .reportedDANERequired
        case .policyFetchError: .reportedPolicyFetchError
        case .policyInvalid: .reportedPolicyInvalid
        case .webPKIInvalid: .reportedWebPKIInvalid
        }
    }

    /// It is about the policy and not about an MX host.
    fileprivate var isOfPolicy: Bool {
        switch self {
        case .policyFetchError, .policyInvalid, .webPKIInvalid: true
        case .startTLSNotSupported, .certificateHostMismatch, .certificateExpired,
            .certificateNotTrusted, .validationFailure, .tlsaInvalid, .dnssecInvalid,
            .daneRequired:
            false
        }
    }

    /// What else may be the reason although the policy works for a sender that follows the RFC.
    fileprivate var hints: [Cause] {
        switch self {
        case .policyFetchError: [.policyAddressInconsistent, .policyContentType]
        case .policyInvalid:
            [.policySenderDisagreement, .policyContentType, .policyAddressInconsistent]
        case .webPKIInvalid: [.policyAddressInconsistent]
        case .startTLSNotSupported, .certificateHostMismatch, .certificateExpired,
            .certificateNotTrusted, .validationFailure, .tlsaInvalid, .dnssecInvalid,
            .daneRequired:
            []
        }
    }
}
