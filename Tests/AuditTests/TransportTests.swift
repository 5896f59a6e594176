import Audit
import Evidence
import MTASTS
import Testing

@Suite("Transport: what senders deliver to (RFC 8461 §4.2, §5)")
struct TransportTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var verdict: Verdict
        var causes: [Cause]
        var why: String
        var change: @Sendable (inout Evidence) -> Void

        init(
            _ verdict: Verdict, _ causes: [Cause], _ why: String,
            _ change: @escaping @Sendable (inout Evidence) -> Void
        ) {
            self.verdict = verdict
            self.causes = causes
            self.why = why
            self.change = change
        }

        var testDescription: String { "\(verdict.rawValue): \(why)" }
    }

    static let plain = MailProbeFailure.startTLSMissing
    static let lost = MailProbeFailure.connectTimeout

    static let mixtures: [Row] = [
        Row(.enforced, [], "both verified") { $0.mailProbes = [Sound.probe(1), Sound.probe(2)] },
        Row(.enforced, [], "not probed") { $0.mailProbes = nil },
        Row(.enforced, [], "asked for, and none was worth it") { $0.mailProbes = [] },
        Row(.bouncing, [.mxStartTLSMissing], "no host is usable") {
            $0.mailProbes = [Sound.probe(1, plain), Sound.probe(2, plain)]
        },
        Row(.bouncing, [.mxStartTLSMissing, .mxTLSFailed], "each for a reason of its own") {
            $0.mailProbes = [Sound.probe(1, plain), Sound.probe(2, .tls(.alert(80)))]
        },
        Row(.bouncing, [.mxStartTLSMissing], "the only covered host; the other is skipped") {
            $0.serve(Sound.policy(mx: ["mx: mx1.example.net"]))
            $0.mx = Lookup(.found(Sound.mxRecords(["mx1.example.net"])))
            $0.mailProbes = [Sound.probe(1, plain)]
        },
        Row(
            .bouncing, [.mxUncovered, .mxStartTLSMissing],
            "an uncovered host saves nothing, sound or not"
        ) {
            $0.serve(Sound.policy(mx: ["mx: mx1.example.net"]))
            $0.mailProbes = [Sound.probe(1, plain), Sound.probe(2)]
        },
        Row(.degraded, [.mxUncovered], "an uncovered host's STARTTLS is nobody's concern") {
            $0.serve(Sound.policy(mx: ["mx: mx1.example.net"]))
            $0.mailProbes = [Sound.probe(1), Sound.probe(2, plain)]
        },
        Row(.degraded, [.mxUnreachable, .mxStartTLSMissing], "one bad, one unknown") {
            $0.mailProbes = [Sound.probe(1, lost), Sound.probe(2, plain)]
        },
        Row(.degraded, [.mxStartTLSMissing], "the third was not probed, and may be sound") {
            let hosts = Sound.mxHosts + ["mx3.example.net"]
            $0.mx = Lookup(.found(Sound.mxRecords(hosts)))
            $0.serve(Sound.policy(mx: hosts.map { "mx: \($0)" }))
            $0.mailProbes = [Sound.probe(1, plain), Sound.probe(2, plain)]
        },
        Row(.enforced, [.mxUnreachable], "nothing is known, and nothing concluded") {
            $0.mailProbes = [Sound.probe(1, lost), Sound.probe(2, .refused(code: 554))]
        },
        Row(.enforced, [], "nothing leaves this network: no finding at all") {
            $0.mailProbes = [Sound.probe(1, .portBlocked), Sound.probe(2, .portBlocked)]
        },
        Row(
            .degraded, [.mxCertificateExpired, .mxCertificateUntrusted],
            "two root reasons in one certificate"
        ) {
            $0.mailProbes = [
                Sound.probe(1), Sound.probe(2, .certificate([.expired, .untrusted])),
            ]
        },
        Row(.testing, [.modeTesting, .mxStartTLSMissing], "testing is there to find it") {
            $0.serve(Sound.policy(mode: "mode: testing"))
            $0.mailProbes = [Sound.probe(1, plain), Sound.probe(2, plain)]
        },
        Row(.disabled, [.modeNone], "in mode none nobody asks for TLS") {
            $0.serve(Sound.policy(mode: "mode: none"))
            $0.mailProbes = [Sound.probe(1, plain), Sound.probe(2, plain)]
        },
        Row(
            .ineffective, [.policyStatus, .mxStartTLSMissing],
            "without a policy all hosts would count"
        ) {
            $0.fetches = [Sound.fetch(status: 404)]
            $0.mailProbes = [Sound.probe(1), Sound.probe(2, plain)]
        },
        Row(.unmeasured, [.policyConnectTimeout, .mxStartTLSMissing], "what was measured stands") {
            $0.fetches = [Sound.failure(.connectTimeout)]
            $0.mailProbes = [Sound.probe(1, plain), Sound.probe(2, plain)]
        },
        Row(.absent, [], "nothing is published, so nothing is asked of the hosts") {
            $0.withdraw()
            $0.mailProbes = [Sound.probe(1, plain)]
        },
    ]

    @Test("verdict and causes", arguments: mixtures)
    func row(_ row: Row) throws {
        let assessment = try Self.assess(row.change)
        #expect(assessment.verdict == row.verdict)
        #expect(Set(assessment.findings.map(\.cause)) == Set(row.causes))
        #expect(assessment.findings.count == row.causes.count, "one finding for each cause")
    }

    @Test("one cause at several hosts is one finding that names them, by preference")
    func severalHosts() throws {
        let assessment = try Self.assess {
            $0.mailProbes = [
                Sound.probe(2, .startTLSRefused(code: 454)), Sound.probe(1, .tls(.alert(40))),
            ]
        }
        #expect(
            assessment.findings.map(\.detail) == [
                "mx1.example.net ends the handshake with TLS alert 40 (handshake_failure); "
                    + "mx2.example.net offers STARTTLS and answers it with code 454"
            ])
    }

    @Test("dates are absolute: the finding stays the same every night")
    func dates() throws {
        let change: @Sendable (inout Evidence) -> Void = {
            $0.mailProbes = [
                Sound.probe(1, chain: [Sound.certificate(from: -85, until: 5)]),
                Sound.probe(2, .certificate([.expired]), chain: [Sound.certificate(until: -2)]),
            ]
        }
        let today = try Self.assess(change)
        let tomorrow = try Self.assess(
            now: Sound.now.adding(seconds: Timestamp.secondsPerDay), change)
        #expect(today == tomorrow)
        #expect(
            today.findings.map(\.detail) == [
                "the certificate of mx2.example.net expired at 2026-11-21T12:00:00Z",
                "the certificate of mx1.example.net is valid until 2026-11-28T12:00:00Z",
            ])
    }

    @Test("a certificate close to its end counts by the policy host's rule")
    func expiry() throws {
        for row in CertificateTests.expiry {
            let causes = try Self.assess {
                $0.mailProbes = [
                    Sound.probe(1),
                    Sound.probe(2, chain: [Sound.certificate(from: row.from, until: row.until)]),
                ]
            }.findings.map(\.cause)
            #expect(causes == (row.isExpiring ? [.mxCertificateExpiring] : []), "\(row.why)")
        }
    }

    // MARK: - Which hosts are probed

    @Test("covered host names, by preference, up to the limit; none in mode none")
    func hosts() throws {
        var evidence = Sound.evidence
        #expect(try Self.hosts(evidence) == Sound.mxHosts)
        #expect(try Self.hosts(evidence, limit: 1) == ["mx1.example.net"])
        #expect(try Self.hosts(evidence, limit: -1) == [])

        evidence.mx = Lookup(
            .found(Sound.mxRecords(["mx2.example.net", "192.0.2.1", "x.example.org"] + [""])))
        #expect(try Self.hosts(evidence) == ["mx2.example.net"], "the others are never tried")
        evidence.serve(Sound.policy(mode: "mode: testing"))
        #expect(try Self.hosts(evidence) == ["mx2.example.net"])
        evidence.serve(Sound.policy(mode: "mode: none"))
        #expect(try Self.hosts(evidence) == [])
        evidence.fetches = [Sound.fetch(status: 404)]
        #expect(
            try Self.hosts(evidence) == ["mx2.example.net", "x.example.org"],
            "no policy to compare with")
        evidence.mx = Lookup(.failed(.timeout))
        #expect(try Self.hosts(evidence) == [])
    }

    @Test("the domain itself, where its address takes the mail")
    func implicit() throws {
        var evidence = Sound.evidence
        evidence.mx = Lookup(.noData)
        evidence.domainAddresses = HostAddresses(
            v4: Lookup(.found([Sound.address])), v6: Lookup(.noData))
        #expect(try Self.hosts(evidence) == [], "not covered")
        evidence.serve(Sound.policy(mx: ["mx: example.com"]))
        #expect(try Self.hosts(evidence) == ["example.com"])
    }

    private static func hosts(_ evidence: Evidence, limit: Int = 8) throws -> [String] {
        Judge().hostsToProbe(evidence, of: try Sound.domain, limit: limit)
    }

    private static func assess(
        now: Timestamp = Sound.now, _ change: (inout Evidence) -> Void
    ) throws -> Assessment {
        var evidence = Sound.evidence
        change(&evidence)
        return Judge().assess(
            evidence, of: try Sound.domain, expecting: Expectations(), now: now)
    }
}
