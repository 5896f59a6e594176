internal import Audit
internal import Evidence

/// What the probes of a domain's MX hosts saw, a few lines for each host.
struct ProbeLines {
    var probes: [MailProbe]
    /// When they were made.
    var at: Timestamp

    var lines: [String] {
        var lines = probes.flatMap(lines(of:))
        if !probes.isEmpty, probes.allSatisfy(\.failedToConnect) {
            lines.append("no MX host takes a connection: the SMTP port may be blocked from here")
        }
        return lines
    }

    private func lines(of probe: MailProbe) -> [String] {
        let place = probe.address.map { "\(probe.host) (\($0))" } ?? probe.host
        var lines: [String] = []
        switch probe.outcome {
        case .verified:
            let session = [probe.tlsVersion, probe.cipher].compactMap(\.self)
            lines.append("\(place): STARTTLS, \(session.joined(separator: ", "))")
        case .failed:
            let troubles = Judge().troubles(of: probe, now: at)
            lines += troubles.map { "\(place): \($0)" }
        }
        guard let leaf = probe.chain.first else { return lines }
        let names = leaf.dnsNames.prefix(4).joined(separator: ", ")
        let more = leaf.dnsNameCount > 4 ? " and \(leaf.dnsNameCount - 4) more" : ""
        lines.append(
            "  certificate for \(names)\(more), issuer \(leaf.issuer), \(leaf.key), valid "
                + "\(leaf.notBefore) to \(leaf.notAfter)"
                + CheckPage.remainder(until: leaf.notAfter, from: at))
        return lines
    }
}

extension MailProbe {
    fileprivate var failedToConnect: Bool {
        switch outcome {
        case .failed(.connectRefused), .failed(.connectTimeout), .failed(.unreachable): true
        case .verified, .failed: false
        }
    }
}
