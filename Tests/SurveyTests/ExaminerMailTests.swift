import Evidence
import Fetch
import Loop
import MTASTS
import Testing

@testable import Survey

@Suite("Examiner with probes: which MX hosts, at which addresses", .timeLimit(.minutes(6)))
struct ExaminerMailTests {
    struct Case: CustomTestStringConvertible {
        var why: String
        var answers: [String: [Script.Answer]] = [:]
        var policy = Fetch.Outcome.policy
        var outcomes: [String: [MailProbe.Outcome]] = [:]
        var options = ExaminerOptions(probesMX: true)
        var probed: [String] = []
        /// Host, address and outcome of what is in the evidence; nil for none.
        var evidence: [MailProbe]?
        var pauses = 0
        var testDescription: String { why }
    }

    static let addresses: [String: [Script.Answer]] = [
        "A mx.a.example": [.addresses(["192.0.33.3", "192.0.33.1", "192.0.33.2", "192.0.33.4"])]
    ]

    static func policy(_ lines: String) -> Fetch.Outcome {
        .status(200, "version: STSv1\n\(lines)\nmax_age: 604800\n")
    }

    static func probe(
        _ address: String?, _ outcome: MailProbe.Outcome, of host: String = "mx.a.example"
    ) -> MailProbe {
        MailProbe(host: host, address: address.flatMap { IPAddress($0) }, outcome: outcome)
    }

    static let rows: [Case] = [
        Case(
            why: "the first address that connects is enough", answers: addresses,
            probed: ["192.0.33.1"], evidence: [probe("192.0.33.1", .verified)]),
        Case(
            why: "TCP connected: what comes of it counts", answers: addresses,
            outcomes: ["192.0.33.1": [.plain]], probed: ["192.0.33.1"],
            evidence: [probe("192.0.33.1", .plain)]),
        Case(
            why: "on to the next address while TCP does not connect", answers: addresses,
            outcomes: ["192.0.33.1": [.refused], "192.0.33.2": [.timeout]],
            probed: ["192.0.33.1", "192.0.33.2", "192.0.33.3"],
            evidence: [probe("192.0.33.3", .verified)]),
        Case(
            why: "three addresses are tried, and the first failure is told", answers: addresses,
            outcomes: [
                "192.0.33.1": [.refused], "192.0.33.2": [.refused], "192.0.33.3": [.refused],
            ], probed: ["192.0.33.1", "192.0.33.2", "192.0.33.3"],
            evidence: [probe("192.0.33.1", .refused)]),
        Case(
            why: "no route here says less than another failure", answers: addresses,
            outcomes: [
                "192.0.33.1": [.failed(.unreachable)], "192.0.33.2": [.refused],
                "192.0.33.3": [.failed(.unreachable)],
            ], probed: ["192.0.33.1", "192.0.33.2", "192.0.33.3"],
            evidence: [probe("192.0.33.2", .refused)]),
        Case(
            why: "a transient outcome is asked for once more, after a pause", answers: addresses,
            outcomes: ["192.0.33.1": [.deferred, .plain]], probed: ["192.0.33.1", "192.0.33.1"],
            evidence: [probe("192.0.33.1", .plain)], pauses: 1),
        Case(
            why: "once, whatever the retries are", answers: addresses,
            outcomes: ["192.0.33.1": [.deferred]],
            options: ExaminerOptions(retries: 5, probesMX: true),
            probed: ["192.0.33.1", "192.0.33.1"], evidence: [probe("192.0.33.1", .deferred)],
            pauses: 1),
        Case(
            why: "and not at all without retries", answers: addresses,
            outcomes: ["192.0.33.1": [.deferred]],
            options: ExaminerOptions(retries: 0, probesMX: true), probed: ["192.0.33.1"],
            evidence: [probe("192.0.33.1", .deferred)]),
        Case(
            why: "a refusal by a 5xx is one", answers: addresses,
            outcomes: ["192.0.33.1": [.failed(.refused(code: 554))]], probed: ["192.0.33.1"],
            evidence: [probe("192.0.33.1", .failed(.refused(code: 554)))]),
        Case(why: "no address", evidence: [probe(nil, .failed(.noAddress))]),
        Case(
            why: "special-purpose addresses are passed over",
            answers: ["A mx.a.example": [.addresses(["10.0.0.1", "192.0.33.1"])]],
            probed: ["192.0.33.1"], evidence: [probe("192.0.33.1", .verified)]),
        Case(
            why: "and nothing is contacted when there are no others",
            answers: ["A mx.a.example": [.addresses(["10.0.0.1"])]],
            evidence: [probe(nil, .failed(.guarded))]),
        Case(
            why: "a failed lookup, asked again before",
            answers: ["A mx.a.example": [.failed(.serverFailure)]],
            evidence: [probe(nil, .failed(.lookupFailed(.serverFailure)))], pauses: 2),
        Case(
            why: "the other family may have the address that could be contacted",
            answers: [
                "A mx.a.example": [.addresses(["10.0.0.1"])],
                "AAAA mx.a.example": [.failed(.timeout)],
            ],
            evidence: [probe(nil, .failed(.lookupFailed(.timeout)))], pauses: 2),
        Case(
            why: "hosts that the policy leaves out are not tried",
            answers: ["MX a.example": [.mx(["x.example", "mx.a.example"])]].merging(
                addresses, uniquingKeysWith: { first, _ in first }),
            probed: ["192.0.33.1"], evidence: [probe("192.0.33.1", .verified)]),
        Case(
            why: "without a policy all hosts are", answers: addresses, policy: .status(404),
            probed: ["192.0.33.1"], evidence: [probe("192.0.33.1", .verified)]),
        Case(
            why: "in mode none nobody asks for TLS", answers: addresses,
            policy: policy("mode: none")),
        Case(
            why: "in testing senders report it", answers: addresses,
            policy: policy("mode: testing\nmx: mx.a.example"), probed: ["192.0.33.1"],
            evidence: [probe("192.0.33.1", .verified)]),
        Case(
            why: "nothing is published",
            answers: ["TXT _mta-sts.a.example": [.noData]].merging(
                addresses, uniquingKeysWith: { first, _ in first })),
        Case(
            why: "the domain takes no mail",
            answers: ["MX a.example": [.mx([""])]].merging(
                addresses, uniquingKeysWith: { first, _ in first })),
        Case(
            why: "the first hosts by preference",
            answers: ["MX a.example": [.mx(["c.example", "b.example", "a.example"])]],
            policy: .status(404), options: ExaminerOptions(probesMX: true, probedHostsPerDomain: 2),
            evidence: [
                probe(nil, .failed(.noAddress), of: "b.example"),
                probe(nil, .failed(.noAddress), of: "c.example"),
            ]),
        Case(why: "not asked for", answers: addresses, options: ExaminerOptions()),
    ]

