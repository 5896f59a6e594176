import Audit
import Evidence
import GRDB
import MTASTS
import Testing

@testable import Store

@Suite("Counts of a run: whole, and by account")
struct CountTests {
    /// Two nights: findings, several of one cause, domains of several rows and of none, and an
    /// account, or none, on each row.
    private static func audit(_ store: AuditStore, account: String) async throws -> Run {
        for night: Int64 in 1...2 {
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(night))
            var rows = try (1...30).map {
                try Sample.row($0, "d\(31 - $0).example", account: account)
            }
            rows += try (31...40).map {
                try Sample.row($0, "d\($0 - 30).example", account: account)
            }
            rows.append(
                PortfolioRow(
                    line: 41, input: "no domain", domain: nil, problem: .badCharacter,
                    account: account))
            try await run.ingestAll(rows, at: night)
            _ = try await run.sweep(at: night) { candidate in
                let number = Int(candidate.domain.description.dropFirst().prefix { $0 != "." }) ?? 0
                var findings: [Finding] = []
                if number.isMultiple(of: 2) {
                    findings.append(Sample.finding(.mxUncovered, .error, "night \(night)"))
                    findings.append(Sample.finding(.mxAlias, .advice))
                    findings.append(Sample.finding(.mxUncovered, .warning))
                }
                if number.isMultiple(of: 3) { findings.append(Sample.finding(.mxAlias, .warning)) }
                return Sample.examined(
                    candidate, verdict: number.isMultiple(of: 5) ? .noMail : .absent,
                    findings: findings, at: night)
            }
        }
        return try await store.run(2)
    }

    @Test("all rows count as those of the one account that has them all", arguments: ["", "one"])
    func wholeAndAccount(account: String) async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await Self.audit(store, account: account)
        for run in [try await store.run(1), run] {
            let whole = try await store.causeCounts(of: run)
            #expect(whole == (try await store.causeCounts(of: run, account: account)))
            #expect(whole.map(\.domains).sorted() == [1, 15, 20])
            #expect(
                whole.first { $0.cause == .mxAlias }?.examples
                    == ["d30.example", "d28.example", "d27.example", "d26.example", "d24.example"])
            let verdicts = try await store.verdictCounts(of: run)
            #expect(verdicts == (try await store.verdictCounts(of: run, account: account)))
            #expect(verdicts.domains == [.absent: 24, .noMail: 6, .invalidInput: 1])
            #expect(
                try await store.accountCounts(of: run) == [
                    AccountCount(account: account, domains: 30, withErrors: 15, invalidRows: 1)
                ])
        }
    }

    @Test("a run of a version that kept no counts is counted")
    func withoutKeptCounts() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await Self.audit(store, account: "")
        let kept = try await store.verdictCounts(of: run)
        try await store.pool.write { try $0.execute(sql: "DELETE FROM run_verdict") }
        #expect(try await store.verdictCounts(of: run) == kept)
    }

    @Test("an account counts a whole run even where only one row has one")
    func oneAccount() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await run.ingestAll([
            Sample.row(1, "a.example"), Sample.row(2, "b.example", account: "x"),
        ])
        _ = try await run.sweep { Sample.examined($0, findings: [Sample.finding(.mxAlias)]) }
        let stored = try await store.run(run.id)
        #expect(try await store.causeCounts(of: stored).map(\.accounts) == [1])
        #expect(
            try await store.accountCounts(of: stored) == [
                AccountCount(account: "", domains: 1, withErrors: 1, invalidRows: 0),
                AccountCount(account: "x", domains: 1, withErrors: 1, invalidRows: 0),
            ])
    }

    @Test("rows with nothing published are left out where nobody wants them")
    func published() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await run.ingestAll(
            (1...9).map { try Sample.row($0, "d\($0 % 7).example") }
                + [Sample.invalid(10, "?", .badCharacter)])
        _ = try await run.sweep { candidate in
            var examined = Sample.examined(candidate)
            switch candidate.domain.description {
            case "d1.example": examined.assessment.findings = [Sample.finding(.mxAlias)]
            case "d2.example": examined.assessment.policyID = "1"
            case "d3.example": examined.assessment.policyID = ""
            default: break
            }
            return examined
        }
        let stored = try await store.run(run.id)
        let all = try await store.rows(of: stored)
        #expect(all.map(\.isFirstOfDomain).filter { !$0 }.count == 3)
        var page: [ReportRow] = []
        while true {
            let next = try await store.rows(
                of: stored, after: page.last?.key ?? .start, publishedOnly: true, limit: 2)
            page += next
            if next.count < 2 { break }
        }
        #expect(page == all.filter(\.isPublished))
        #expect(page.map(\.key.line) == [1, 2, 3, 8, 9])
    }
}
