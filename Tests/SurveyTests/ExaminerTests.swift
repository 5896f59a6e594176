import Evidence
import Fetch
import Testing

@testable import Survey

@Suite("Examiner: which questions are asked when", .timeLimit(.minutes(6)))
struct ExaminerTests {
    struct Case: CustomTestStringConvertible {
        var why: String
        var answers: [String: [Script.Answer]]
        var outcomes: [String: [Fetch.Outcome]] = [:]
        var options = ExaminerOptions()
        var asked: [String]
        var fetched: [String] = []
        var testDescription: String { why }
    }

    static let first = ["MX a.example", "TXT _mta-sts.a.example", "TXT _smtp._tls.a.example"]
    static let hosts = ["A mta-sts.a.example", "AAAA mta-sts.a.example"]
    static let own = ["A a.example", "AAAA a.example"]
    static let misplaced = ["TXT _mta_sts.a.example", "TXT a.example", "TXT mta-sts.a.example"]
    static let mx: [String: [Script.Answer]] = ["MX a.example": [.mx(["mx.a.example"])]]
    static let record: [String: [Script.Answer]] = [
        "TXT _mta-sts.a.example": [.txt(["v=STSv1; id=1;"])]
    ]
    static let policyHost: [String: [Script.Answer]] = [
        "A mta-sts.a.example": [.addresses(["192.0.32.1"])]
    ]
    static let withRecord = first + hosts + ["CNAME mx.a.example", "TXT RANDOM.a.example"]

    static func merged(_ parts: [String: [Script.Answer]]...) -> [String: [Script.Answer]] {
        parts.reduce(into: [:]) { $0.merge($1) { _, new in new } }
    }

    static let rows: [Case] = [
        Case(why: "no record, no policy host: five queries", answers: mx, asked: first + hosts),
        Case(
            why: "NXDOMAIN of the domain ends it", answers: ["MX a.example": [.nameMissing()]],
            asked: first),
        Case(
            why: "a null MX ends it", answers: merged(["MX a.example": [.mx([""])]], record),
            asked: first),
        Case(why: "neither MX nor address ends it", answers: record, asked: first + own),
        Case(
            why: "an address instead of an MX goes on",
            answers: ["A a.example": [.addresses(["192.0.32.2"])]], asked: first + own + hosts),
        Case(
            why: "a failed address lookup may hide one: it goes on",
            answers: ["A a.example": [.failed(.serverFailure)]],
            options: ExaminerOptions(retries: 0), asked: first + own + hosts),
        Case(
            why: "a failed MX lookup does not stop the rest",
            answers: merged(record, ["MX a.example": [.failed(.refused)]]),
            options: ExaminerOptions(retries: 0), asked: first + hosts + ["TXT RANDOM.a.example"]),
        Case(
            why: "a record that cannot be read ends it",
            answers: merged(mx, ["TXT _mta-sts.a.example": [.failed(.timeout)]]),
            options: ExaminerOptions(retries: 0), asked: first),
        Case(
            why: "orphans are not looked for when told so", answers: mx,
            options: ExaminerOptions(looksForOrphans: false), asked: first),
        Case(
            why: "no record, but a policy host: fetch, and look for misplaced records",
            answers: merged(mx, policyHost), outcomes: ["192.0.32.1": [.policy]],
            asked: first + hosts + misplaced, fetched: ["mta-sts.a.example 192.0.32.1"]),
        Case(
            why: "an orphan's addresses are asked in turn, once each",
            answers: merged(
                mx,
                ["A mta-sts.a.example": [.addresses(["192.0.32.1", "192.0.32.2", "192.0.32.3"])]]),
            outcomes: ["192.0.32.1": [.failed(.connectTimeout)], "192.0.32.2": [.status(503)]],
            asked: first + hosts + misplaced,
            fetched: ["mta-sts.a.example 192.0.32.1", "mta-sts.a.example 192.0.32.2"]),
        Case(
            why: "record, host and policy", answers: merged(mx, record, policyHost),
            outcomes: ["192.0.32.1": [.policy]], asked: withRecord,
            fetched: ["mta-sts.a.example 192.0.32.1"]),
        Case(
            why: "record, no host", answers: merged(mx, record), asked: withRecord),
        Case(
            why: "a broken record counts as published",
            answers: merged(mx, ["TXT _mta-sts.a.example": [.txt(["v=STSv2; id=1"])]]),
            asked: withRecord),
        Case(
            why: "a wildcard's SPF text does not",
            answers: merged(mx, ["TXT _mta-sts.a.example": [.txt(["v=spf1 -all"])]]),
            asked: first + hosts),
        Case(
            why: "a CNAME to nowhere at the record counts as published",
            answers: merged(mx, ["TXT _mta-sts.a.example": [.nameMissing(aliases: ["x.example"])]]),
            asked: withRecord),
        Case(
            why: "guarded addresses are not contacted",
            answers: merged(
                mx, record,
                ["A mta-sts.a.example": [.addresses(["10.0.0.1", "127.0.0.1", "192.0.32.1"])]]),
            outcomes: ["192.0.32.1": [.policy]], asked: withRecord,
            fetched: ["mta-sts.a.example 192.0.32.1"]),
        Case(
            why: "the first four addresses, sorted",
            answers: merged(
                mx, record,
                [
                    "A mta-sts.a.example": [
                        .addresses(["192.0.32.9", "192.0.32.5", "192.0.32.7", "192.0.32.6"])
                    ],
                    "AAAA mta-sts.a.example": [.addresses(["2606:4700::1"])],
                ]), asked: withRecord,
            fetched: [5, 6, 7, 9].map { "mta-sts.a.example 192.0.32.\($0)" }),
        Case(
            why: "no alias lookup for a null MX or an address; one for each host",
            answers: merged(
                record, ["MX a.example": [.mx(["", "192.0.32.1", "x.example", "x.example"])]]),
            asked: first + hosts + ["CNAME x.example", "TXT RANDOM.a.example"]),
        Case(
            why: "only the family that failed is asked again",
            answers: merged(
                mx, policyHost, ["AAAA mta-sts.a.example": [.failed(.timeout), .noData]]),
            outcomes: ["192.0.32.1": [.policy]],
            asked: first + hosts + ["AAAA mta-sts.a.example"] + misplaced,
            fetched: ["mta-sts.a.example 192.0.32.1"]),
    ]

