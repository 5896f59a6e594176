import Audit
import Evidence
import MTASTS
import Testing

@testable import Survey

@Suite("A clock that seems wrong")
struct ClockDoubtTests {
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
            counters.count(try Self.examined(outcome))
        }
        let wanted: SurveyNote? = row.isDoubtful ? .clockDoubtful(hosts: 20) : nil
        #expect(counters.clockDoubt == wanted, "\(row.why)")
    }

    @Test("a host counts once, not at each look")
    func provisional() throws {
        let counters = SurveyCounters()
        for isProvisional in [true, false] {
            for _ in 0..<10 { counters.count(try Self.examined(Self.late, isProvisional)) }
        }
        #expect(counters.clockDoubt == nil)
        for _ in 0..<10 { counters.count(try Self.examined(Self.late)) }
        #expect(counters.clockDoubt == SurveyNote.clockDoubtful(hosts: 20))
    }

    private static func examined(
        _ outcome: Fetch.Outcome, _ isProvisional: Bool = false
    ) throws -> Examined {
        let candidate = Candidate(id: 1, domain: try DomainName("a.example"))
        let address = try #require(IPAddress("192.0.2.1"))
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
