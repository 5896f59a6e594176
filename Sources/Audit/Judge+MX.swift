import Evidence
import MTASTS

extension Judge {
    func judgeMXLookup(_ mail: MailService, into findings: inout Findings) {
        switch mail {
        case .unknown(let detail): findings.add(.mxLookupFailed, detail)
        case .hosts, .implicit, .null, .nowhere: break
        }
    }

    /// For a domain that publishes an STS record: whether it takes mail, and by an MX.
    func judgeMailService(
        _ mail: MailService, of domain: DomainName, into findings: inout Findings
    ) {
        switch mail {
        case .hosts, .unknown: break
        case .implicit: findings.add(.mxMissing, "\(domain) has no MX; its address takes the mail")
        case .null: findings.add(.mxNull, "\(domain) has a null MX")
        case .nowhere: findings.add(.mxMissing, "\(domain) has neither an MX nor an address")
        }
    }

    /// What is wrong with the MX records themselves, whatever the policy says.
    func judgeMXHosts(_ mail: MailService, _ evidence: Evidence, into findings: inout Findings) {
        switch mail {
        case .hosts(let hosts, let hasNull):
            var invalid = hosts.filter { !MailService.isHostName($0) }.map(Wording.quote)
            if hasNull { invalid.append("a null MX beside others") }
            if !invalid.isEmpty {
                findings.add(.mxInvalid, "no host name: \(Wording.list(invalid))")
            }
        case .implicit, .null, .nowhere, .unknown: break
        }
        guard !evidence.mxAliases.isEmpty else { return }
        let aliases = evidence.mxAliases.sorted { $0.key < $1.key }.map { host, target in
            "MX \(host) is a CNAME to \(target)"
        }
        findings.add(.mxAlias, Wording.list(aliases, limit: 4))
    }

    /// Compares today's MX hosts with a usable policy in mode enforce or testing
    /// (RFC 8461 §4.1).
    func judgeCoverage(
        _ coverage: [MXCoverage], by policy: STSPolicy, into findings: inout Findings
    ) {
        guard !coverage.isEmpty else { return }
        let isAnyCovered = coverage.contains { $0.pattern != nil }
        let uncovered = coverage.filter { isAnyCovered ? $0.isSkipped : true }
        if !uncovered.isEmpty {
            let hosts = Wording.list(uncovered.map(\.host))
            let patterns = Wording.list(policy.mx.lazy.map(\.description), limit: 6)
            findings.add(
                isAnyCovered ? .mxUncovered : .mxAllUncovered,
                "MX \(hosts) \(uncovered.count == 1 ? "is" : "are") covered by no pattern of the "
                    + "policy (\(patterns))")
        }
        guard isAnyCovered else { return }
        let unused = PatternIndex(policy.mx).patternsCoveringNone(of: coverage.map(\.host))
        guard !unused.isEmpty else { return }
        findings.add(
            .mxPatternUnused,
            "\(Wording.list(unused)) \(unused.count == 1 ? "covers" : "cover") no MX host")
    }
}

extension MXCoverage {
    /// A sender could deliver to the host and does not, because of the policy. What is no host
    /// name is of no use with or without a policy, and has a finding of its own.
    var isSkipped: Bool { pattern == nil && MailService.isHostName(host) }
}