    @Test("questions", arguments: rows)
    func questions(row: Case) async throws {
        let result = try await Script(row.answers, row.outcomes).examine(row.options)
        #expect(result.asked == row.asked.sorted(), "\(row.why)")
        #expect(result.fetched == row.fetched.sorted(), "\(row.why)")
        #expect(result.measurement.queries == row.asked.count)
        #expect(result.measurement.requests == row.fetched.count)
    }

    typealias Side = (
        question: String, answers: [String: [Script.Answer]], unanswered: [SideQuestion],
        why: String
    )
    static let sides: [Side] = [
        (
            "TXT RANDOM.a.example", merged(mx, record), [.wildcard], "a wildcard may answer there"
        ),
        ("CNAME mx.a.example", merged(mx, record), [.mxAliases], "the MX host may be an alias"),
        (
            "AAAA mta-sts.a.example", merged(mx, record, policyHost), [.policyHostAddresses],
            "another address may differ"
        ),
        (
            "A mta-sts.a.example", mx, [.misplacedRecords, .orphanedPolicy],
            "a policy host may be orphaned"
        ),
        (
            "TXT a.example", merged(mx, policyHost), [.misplacedRecords],
            "the record may be misplaced there"
        ),
        ("TXT _smtp._tls.a.example", mx, [.reporting], "the TLSRPT record may be broken"),
    ]

    @Test("what fails beside makes it partial, for what it would have shown", arguments: sides)
    func partial(row: Side) async throws {
        let options = ExaminerOptions(retries: 0)
        let outcomes = ["192.0.32.1": [Fetch.Outcome.policy]]
        let whole = try await Script(row.answers, outcomes).examine(options)
        #expect(!whole.isPartial, "\(row.why)")
        let failing = Self.merged(row.answers, [row.question: [.failed(.timeout)]])
        let partial = try await Script(failing, outcomes).examine(options)
        #expect(partial.isPartial, "\(row.why)")
        #expect(partial.evidence.unanswered == row.unanswered, "\(row.why)")
        #expect(partial.asked.contains(row.question), "\(row.why)")
    }

    @Test(
        "a policy host without a record: what may only have been late is worth another look",
        arguments: [
            (Fetch.Outcome.failed(.responseTimeout), true), (.failed(.connectTimeout), true),
            (.failed(.connectRefused), false), (.policy, false), (.status(404), false),
            (.status(503), true), (.failed(.unreachable), true),
            (.failed(.proxy(status: 403)), true), (.failed(.proxy(status: 503)), true),
            (.failed(.local(code: -24)), true), (.failed(.guarded), false),
        ])
    func orphan(outcome: Fetch.Outcome, isPartial: Bool) async throws {
        let answers: [String: [Script.Answer]] = [
            "MX a.example": [.mx(["b.example"])],
            "A mta-sts.a.example": [.addresses(["192.0.32.1"])],
        ]
        let result = try await Script(answers, ["192.0.32.1": [outcome]]).examine()
        #expect(result.isPartial == isPartial)
        let unanswered: [SideQuestion]? = isPartial ? [.orphanedPolicy] : nil
        #expect(result.evidence.unanswered == unanswered)
        #expect(result.fetched.count == 1, "none of them twice")
    }

