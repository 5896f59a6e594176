import Audit
import Evidence
import MTASTS
import Testing

@Suite("What senders report, beside what is seen from here (RFC 8460 §4.3)")
struct ReportedTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var failure: ReportedFailure
        /// Of the finding, from its first word to its last.
        var detail: String
        var why: String
        var publications: [PublishedPolicy] = []
        var change: @Sendable (inout Evidence) -> Void = { _ in }

        var testDescription: String { why }
    }

    static let fetch =
        "Google Inc. could not fetch the policy on 12 of the 14 days to 2026-11-22 (53 sessions); "
    static let fetchError = ReportedFailure(.policyFetchError, 53, days: 12)
    static let mismatch = ReportedFailure(.certificateHostMismatch, mx: [Sound.mxHosts[1]])
    static let mx2 =
        "Google Inc. reports certificate-host-mismatch at mx2.example.net on 3 of the 14 days to "
        + "2026-11-22 (17 sessions); "

    static let policyRows: [Row] = [
        Row(
            failure: fetchError,
            detail: fetch + "from here it works since 2026-10-24T12:00:00Z", why: "the sentence",
            publications: [PublishedPolicy(from: -30)]),
        Row(
            failure: fetchError,
            detail: fetch + "from here it works since 2026-09-24T12:00:00Z",
            why: "it changed twice without a gap, the last time today",
            publications: [
                PublishedPolicy(id: "a", from: -60, gone: -30),
                PublishedPolicy(id: "b", from: -30),
            ]),
        Row(
            failure: fetchError,
            detail: fetch + "from here it works since 2026-11-13T12:00:00Z",
            why: "there was nothing for a while",
            publications: [PublishedPolicy(from: -60, gone: -20), PublishedPolicy(from: -10)]),
        Row(
            failure: fetchError,
            detail: fetch + "from here it works since 2026-11-23T12:00:00Z",
            why: "it works again", publications: [PublishedPolicy(from: -60, gone: -20)]),
        Row(
            failure: fetchError,
            detail: fetch + "from here it works since 2026-11-23T12:00:00Z, the first look",
            why: "the first look: the next will find that it began with this one"),
        Row(
            failure: fetchError, detail: fetch + "confirmed from here: policy-status",
            why: "the same from here"
        ) { $0.fetches = [Sound.fetch(status: 404)] },
        Row(
            failure: fetchError,
            detail: fetch + "from here it fails otherwise: policy-certificate-expired",
            why: "senders that do not tell one from the other"
        ) {
            $0.fetches = [
                Sound.failure(.certificate([.expired]), chain: [Sound.certificate(until: -1)])
            ]
        },
        Row(
            failure: fetchError, detail: fetch + "not measured from here",
            why: "a timeout is no proof"
        ) { $0.fetches = [Sound.failure(.connectTimeout)] },
        Row(
            failure: fetchError, detail: fetch + "from here there is no usable policy now",
            why: "the policy is there, the record is not usable"
        ) { $0.publish(["v=STSv1; id=a b;"]) },
        Row(
            failure: fetchError,
            detail: fetch
                + "from here it works since 2026-11-23T12:00:00Z, the first look, but for "
                + "policy-content-type",
            why: "RFC 8461 §3.2: some senders refuse it"
        ) { $0.serve(Sound.policy, contentType: "text/html") },
        Row(
            failure: ReportedFailure(
                .policyInvalid, 1, by: ["Mail.ru", "Comcast"], days: 1, last: -4),
            detail: "Mail.ru and Comcast found the policy invalid on 1 of the 14 days to "
                + "2026-11-22, last on 2026-11-18 (1 session); confirmed from here: "
                + "policy-mode-invalid",
            why: "not any more, perhaps"
        ) { $0.serve(Sound.policy(mode: "mode: enforced")) },
        Row(
            failure: ReportedFailure(
                .webPKIInvalid, by: ["A", "B", "C", "D", "E", "F", "G", "H"], count: 31),
            detail: "A, B, C and 28 more refused the certificate of the policy host on 3 of the "
                + "14 days to 2026-11-22 (17 sessions); from here it works since "
                + "2026-11-23T12:00:00Z, the first look",
            why: "many senders"),
    ]

    static let mxRows: [Row] = [
        Row(
            failure: mismatch, detail: mx2 + "confirmed by our probe", why: "the sentence"
        ) { $0.mailProbes = [Sound.probe(1), Sound.probe(2, .certificate([.nameMismatch]))] },
        Row(failure: mismatch, detail: mx2 + "not seen by our probe", why: "sound now") {
            $0.mailProbes = [Sound.probe(1), Sound.probe(2)]
        },
        Row(failure: mismatch, detail: mx2 + "not measured from here", why: "no --probe-mx"),
        Row(failure: mismatch, detail: mx2 + "not measured from here", why: "port 25") {
            $0.mailProbes = [Sound.probe(1), Sound.probe(2, .portBlocked)]
        },
        Row(failure: mismatch, detail: mx2 + "not measured from here", why: "unreachable") {
            $0.mailProbes = [Sound.probe(1), Sound.probe(2, .connectTimeout)]
        },
        Row(
            failure: mismatch, detail: mx2 + "our probe finds mx-starttls-missing instead",
            why: "worse"
        ) { $0.mailProbes = [Sound.probe(1), Sound.probe(2, .startTLSMissing)] },
        Row(
            failure: mismatch,
            detail: mx2 + "mx2.example.net is no MX host of the domain now", why: "moved away"
        ) {
            $0.mx = Lookup(.found(Sound.mxRecords([Sound.mxHosts[0]])))
            $0.serve(Sound.policy(mx: ["mx: mx1.example.net"]))
            $0.mailProbes = [Sound.probe(1)]
        },
        Row(
            failure: ReportedFailure(
                .certificateExpired, by: ["Google Inc.", "Comcast"],
                mx: ["mx1.example.net", "mx2.example.net", "mx3.example.net"]),
            detail: "Google Inc. and Comcast report certificate-expired at mx1.example.net, "
                + "mx2.example.net and mx3.example.net on 3 of the 14 days to 2026-11-22 (17 "
                + "sessions); not seen by our probe of mx1.example.net, confirmed by our probe "
                + "of mx2.example.net, mx3.example.net is no MX host of the domain now",
            why: "each host for itself"
        ) { $0.mailProbes = [Sound.probe(1), Sound.probe(2, .certificate([.expired]))] },
        Row(
            failure: ReportedFailure(.startTLSNotSupported, days: 14),
            detail: "Google Inc. reports starttls-not-supported on 14 of the 14 days to "
                + "2026-11-22 (17 sessions); confirmed by our probe of mx2.example.net",
            why: "a report that names no host"
        ) { $0.mailProbes = [Sound.probe(1), Sound.probe(2, .startTLSMissing)] },
        Row(
            failure: ReportedFailure(.validationFailure, mx: ["mx2.example.net"]),
            detail: "Google Inc. reports validation-failure at mx2.example.net on 3 of the 14 "
                + "days to 2026-11-22 (17 sessions); confirmed: the policy does not cover "
                + "mx2.example.net",
            why: "RFC 8460 §4.3 has no other name for it"
        ) { $0.serve(Sound.policy(mx: ["mx: mx1.example.net"])) },
        Row(
            failure: ReportedFailure(.tlsaInvalid, mx: ["mx1.example.net"]),
            detail: "Google Inc. reports tlsa-invalid at mx1.example.net on 3 of the 14 days to "
                + "2026-11-22 (17 sessions); DANE is not measured from here",
            why: "no DNSSEC here"),
        Row(
            failure: ReportedFailure(
                .certificateNotTrusted, by: ["=cmd|' /C calc'!A0", "\u{1B}[2J", "  "],
                mx: ["<script>", "mx1.example.net"]),
            detail: """
                "=cmd|' /C calc'!A0", "\\027[2J" and "  " report certificate-not-trusted at \
                "<script>" and mx1.example.net on 3 of the 14 days to 2026-11-22 (17 sessions); \
                "<script>" is no MX host of the domain now, mx1.example.net not measured from here
                """,
            why: "whatever a stranger writes"),
    ]

    @Test("the detail", arguments: policyRows + mxRows)
    func detail(row: Row) throws {
        var evidence = Sound.evidence
        row.change(&evidence)
        var history = History.reported(row.failure)
        history.publications.policies = row.publications
        let assessment = Judge().assess(
            evidence, of: try Sound.domain, expecting: Expectations(), history: history,
            now: Sound.now)
        let found = assessment.findings.filter { $0.cause == row.failure.resultType.cause }
        #expect(found.map(\.detail) == [row.detail])
        #expect(found.map(\.severity) == [.warning])
        // Reports never change a verdict.
        let alone = Judge().assess(
            evidence, of: try Sound.domain, expecting: Expectations(), now: Sound.now)
        #expect(assessment.verdict == alone.verdict)
    }

    @Test("nothing is said of a domain that publishes nothing, or takes no mail")
    func silent() throws {
        let history = History.reported(ReportedFailure(.policyFetchError))
        var absent = Sound.evidence
        absent.withdraw()
        var null = Sound.evidence
        null.mx = Lookup(.found([MXRecord(preference: 0, host: "")]))
        var missing = Sound.evidence
        missing.mx = Lookup(.nameMissing)
        for evidence in [absent, null, missing] {
            let findings = Judge().assess(
                evidence, of: try Sound.domain, expecting: Expectations(), history: history,
                now: Sound.now
            ).findings
            #expect(!findings.contains { $0.cause == .reportedPolicyFetchError })
        }
    }

    @Test("every result type has a cause whose page names it")
    func causes() {
        for type in ResultType.allCases {
            #expect(type.cause.code == "reported-" + type.rawValue)
            #expect(type.cause.explanation.resultType == type)
        }
    }
}
