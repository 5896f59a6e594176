import Audit
import Evidence
import MTASTS
import Testing

@Suite("Verdicts: what senders do (RFC 8461 §5)")
struct VerdictTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var verdict: Verdict
        var causes: Set<Cause>
        var why: String
        var change: @Sendable (inout Evidence) -> Void

        init(
            _ verdict: Verdict, _ causes: Set<Cause>, _ why: String,
            _ change: @escaping @Sendable (inout Evidence) -> Void
        ) {
            self.verdict = verdict
            self.causes = causes
            self.why = why
            self.change = change
        }

        var testDescription: String { "\(verdict.rawValue): \(why)" }
    }

    static let withoutRecord: [Row] = [
        Row(.absent, [], "nothing is published") { $0.withdraw() },
        Row(.absent, [], "the name leads by CNAME to one without a TXT") {
            $0.withdraw()
            $0.record = Lookup(.noData, aliases: ["www.example.com"])
        },
        Row(.absent, [], "an orphan policy host that answers with an error") {
            $0.withdraw()
            $0.fetches = [Sound.fetch(status: 404)]
        },
        Row(.absent, [], "an orphan policy host with a bad certificate") {
            $0.withdraw()
            $0.fetches = [Sound.failure(.certificate([.nameMismatch]))]
        },
        Row(.absent, [], "an orphan policy that nobody could use") {
            $0.withdraw()
            $0.serve(Sound.policy(mode: "mode: enforced"))
        },
        Row(.absent, [], "an orphan host that cannot be looked up") {
            $0.withdraw()
            $0.policyHost = HostAddresses(
                v4: Lookup(.failed(.timeout)), v6: Lookup(.failed(.timeout)))
        },
        Row(.absent, [], "a TLSRPT lookup that fails says nothing when nothing is published") {
            $0.withdraw()
            $0.tlsrpt = Lookup(.failed(.timeout))
        },
        Row(.absent, [], "a wildcard that answers every name with other text") {
            $0.withdraw()
            $0.record = Lookup(.found(["v=spf1 -all"]))
            $0.wildcardProbe = Lookup(.found(["v=spf1 -all"]))
        },
        Row(.absent, [], "the address takes the mail") {
            $0.withdraw()
            $0.mx = Lookup(.noData)
            $0.domainAddresses = HostAddresses(
                v4: Lookup(.noData), v6: Lookup(.found([Sound.address])))
        },
        Row(.noMail, [], "neither MX nor address, nothing published") {
            $0.withdraw()
            $0.mx = Lookup(.noData)
            $0.domainAddresses = HostAddresses(v4: Lookup(.noData), v6: Lookup(.noData))
        },
        Row(.noMail, [], "a null MX, and a policy host that was forgotten") {
            $0.record = Lookup(.nameMissing)
            $0.mx = Lookup(.found([MXRecord(preference: 0, host: "")]))
        },
        Row(.unmeasured, [.mxLookupFailed, .recordLookupFailed], "the whole zone fails") {
            $0.withdraw()
            $0.mx = Lookup(.failed(.serverFailure))
            $0.record = Lookup(.failed(.serverFailure))
            $0.tlsrpt = Lookup(.failed(.serverFailure))
        },
        Row(.unmeasured, [.recordLookupFailed], "a policy nobody may be told of is not judged") {
            $0.record = Lookup(.failed(.serverFailure))
            $0.fetches = [Sound.fetch(status: 404)]
        },
    ]

    static let withRecord: [Row] = [
        Row(.enforced, [], "a wildcard with other text leaves the record alone") {
            $0.wildcardProbe = Lookup(.found(["v=spf1 -all"]))
        },
        Row(.enforced, [], "one address family is enough") {
            $0.policyHost?.v6 = Lookup(.failed(.serverFailure))
        },
        Row(.enforced, [.policySenderDisagreement], "media types compare without regard to case") {
            $0.serve(Sound.policy, contentType: "TEXT/Plain ;charset=UTF-8")
        },
        Row(
            .ineffective, [.recordSenderDisagreement, .recordIDInvalid, .policyModeInvalid],
            "record and policy both broken"
        ) {
            $0.publish(["v=STSv1; id=a-b;"])
            $0.serve(Sound.policy(mode: "mode: enforced"))
        },
        Row(
            .ineffective, [.recordSenderDisagreement, .recordIDInvalid, .mxUncovered],
            "mending the record would break mail"
        ) {
            $0.publish(["v=STSv1; id=a-b;"])
            $0.serve(Sound.policy(mx: ["mx: mx1.example.net"]))
        },
        Row(
            .ineffective, [.recordSenderDisagreement, .recordIDInvalid, .policyConnectTimeout],
            "broken whatever is served"
        ) {
            $0.publish(["v=STSv1; id=a-b;"])
            $0.fetches = [Sound.failure(.connectTimeout)]
        },
        Row(.ineffective, [.policyModeInvalid, .mxLookupFailed], "what was measured stands") {
            $0.mx = Lookup(.failed(.timeout))
            $0.serve(Sound.policy(mode: "mode: enforced"))
        },
        Row(
            .disabled, [.modeNone, .mxLookupFailed, .policySenderDisagreement],
            "mode none needs no MX"
        ) {
            $0.mx = Lookup(.failed(.timeout))
            $0.serve(Sound.policy(mode: "mode: none", mx: []))
        },
        Row(.disabled, [.modeNone], "in mode none nobody reports and nothing is covered") {
            $0.tlsrpt = Lookup(.nameMissing)
            $0.mx = Lookup(.found(Sound.mxRecords(["in.provider.example"])))
            $0.serve(Sound.policy(mode: "mode: none"))
        },
        Row(
            .ineffective, [.policyModeInvalid, .policyMaxAgeMissing, .policyMXInvalid],
            "three lines, three things to mend"
        ) {
            $0.serve(Sound.policy(mode: "mode: on", mx: ["mx: mx1.example.net;"], maxAge: nil))
        },
        Row(.degraded, [.mxUncovered, .mxPatternUnused], "a host was renamed in the MX only") {
            $0.mx = Lookup(.found(Sound.mxRecords(["mx1.example.net", "mx9.example.net"])))
        },
        Row(.unmeasured, [.policyUnreachable], "nothing was contacted, for whatever reason") {
            $0.fetches = []
        },
        Row(.unmeasured, [.policyHostLookupFailed], "the policy host was not looked up") {
            $0.fetches = []
            $0.policyHost = nil
        },
    ]

    @Test("verdict and causes", arguments: withoutRecord + withRecord)
    func row(_ row: Row) throws {
        var evidence = Sound.evidence
        row.change(&evidence)
        let assessment = Judge().assess(
            evidence, of: try Sound.domain, expecting: Expectations(), now: Sound.now)
        #expect(assessment.verdict == row.verdict)
        #expect(Set(assessment.findings.map(\.cause)) == row.causes)
        #expect(assessment.findings.count == row.causes.count)
    }

    @Test("most urgent first, then by stage, then by line")
    func order() throws {
        var evidence = Sound.evidence
        evidence.publish(["hello", "v=STSv1; id=1;"])
        evidence.tlsrpt = Lookup(.failed(.timeout))
        evidence.mx = Lookup(.found(Sound.mxRecords(["192.0.2.1"])))
        evidence.serve(
            Sound.policy(mx: ["mx: a.example.net.", "mx: b.example.net."]), contentType: nil)
        let assessment = Judge().assess(
            evidence, of: try Sound.domain, expecting: Expectations(), now: Sound.now)
        #expect(
            assessment.findings.map(\.cause) == [
                .policyMXInvalid, .policyMXInvalid, .policyContentType, .mxInvalid,
                .recordUnrelatedText, .recordSenderDisagreement, .policySenderDisagreement,
                .tlsrptLookupFailed,
            ])
        #expect(assessment.findings.prefix(2).map(\.line) == [3, 4])
    }

    @Test("the MX hosts are there for a domain without a record")
    func hostsWithoutRecord() throws {
        var evidence = Sound.evidence
        evidence.withdraw()
        let assessment = Judge().assess(
            evidence, of: try Sound.domain, expecting: Expectations(), now: Sound.now)
        #expect(
            assessment
                == Assessment(
                    verdict: .absent, mxHosts: Sound.mxHosts.map { MXCoverage(host: $0) },
                    publication: .nothing))
    }
}