    @Test(
        "an address of an orphaned policy host that could not be looked up",
        arguments: [
            ("AAAA", Fetch.Outcome.policy, false), ("AAAA", .failed(.connectRefused), true),
            ("A", .policy, true),
        ])
    func orphanAddresses(failing: String, outcome: Fetch.Outcome, isPartial: Bool) async throws {
        let found = failing == "A" ? "AAAA" : "A"
        let address = failing == "A" ? "2606:4700::1" : "192.0.32.1"
        let answers: [String: [Script.Answer]] = [
            "MX a.example": [.mx(["b.example"])],
            "\(found) mta-sts.a.example": [.addresses([address])],
            "\(failing) mta-sts.a.example": [.failed(.serverFailure)],
        ]
        let result = try await Script(answers, [address: [outcome]]).examine()
        let unanswered: [SideQuestion]? = isPartial ? [.orphanedPolicy] : nil
        #expect(result.evidence.unanswered == unanswered)
    }

    @Test("what was seen is in the evidence")
    func evidence() async throws {
        let answers: [String: [Script.Answer]] = Self.merged(
            Self.record,
            [
                "MX a.example": [.mx(["b.example", "c.example"])],
                "TXT _smtp._tls.a.example": [.txt(["v=TLSRPTv1; rua=mailto:a@a.example"])],
                "TXT RANDOM.a.example": [.txt(["v=STSv1; id=1;"])],
                "CNAME c.example": [.alias("d.example")],
                "A mta-sts.a.example": [.addresses(["192.0.32.2", "10.0.0.1", "192.0.32.1"])],
            ])
        let script = Script(
            answers, ["192.0.32.1": [.policy], "192.0.32.2": [.failed(.connectRefused)]])
        let result = try await script.examine()
        let evidence = result.evidence
        #expect(evidence.mxAliases == ["c.example": "d.example"])
        #expect(evidence.wildcardProbe?.found == [TXTRecord("v=STSv1; id=1;")])
        #expect(evidence.guardedAddresses.map(\.description) == ["10.0.0.1"])
        #expect(evidence.fetches.map(\.address.description) == ["192.0.32.1", "192.0.32.2"])
        #expect(evidence.fetches.map(\.outcome) == [.policy, .failed(.connectRefused)])
        #expect(evidence.policyHost?.all.count == 3)
        #expect(evidence.domainAddresses == nil)
        #expect(result.measurement.at.seconds == 1_800_000_000)
        #expect(result.measurement.recordTTL == 300)
        #expect(result.measurement.mxTTL == 300)
    }

    @Test("only texts that begin like a record are misplaced records")
    func misplacedRecords() async throws {
        let script = Script(
            Self.merged(
                Self.mx, Self.policyHost,
                [
                    "TXT a.example": [.txt(["V=stsV1; id=1", "google=1", "v=STS"])],
                    "TXT mta-sts.a.example": [.txt(["v=STSv1; id=2"])],
                    "TXT _mta_sts.a.example": [.txt(["x v=STSv1"])],
                ]))
        let evidence = try await script.examine().evidence
        #expect(
            evidence.misplacedRecords == [
                MisplacedRecord(place: .apex, record: "V=stsV1; id=1"),
                MisplacedRecord(place: .policyHost, record: "v=STSv1; id=2"),
            ])
    }
}

@Suite("Examiner: retries", .timeLimit(.minutes(6)))
struct ExaminerRetryTests {
    typealias Tests = ExaminerTests

    @Test("a transient answer is asked again, each attempt counted")
    func lookups() async throws {
        let script = Script(
            Tests.merged(
                Tests.mx,
                ["TXT _mta-sts.a.example": [.failed(.serverFailure), .failed(.timeout), .noData]]))
        let result = try await script.examine()
        #expect(result.evidence.record.outcome == .noData)
        #expect(result.measurement.queries == 7)
        #expect(result.pauses.count == 2)
        // 500 ms, then twice that, each spread by half either way.
        for (pause, center) in zip(result.pauses, [Duration.milliseconds(500), .seconds(1)]) {
            #expect(pause >= center / 2 && pause <= center * 3 / 2)
        }
    }

