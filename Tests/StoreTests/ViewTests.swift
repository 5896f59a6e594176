import Audit
import Evidence
import MTASTS
import Testing

@testable import Store

@Suite("Views for users' own SQL")
struct ViewTests {
    /// Night one is sound; in night two each domain changes as its name says.
    static func twoNights(_ path: String) async throws -> AuditStore {
        let store = try AuditStore(path: path)
        let rows = [
            try Sample.row(1, "worse.example", account: "one"),
            try Sample.row(2, "same.example", account: "one"),
            try Sample.row(3, "unknown.example", account: "two"),
            try Sample.row(4, "better.example", account: "two"),
            try Sample.row(5, "worse.example", account: "two"),
            try Sample.row(6, "error.example"),
            Sample.invalid(7, "=1+1", .badCharacter),
        ]
        for night: Int64 in 1...2 {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(night))
            try await run.ingestAll(rows)
            _ = try await run.sweep { candidate in
                guard night == 2 else { return Sample.examined(candidate, verdict: .testing) }
                return switch candidate.domain.description {
                case "worse.example":
                    Sample.examined(
                        candidate, verdict: .ineffective,
                        findings: [
                            Sample.finding(.policyRedirected), Sample.finding(.mxAlias, .advice),
                        ])
                case "unknown.example":
                    Sample.examined(
                        candidate, verdict: .unmeasured,
                        findings: [Sample.finding(.recordLookupFailed, .unmeasured)])
                case "better.example": Sample.examined(candidate, verdict: .enforced)
                case "error.example":
                    Sample.examined(
                        candidate, verdict: .testing, findings: [Sample.finding(.mxUncovered)])
                default: Sample.examined(candidate, verdict: .testing)
                }
            }
        }
        return store
    }

    @Test("cause_summary counts domains and accounts once")
    func causes() async throws {
        let scratch = try Scratch()
        let store = try await Self.twoNights(scratch.path)
        let rows = try await store.select("SELECT * FROM cause_summary", columns: 5)
        #expect(
            rows == [
                ["input-invalid-domain", "error", "1", "0", ""],
                ["mx-alias", "advice", "1", "2", "0.2"],
                ["mx-uncovered", "error", "1", "0", "0.2"],
                ["policy-redirected", "error", "1", "2", "0.2"],
                ["record-lookup-failed", "unmeasured", "1", "1", "0.2"],
            ])
        let counts = try await store.causeCounts(of: store.run(2))
        #expect(counts.map(\.cause.rawValue) == rows.map { $0[0] })
        #expect(counts.map { "\($0.accounts)" } == rows.map { $0[3] })
        #expect(counts.first?.examples == ["=1+1"])
        #expect(counts.last?.examples == ["unknown.example"])
    }

    @Test("examples are the first domains of the portfolio, whatever the store met first")
    func examples() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for names in [["c", "d", "b"], ["d", "e", "a", "c", "d"]] {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
            try await run.ingestAll(
                try names.enumerated().map {
                    try Sample.row($0.offset + 1, "\($0.element).example")
                })
            _ = try await run.sweep { candidate in
                let isFound = candidate.domain.description != "a.example"
                return Sample.examined(
                    candidate, findings: isFound ? [Sample.finding(.mxAlias, .advice)] : [])
            }
        }
        func examples(_ run: Int64) async throws -> [[String]] {
            try await store.causeCounts(of: store.run(run)).map(\.examples)
        }
        #expect(try await examples(2) == [["d.example", "e.example", "c.example"]])
    }

    @Test("current_status has a row for each portfolio row")
    func status() async throws {
        let scratch = try Scratch()
        let store = try await Self.twoNights(scratch.path)
        let rows = try await store.select(
            "SELECT line, input, verdict, causes, measured_at FROM current_status", columns: 5)
        #expect(rows.map { $0[0] } == ["1", "2", "3", "4", "5", "6", "7"])
        #expect(rows[0][3] == "policy-redirected mx-alias")
        #expect(rows[4][2] == "ineffective")
        #expect(rows[6][1...3] == ["=1+1", "invalid-input", "input-invalid-domain"])
        #expect(rows[0][4].hasSuffix("Z") && rows[0][4].contains("T"))
    }

    @Test("regressions: less protection or new errors; what was not measured never counts")
    func regressions() async throws {
        let scratch = try Scratch()
        let store = try await Self.twoNights(scratch.path)
        let rows = try await store.select(
            "SELECT domain, accounts, verdict_before, verdict FROM regressions", columns: 4)
        #expect(
            rows == [
                ["worse.example", "one two", "testing", "ineffective"],
                ["error.example", "", "testing", "testing"],
            ])
    }

    @Test("regressions look past a night that was not measured")
    func regressionsPastUnmeasured() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for (night, verdict) in [Verdict.enforced, .unmeasured, .absent].enumerated() {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(Int64(night)))
            try await run.ingestAll([Sample.row(1, "a.example")])
            _ = try await run.sweep { Sample.examined($0, verdict: verdict) }
            let found = try await store.select(
                "SELECT verdict_before, verdict FROM regressions", columns: 2)
            #expect(found == (night == 2 ? [["enforced", "absent"]] : []))
        }
    }

    @Test("regressions: an error that may have been there while nobody could tell is no new one")
    func regressionsPastUnanswered() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let looks: [(evidence: Evidence, isOrphaned: Bool)] = [
            (Sample.absent(), true), (Sample.unanswered(), false), (Sample.absent(), true),
            (Sample.absent(), false), (Sample.absent(), true),
        ]
        for (night, look) in looks.enumerated() {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(Int64(night)))
            try await run.ingestAll([Sample.row(1, "a.example")])
            _ = try await run.sweep {
                Sample.examined(
                    $0, look.evidence,
                    findings: look.isOrphaned ? [Sample.finding(.recordMissing)] : [])
            }
            let found = try await store.select("SELECT domain FROM regressions", columns: 1)
            #expect(found == (night == 4 ? [["a.example"]] : []), "night \(night)")
        }
    }

    @Test(
        "no view reads the whole portfolio again for each row",
        arguments: ["regressions", "cause_summary", "account_summary", "current_status"])
    func plans(view: String) async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let plan = try await store.select("EXPLAIN QUERY PLAN SELECT * FROM \(view)", columns: 4)
        let correlated = plan.firstIndex { $0[3].contains("CORRELATED") } ?? plan.endIndex
        #expect(!plan[correlated...].contains { $0[3].contains("entry_by_line") })
        #expect(!plan.contains { $0[3].contains("AUTOMATIC") })
    }

    @Test("account_summary")
    func accounts() async throws {
        let scratch = try Scratch()
        let store = try await Self.twoNights(scratch.path)
        let rows = try await store.select(
            "SELECT account, domains, with_errors, invalid_rows FROM account_summary", columns: 4)
        #expect(rows == [["", "1", "1", "1"], ["one", "2", "1", "0"], ["two", "3", "1", "0"]])
        let counts = try await store.accountCounts(of: store.run(2), limit: 2)
        #expect(counts.map(\.account) == ["two", "one"])
    }

    @Test("history shows the intervals")
    func history() async throws {
        let scratch = try Scratch()
        let store = try await Self.twoNights(scratch.path)
        let rows = try await store.select(
            "SELECT domain, verdict, first_run, last_run FROM history LIMIT 3", columns: 4)
        #expect(
            rows == [
                ["better.example", "testing", "1", "1"], ["better.example", "enforced", "2", "2"],
                ["error.example", "testing", "1", "1"],
            ])
    }
}
