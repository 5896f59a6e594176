import Audit
import Evidence
import Testing

@Suite("Certificate of the policy host (RFC 8461 §3.3)")
struct CertificateTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var from: Int64
        var until: Int64
        var isExpiring: Bool
        var why: String

        var testDescription: String { why }
    }

    static let expiry: [Row] = [
        Row(from: -76, until: 14, isExpiring: false, why: "fourteen days are enough"),
        Row(from: -77, until: 13, isExpiring: true, why: "thirteen are not"),
        Row(from: -4, until: 3, isExpiring: false, why: "a week's certificate has most of it left"),
        Row(from: -5, until: 2, isExpiring: true, why: "and is in its last third here"),
        Row(from: -5, until: -1, isExpiring: false, why: "expired is no advice, and was accepted"),
        Row(
            from: .min / 86_400, until: .max / 86_400, isExpiring: false,
            why: "dates out of any range do not trap"),
    ]

    @Test("expiring soon", arguments: expiry)
    func expiring(_ row: Row) throws {
        var evidence = Sound.evidence
        evidence.fetches[0].chain = [Sound.certificate(from: row.from, until: row.until)]
        let causes = try assess(evidence).findings.map(\.cause)
        #expect(causes == (row.isExpiring ? [.policyCertificateExpiring] : []))
    }

    @Test("the date stands in the detail, so the finding stays the same every night")
    func expiringDetail() throws {
        var evidence = Sound.evidence
        evidence.fetches[0].chain = [Sound.certificate(from: -80, until: 10)]
        let today = try assess(evidence)
        let tomorrow = try assess(evidence, now: Sound.now.adding(seconds: Timestamp.secondsPerDay))
        #expect(today == tomorrow)
        #expect(today.findings.first?.detail.contains("2026-12-03T12:00:00Z") == true)
    }

    @Test("the certificate that expired is named, even when it is the intermediate")
    func expiredIntermediate() throws {
        var intermediate = Sound.certificate(from: -900, until: -2)
        intermediate.subject = "CN=Example Issuing CA"
        var evidence = Sound.evidence
        evidence.fetches = [
            Sound.failure(.certificate([.expired]), chain: [Sound.certificate(), intermediate])
        ]
        let finding = try #require(try assess(evidence).findings.first)
        #expect(finding.detail.contains("Example Issuing CA"))
        #expect(finding.detail.contains("2026-11-21"))
    }

    @Test(
        "no chain and no reason still give a finding",
        arguments: [[], [.expired], [.other(1), .other(2)], [.nameMismatch], [.chainIncomplete]]
            as [[CertificateProblem]])
    func bare(_ problems: [CertificateProblem]) throws {
        var evidence = Sound.evidence
        evidence.fetches = [Sound.failure(.certificate(problems))]
        let assessment = try assess(evidence)
        #expect(assessment.verdict == .ineffective)
        #expect(assessment.findings.count == 1)
    }

    private func assess(_ evidence: Evidence, now: Timestamp = Sound.now) throws -> Assessment {
        Judge().assess(
            evidence, of: try Sound.domain, expecting: Expectations(), now: now)
    }
}
