public import Evidence
public import MTASTS

/// What the probes say of the MX hosts that the policy covers (RFC 8461 §4.2).
struct TransportStanding {
    /// Verified, or not known to be otherwise: beyond the number of hosts that are probed, or
    /// not probed because nothing leaves this network at the SMTP port.
    var usable = 0
    /// A sender that enforces delivers nothing to these.
    var broken = 0
    /// Probed, and nothing was learnt.
    var unknown = 0
}

extension Judge {
    /// The MX hosts that a probe is worth, by preference: those that senders would try.
    ///
    /// These are the hosts that the policy covers, or all of them where there is no usable
    /// policy to compare with; none in mode none. Only for a domain that publishes a record.
    ///
    /// - Parameters:
    ///   - evidence: MX and fetches as they were observed; probes in it are ignored.
    ///   - limit: at most so many hosts.
    public func hostsToProbe(
        _ evidence: Evidence, of domain: DomainName, limit: Int
    ) -> [String] {
        let policy = firstUsablePolicy(among: evidence.fetches)
        // RFC 8461 §5: in mode none there is no active policy, so nothing would be enforced.
        if policy?.mode == STSPolicy.Mode.none { return [] }
        let coverage = MailService(evidence, of: domain).coverage(by: policy)
        return coverage.filter { $0.isProbed(under: policy) }.prefix(max(0, limit)).map(\.host)
    }

    /// Judges the probes of the hosts that senders would try: one finding for each cause, naming
    /// all hosts that have it.
    func judgeTransport(
        _ probes: [MailProbe]?, _ coverage: [MXCoverage], under policy: STSPolicy?,
        now: Timestamp, into findings: inout Findings
    ) -> TransportStanding {
        var standing = TransportStanding()
        guard let probes else { return standing }
        let byHost = Dictionary(
            probes.map { ($0.host, $0) }, uniquingKeysWith: { first, _ in first })
        var details: [Cause: [String]] = [:]
        for host in coverage where policy == nil || host.pattern != nil {
            guard let probe = byHost[host.host] else {
                standing.usable += 1
                continue
            }
            let faults = faults(of: probe, now: now)
            for fault in faults { details[fault.cause, default: []].append(fault.detail) }
            switch faults.first?.cause.defaultSeverity {
            case nil, .advice, .warning: standing.usable += 1
            case .error: standing.broken += 1
            case .unmeasured: standing.unknown += 1
            }
        }
        for (cause, details) in details {
            findings.add(cause, Wording.list(details, separator: "; "))
        }
        return standing
    }

    /// What keeps mail from an MX host, in the words of the findings; empty when nothing does.
    public func troubles(of probe: MailProbe, now: Timestamp) -> [String] {
        faults(of: probe, now: now).map(\.detail)
    }

    /// The causes that a probe shows, its certificate's coming expiry included.
    func causes(of probe: MailProbe, now: Timestamp) -> [Cause] {
        faults(of: probe, now: now).map(\.cause)
    }

    private struct Fault {
        var cause: Cause
        var detail: String
    }

    private func faults(of probe: MailProbe, now: Timestamp) -> [Fault] {
        let host = probe.host
        switch probe.outcome {
        case .verified:
            guard let leaf = probe.chain.first, isExpiring(leaf, now: now) else { return [] }
            return [
                Fault(
                    cause: .mxCertificateExpiring,
                    detail: "the certificate of \(host) is valid until \(leaf.notAfter)")
            ]
        // RFC 8461 §4.2: not expired, a trusted root, a DNS-ID for the host.
        case .failed(.certificate(let problems)):
            return certificateFaults(problems, of: probe, now: now)
        case .failed(let failure):
            guard let cause = failure.cause else { return [] }
            return [Fault(cause: cause, detail: failure.detail(at: host))]
        }
    }

    /// The root reasons among the problems of a refused certificate, one for each cause.
    private func certificateFaults(
        _ problems: [CertificateProblem], of probe: MailProbe, now: Timestamp
    ) -> [Fault] {
        var faults: [Fault] = []
        for problem in rootReasons(among: problems)
        where !faults.contains(where: { $0.cause == problem.transportCause }) {
            faults.append(
                Fault(
                    cause: problem.transportCause,
                    detail: detail(of: problem, chain: probe.chain, at: probe.host, now: now)))
        }
        guard faults.isEmpty else { return faults }
        return [
            Fault(
                cause: .mxCertificateUntrusted,
                detail: "the certificate of \(probe.host) fails verification")
        ]
    }
}

extension MXCoverage {
    /// Senders would try the host, and it can be looked up.
    fileprivate func isProbed(under policy: STSPolicy?) -> Bool {
        MailService.isHostName(host) && (policy == nil || pattern != nil)
    }
}

extension CertificateProblem {
    fileprivate var transportCause: Cause {
        switch self {
        case .expired, .notYetValid: .mxCertificateExpired
        case .nameMismatch, .noSubjectAlternativeName: .mxCertificateNameMismatch
        case .selfSigned, .untrusted, .chainIncomplete, .weak, .other: .mxCertificateUntrusted
        }
    }
}

extension MailProbeFailure {
    /// What it means where it is one broken thing; nil for what is said once of a whole run.
    ///
    /// What a host did after it had offered STARTTLS it would do to any sender. What happened
    /// before may be for our address alone (a block list, a limit), so it is not measured.
    fileprivate var cause: Cause? {
        switch self {
        case .portBlocked: nil
        case .noAddress, .lookupFailed, .guarded, .connectRefused, .connectTimeout, .unreachable,
            .silent, .notSMTP, .refused, .connectionLost, .tlsTimeout, .local:
            .mxUnreachable
        case .startTLSMissing: .mxStartTLSMissing
        case .startTLSRefused, .tls: .mxTLSFailed
        case .certificate: .mxCertificateUntrusted
        }
    }

    fileprivate func detail(at host: String) -> String {
        switch self {
        case .noAddress: "\(host) has no address"
        case .lookupFailed(let failure): "addresses of \(host): \(failure.phrase)"
        case .guarded: "\(host) has only addresses that are not contacted (special-purpose)"
        case .connectRefused: "\(host) refuses the connection"
        case .connectTimeout: "\(host) takes no connection in time"
        case .unreachable: "no route to \(host) from here"
        case .portBlocked: "the SMTP port cannot be reached from here: \(host) was not probed"
        case .silent: "\(host) does not come to STARTTLS in time"
        case .notSMTP: "\(host) does not speak SMTP"
        case .refused(let code): "\(host) refuses the session with code \(code)"
        case .startTLSMissing: "\(host) does not offer STARTTLS"
        case .startTLSRefused(let code): "\(host) offers STARTTLS and answers it with code \(code)"
        case .tlsTimeout: "\(host) does not finish the handshake in time"
        case .tls(let problem): "\(host) \(problem.phrase)"
        case .certificate: "the certificate of \(host) fails verification"
        case .connectionLost: "\(host) drops the connection before STARTTLS"
        case .local(let code): "the probe of \(host) failed on this side (code \(code))"
        }
    }
}