    @Test("after two retries it stays as it is")
    func exhausted() async throws {
        let script = Script([
            "MX a.example": [.failed(.timeout)], "TXT _mta-sts.a.example": [.failed(.timeout)],
        ])
        let result = try await script.examine()
        #expect(result.evidence.mx.failure == .timeout)
        #expect(result.measurement.queries == 7)
        #expect(result.evidence.policyHost == nil)
    }

    @Test("a name that cannot be asked is not asked again")
    func unaskable() async throws {
        let script = Script([
            "TXT _mta-sts.a.example": [.failed(.unaskableName)],
            "MX a.example": [.mx(["m.example"])],
        ])
        let result = try await script.examine()
        #expect(result.measurement.queries == 3)
        #expect(result.pauses.isEmpty)
    }

    struct Row: CustomTestStringConvertible {
        var outcomes: [Fetch.Outcome]
        var requests: Int
        var last: Fetch.Outcome
        var why: String
        init(_ outcomes: [Fetch.Outcome], requests: Int, last: Fetch.Outcome, why: String) {
            self.outcomes = outcomes
            self.requests = requests
            self.last = last
            self.why = why
        }
        var testDescription: String { why }
    }

    static let rows: [Row] = [
        Row([.status(503), .policy], requests: 2, last: .policy, why: "503 once"),
        Row([.status(429)], requests: 3, last: .status(429), why: "429 for good"),
        Row([.status(502), .policy], requests: 2, last: .policy, why: "a gateway's 502"),
        Row([.status(404)], requests: 1, last: .status(404), why: "404 is an answer"),
        Row([.status(301)], requests: 1, last: .status(301), why: "so is a redirect"),
        Row(
            [.failed(.connectTimeout), .policy], requests: 2, last: .policy, why: "SYN lost"),
        Row([.failed(.tlsTimeout), .policy], requests: 2, last: .policy, why: "TLS timeout"),
        Row(
            [.failed(.tls(.reset)), .policy], requests: 2, last: .policy,
            why: "reset"),
        Row([.failed(.connectionLost), .policy], requests: 2, last: .policy, why: "lost after it"),
        Row(
            [.failed(.brokenResponse(.empty)), .policy], requests: 2, last: .policy, why: "closed"),
        Row([.failed(.local(code: 27)), .policy], requests: 2, last: .policy, why: "our memory"),
        Row(
            [.failed(.proxy(status: 503)), .policy], requests: 2, last: .policy,
            why: "the proxy found no way for once"),
        Row(
            [.failed(.proxy(status: 200))], requests: 2, last: .failed(.proxy(status: 200)),
            why: "a tunnel that stalls: each attempt may cost the whole deadline"),
        Row(
            [.failed(.proxy(status: 429)), .policy], requests: 2, last: .policy,
            why: "the proxy had enough of us for a moment"),
        Row(
            [.failed(.proxy(status: 407))], requests: 1, last: .failed(.proxy(status: 407)),
            why: "the proxy wants a password each time"),
        Row(
            [.failed(.proxy(status: 511))], requests: 1, last: .failed(.proxy(status: 511)),
            why: "somebody has to log in first"),
        Row(
            [.failed(.local(code: -13))], requests: 1, last: .failed(.local(code: -13)),
            why: "our own guard"),
        Row(
            [.failed(.connectRefused)], requests: 1, last: .failed(.connectRefused), why: "RST"),
        Row([.failed(.unreachable)], requests: 1, last: .failed(.unreachable), why: "no route"),
        Row(
            [.failed(.responseTimeout)], requests: 2, last: .failed(.responseTimeout),
            why: "slow drip, for good: each attempt costs the whole deadline"),
        Row(
            [.failed(.certificate([.expired]))], requests: 1,
            last: .failed(.certificate([.expired])), why: "certificate"),
        Row(
            [.status(503, retryAfter: "3600")], requests: 1, last: .status(503, retryAfter: "3600"),
            why: "told to come back in an hour"),
        Row(
            [.status(503, retryAfter: "5"), .policy], requests: 2, last: .policy,
            why: "in 5 seconds"),
    ]

    @Test("fetches", arguments: rows)
    func fetches(row: Row) async throws {
        let script = Script(
            Tests.merged(Tests.mx, Tests.record, Tests.policyHost), ["192.0.32.1": row.outcomes])
        let result = try await script.examine()
        #expect(result.measurement.requests == row.requests, "\(row.why)")
        #expect(result.evidence.fetches.map(\.outcome) == [row.last], "\(row.why)")
        #expect(result.pauses.count == row.requests - 1)
        if row.why == "in 5 seconds" { #expect(result.pauses == [.seconds(5)]) }
    }
}