    static let sound: [String: [Script.Answer]] = [
        "MX a.example": [.mx(["mx.a.example"])],
        "TXT _mta-sts.a.example": [.txt(["v=STSv1; id=1;"])],
        "A mta-sts.a.example": [.addresses(["192.0.32.1"])],
    ]

    @Test("probes", arguments: rows)
    func probes(row: Case) async throws {
        let mail = MailScript(row.outcomes)
        let script = Script(
            Self.sound.merging(row.answers) { $1 }, ["192.0.32.1": [row.policy]])
        let result = try await script.examine(row.options, mail: mail)
        #expect(mail.probed == row.probed.map { "mx.a.example \($0)" })
        #expect(result.evidence.mailProbes == row.evidence)
        #expect(result.measurement.queries == result.asked.count, "the host's queries are counted")
        #expect(result.pauses.count == row.pauses)
    }

    @Test("many hosts at one address are not all contacted at once")
    func pacing() async throws {
        let hosts = (0..<8).map { "mx\($0).a.example" }
        var answers = Self.sound
        answers["MX a.example"] = [.mx(hosts)]
        for host in hosts { answers["A \(host)"] = [.addresses(["192.0.33.1"])] }
        let mail = MailScript()
        let script = Script(answers, ["192.0.32.1": [.status(404)]])
        let result = try await script.examine(
            ExaminerOptions(probesMX: true), mail: mail,
            limits: ProbeLimits(perAddress: 3, perSecond: 1))
        #expect(mail.probed.count == 8)
        #expect(mail.most("192.0.33.1") <= 3)
        // The clock hardly moves, so each waits a second longer than the one before.
        #expect(result.pauses.count == 7)
        #expect(try #require(result.pauses.max()) > .seconds(6))
    }
}
