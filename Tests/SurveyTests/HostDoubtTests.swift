import Audit
import Evidence
import MTASTS
import Testing

@testable import Survey

@Suite("What is wrong with nearly every host")
struct HostDoubtTests {
    typealias Row = (late: Int, fine: [Fetch.Outcome], isDoubtful: Bool, why: String)

    private static let late = Fetch.Outcome.failed(.certificate([.expired]))
    private static let untrusted = Fetch.Outcome.failed(.certificate([.untrusted]))

    static let rows: [Row] = [
        (20, [], true, "all of them"),
        (19, [], false, "too few to tell"),
        (20, [.failed(.responseTimeout)], true, "a twentieth may be in order"),
        (20, [.failed(.responseTimeout), .failed(.connectionLost)], false, "more are in order"),
        (20, [untrusted, untrusted], false, "what else is wrong with them is not the clock's"),
        (20, [.failed(.connectRefused), .failed(.tlsTimeout)], true, "no certificate was seen"),
    ]

    @Test("is said when nearly every certificate is outside its time", arguments: rows)
    func doubt(row: Row) throws {
        let counters = SurveyCounters()
        for outcome in Array(repeating: Self.late, count: row.late) + row.fine {
            counters.count(try Self.examined(outcome), isLastPass: true)
        }
        let wanted = row.isDoubtful ? [SurveyNote.clockDoubtful(hosts: 20)] : []
        #expect(counters.doubts.notes == wanted, "\(row.why)")
    }

    static let others: [(outcome: Fetch.Outcome, note: SurveyNote?, why: String)] = [
        (untrusted, .trustDoubtful(hosts: 20), "whose bundle is it?"),
        (.failed(.certificate([.chainIncomplete])), .trustDoubtful(hosts: 20), "of an unknown CA"),
        (.failed(.certificate([.selfSigned])), .trustDoubtful(hosts: 20), "all of one appliance"),
        (.failed(.certificate([.nameMismatch])), nil, "a root is behind it"),
        (.failed(.proxy(status: 403)), .proxyFailing(hosts: 20), "the proxy lets nobody through"),
        (.failed(.connectRefused), nil, "hosts refuse, and no proxy was in it"),
        (.policy, nil, "all in order"),
    ]

    @Test("roots and proxies, too", arguments: others)
    func other(outcome: Fetch.Outcome, note: SurveyNote?, why: String) throws {
        for fine in [0, 1, 2] {
            let counters = SurveyCounters()
            let outcomes =
                Array(repeating: outcome, count: 20)
                + Array(repeating: Fetch.Outcome.failed(.responseTimeout), count: fine)
            for (index, outcome) in outcomes.enumerated() {
                counters.count(
                    try Self.examined(outcome, from: "192.0.2.\(index)"), isLastPass: false)
            }
            let wanted = fine < 2 ? [note].compactMap { $0 } : []
            #expect(counters.doubts.notes == wanted, "\(why), \(fine) fine ones")
        }
    }

    @Test("many domains of one provider are one host to distrust")
    func provider() throws {
        let counters = SurveyCounters()
        for index in 0..<100 {
            counters.count(
                try Self.examined(Self.untrusted, from: "192.0.2.\(index % 19)"), isLastPass: true)
        }
        #expect(counters.doubts.notes == [])
    }

    @Test("the last pass, which meets only what failed, says nothing of the proxy")
    func lastPass() throws {
        let counters = SurveyCounters()
        for _ in 0..<100 {
            counters.count(try Self.examined(.failed(.proxy(status: 503))), isLastPass: true)
        }
        #expect(counters.doubts.notes == [])
        for _ in 0..<20 {
            counters.count(try Self.examined(.failed(.proxy(status: 503)), true), isLastPass: false)
        }
        #expect(counters.doubts.notes == [.proxyFailing(hosts: 20)])
    }

    @Test("a host counts once, not at each look")
    func provisional() throws {
        let counters = SurveyCounters()
        for isProvisional in [true, false] {
            for _ in 0..<10 {
                counters.count(
                    try Self.examined(Self.late, isProvisional), isLastPass: !isProvisional)
            }
        }
        #expect(counters.doubts.notes == [])
        for _ in 0..<10 { counters.count(try Self.examined(Self.late), isLastPass: true) }
        #expect(counters.doubts.notes == [.clockDoubtful(hosts: 20)])
    }

    private static func examined(
        _ outcome: Fetch.Outcome, _ isProvisional: Bool = false, from address: String = "192.0.2.1"
    ) throws -> Examined {
        let candidate = Candidate(id: 1, domain: try DomainName("a.example"))
        let address = try #require(IPAddress(address))
        let evidence = Evidence(
            mx: Lookup(.noData), record: Lookup(.noData), tlsrpt: Lookup(.noData),
            fetches: [Fetch(address: address, outcome: outcome)])
        let now = Timestamp(seconds: 1_800_000_000)
        let assessment = Judge(profile: .default).assess(
            evidence, of: candidate.domain, expecting: candidate.expectations,
            history: candidate.history, now: now)
        return Examined(
            candidate: candidate, evidence: evidence,
            measurement: Measurement(at: now, elapsedMilliseconds: 0, queries: 0, requests: 0),
            assessment: assessment, isProvisional: isProvisional)
    }
}
