import Audit
import Evidence
import Testing

@testable import Report

@Suite("What was seen, in the words of the HTML report")
struct EvidenceLinesTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var evidence: Evidence
        var line: String
        var why: String
        var testDescription: String { why }
    }

    private static let now = Timestamp(seconds: 1_795_435_200)

    private static func evidence(_ change: (inout Evidence) -> Void) -> Evidence {
        var evidence = Evidence(
            mx: Lookup(.found([MXRecord(preference: 10, host: "mx.example.com")])),
            record: Lookup(.noData), tlsrpt: Lookup(.noData))
        change(&evidence)
        return evidence
    }

    private static func probed(
        _ outcome: MailProbe.Outcome, from address: String? = "203.1.113.5", tls: String? = nil
    ) -> Evidence {
        evidence {
            $0.mailProbes = [
                MailProbe(
                    host: "mx.example.com", address: address.flatMap { IPAddress($0) },
                    outcome: outcome, tlsVersion: tls,
                    cipher: tls.map { _ in "TLS_AES_256_GCM_SHA384" })
            ]
        }
    }

    static let rows: [Row] = [
        Row(
            evidence: probed(.verified, tls: "TLSv1.3"),
            line: "mx: Probe: mx.example.com (203.1.113.5): STARTTLS, TLSv1.3, "
                + "TLS_AES_256_GCM_SHA384", why: "a probe that went well"),
        Row(
            evidence: probed(.failed(.connectTimeout)),
            line: "mx: Probe: mx.example.com (203.1.113.5): "
                + "mx.example.com takes no connection in time", why: "one that did not"),
        Row(
            evidence: probed(.failed(.noAddress), from: nil),
            line: "mx: Probe: mx.example.com: mx.example.com has no address",
            why: "a host without an address has none to show"),
        Row(
            evidence: evidence {
                $0.misplacedRecords = [
                    MisplacedRecord(place: .underscore, record: "v=STSv1; id=1;")
                ]
            }, line: "record: At _mta_sts: \"v=STSv1; id=1;\"", why: "where nobody looks"),
        Row(
            evidence: evidence { $0.mx = Lookup(.found([MXRecord(preference: 0, host: "")])) },
            line: "mx: MX: none: the domain takes no mail", why: "RFC 7505 §3: a null MX"),
        Row(
            evidence: evidence { $0.mx = Lookup(.failed(.timeout)) },
            line: "mx: MX: no answer in time", why: "a lookup that failed is in its own words"),
    ]

    @Test("a line for each thing that was seen", arguments: rows)
    func line(row: Row) {
        let lines = EvidenceLines.of(row.evidence, "example.com", at: Self.now)
            .map { "\($0.step): \($0.label): \($0.text)" }
        #expect(lines.contains { $0.hasPrefix(row.line) }, "\(lines)")
    }

    @Test("a step has twelve lines at most, whatever a zone holds")
    func limit() {
        let many = Self.evidence {
            $0.mx = Lookup(
                .found((0..<100).map { MXRecord(preference: 10, host: "mx\($0).example.com") }))
        }
        let lines = EvidenceLines.of(many, "example.com", at: Self.now)
        #expect(lines.count { $0.step == .mx } == 12)
    }
}
