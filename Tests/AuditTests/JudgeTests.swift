import Audit
import Evidence
import MTASTS
import Testing

@Suite("Judge: every cause from evidence (RFC 8461 §3, §4.1; RFC 8460 §3)")
struct JudgeTests {
    /// No evidence leads to these: they are about the row or the run, not about the domain.
    static let judgedElsewhere: [Cause: String] = [
        .inputInvalidDomain: "the row names no domain, so there is no evidence",
        .resolverUnavailable: "no query was answered, so the run ends before a domain is judged",
    ]

    @Test("the sound domain has no finding")
    func sound() throws {
        let assessment = Judge().assess(
            Sound.evidence, of: try Sound.domain, expecting: Expectations(modes: [.enforce]),
            now: Sound.now)
        #expect(
            assessment
                == Assessment(
                    verdict: .enforced, mode: "enforce", policyID: "20261101T000000",
                    maxAge: 604_800, mxPatterns: Sound.mxHosts,
                    mxHosts: Sound.mxHosts.map { MXCoverage(host: $0, pattern: $0) },
                    publication: .live(Sound.livePolicy())))
    }

    @Test("verdict and exact causes", arguments: JudgeRow.all)
    func row(_ row: JudgeRow) throws {
        let assessment = try row.assess()
        #expect(assessment.verdict == row.verdict)
        #expect(Set(assessment.findings.map(\.cause)) == row.causes)
        #expect(assessment.findings.count == row.causes.count, "one finding a broken thing")
    }

    @Test("a single fault gives one error or one unmeasured finding", arguments: JudgeRow.all)
    func noCascade(_ row: JudgeRow) throws {
        // Two root reasons in one certificate are two faults.
        guard !row.causes.isSuperset(of: [.policyCertificateExpired, .policyCertificateUntrusted])
        else { return }
        let grave = try row.assess().findings.filter { finding in
            switch finding.severity {
            case .error, .unmeasured: true
            case .warning, .advice: false
            }
        }
        #expect(grave.count <= 1)
        let isGrave =
            row.cause.defaultSeverity == .error || row.cause.defaultSeverity == .unmeasured
        let isMild = row.cause == .policyMXInvalid && row.verdict == .enforced
        if isGrave && !isMild { #expect(grave.map(\.cause) == [row.cause]) }
    }

    @Test(
        "details are one line that says something and depends on no clock", arguments: JudgeRow.all)
    func details(_ row: JudgeRow) throws {
        for finding in try row.assess().findings {
            #expect(finding.detail.count > 8)
            #expect(!finding.detail.utf8.contains { $0 < 0x20 || $0 == 0x7F })
            #expect(finding.detail.first?.isWhitespace == false)
        }
    }

    @Test("no cause is without a row")
    func exhaustive() {
        let tested = Set(JudgeRow.all.map(\.cause))
        for cause in Cause.allCases {
            #expect(
                tested.contains(cause) != Self.judgedElsewhere.keys.contains(cause),
                "\(cause.code) needs a row, or a reason to have none")
        }
    }
}
