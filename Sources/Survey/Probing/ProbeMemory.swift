internal import Evidence
internal import Fetch

/// What the probes of a run have found, within bounds.
struct ProbeMemory {
    private struct Kept {
        var probe: MailProbe
        /// The pass it was found in.
        var pass: Int
    }

    private var hosts: RecentMemory<String, Kept>
    /// Intermediates, and certificates for a provider's many hosts: each is held once, however
    /// many chains it is in.
    private var certificates = RecentMemory<Digest, Certificate>(capacity: 4096)

    init(capacity: Int) { hosts = RecentMemory(capacity: capacity) }

    /// What is known of a host in `pass`: what was measured in the run, and anything that was
    /// found in this pass.
    mutating func probe(of host: String, in pass: Int) -> MailProbe? {
        guard let kept = hosts.value(of: host) else { return nil }
        return kept.pass == pass || kept.probe.outcome.isSettled ? kept.probe : nil
    }

    /// Whether the host was looked at before, whatever came of it.
    mutating func hasSeen(_ host: String) -> Bool { hosts.value(of: host) != nil }

    /// - Returns: the same probe, with certificates that are shared with those kept before.
    mutating func keep(_ probe: MailProbe, in pass: Int) -> MailProbe {
        var probe = probe
        for index in probe.chain.indices {
            let certificate = probe.chain[index]
            if let known = certificates.value(of: certificate.digest) {
                probe.chain[index] = known
            } else {
                certificates.insert(certificate, for: certificate.digest)
            }
        }
        hosts.insert(Kept(probe: probe, pass: pass), for: probe.host)
        return probe
    }
}
