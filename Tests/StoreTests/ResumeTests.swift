import Audit
import MTASTS
import Testing

@testable import Store

@Suite("Resuming a run that was killed")
struct ResumeTests {
    static let count = 250

    static func portfolio() throws -> [PortfolioRow] {
        // Every seventh domain is named twice.
        var rows: [PortfolioRow] = []
        for number in 0..<count {
            rows.append(try Sample.row(rows.count + 1, "d\(number).example", account: "a"))
            if number.isMultiple(of: 7) {
                rows.append(try Sample.row(rows.count + 1, "d\(number).example", account: "b"))
            }
        }
        return rows
    }

    /// Told by the name, so that every order of asking gives the same.
    static func judge(_ candidate: Candidate, night: Int) -> Examined {
        let number = candidate.domain.description.utf8.reduce(night) { $0 &* 31 &+ Int($1) }
        let verdicts: [Verdict] = [.enforced, .absent, .ineffective]
        let verdict = verdicts[(number & 0xFF) % 3]
        let findings = verdict == .ineffective ? [Sample.finding(.recordSyntax)] : []
        return Sample.examined(
            candidate, Sample.absent(mx: "mx\(number % 5).example"), verdict: verdict,
            findings: findings, at: Int64(night))
    }

    static let query = """
        SELECT d.name, s.first_run, s.last_run, s.verdict, s.causes, e.facts
        FROM state s JOIN domain d ON d.id = s.domain_id JOIN evidence e ON e.id = s.evidence_id
        ORDER BY d.name, s.first_run
        """

    static func whole(nights: Int) async throws -> [[String]] {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for night in 1...nights {
            let run = try await store.beginRun(
                Sample.request(), at: Sample.moment(Int64(night)))
            try await run.ingestAll(portfolio())
            _ = try await run.sweep { judge($0, night: night) }
        }
        return try await store.select(query, columns: 6)
    }

    @Test("killed between batches, in each night, the file ends as if nothing had happened")
    func exact() async throws {
        let scratch = try Scratch()
        for night in 1...3 {
            var isResuming = false
            var isDone = false
            while !isDone {
                // A new value over the same file, as a new process would have; the old one's
                // run, lock and all, is gone without a word.
                let store = try AuditStore(path: scratch.path)
                let run =
                    isResuming
                    ? try await store.resumeRun(portfolio: "test", fingerprint: "f")
                    : try await store.beginRun(Sample.request(), at: Sample.moment(Int64(night)))
                isResuming = true
                if run.needsIngest { try await run.ingestAll(Self.portfolio()) }
                #expect(run.id == Int64(night))
                var last: Int64 = 0
                for _ in 0..<2 {
                    let batch = try await run.candidates(after: last, limit: 37)
                    try await run.record(batch.map { Self.judge($0, night: night) })
                    last = batch.last?.id ?? last
                }
                if try await run.candidates(limit: 1).isEmpty {
                    try await run.finish(.finished, at: Sample.moment(Int64(night)))
                    isDone = true
                }
            }
        }
        let store = try AuditStore(path: scratch.path)
        #expect(try await store.select(Self.query, columns: 6) == Self.whole(nights: 3))
        #expect(try await store.select("PRAGMA integrity_check", columns: 1) == [["ok"]])
        #expect(try await store.select("PRAGMA foreign_key_check", columns: 1) == [])
        for run in try await store.runs() {
            let counts = try await store.verdictCounts(of: run)
            #expect(counts.examined == Self.count)
            #expect(counts.outstanding == 0)
            // Counted batch by batch, and again when resumed.
            let kept = try await store.select(
                "SELECT verdict, domains FROM run_verdict WHERE run_id = \(run.id)", columns: 2)
            let expected = counts.domains.map { [$0.key.rawValue, "\($0.value)"] }
            #expect(kept == expected.sorted { $0[0] < $1[0] })
        }
    }

    @Test("there is nothing to resume in a new file, after the end, or for another portfolio")
    func nothing() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let nothing = StoreError.nothingToResume(path: scratch.path)
        await #expect(throws: nothing) {
            try await store.resumeRun(portfolio: "test", fingerprint: "f")
        }
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await run.ingestAll([])
        try await run.finish(.interrupted, at: Sample.moment(0))
        await #expect(throws: nothing) {
            try await store.resumeRun(portfolio: "other", fingerprint: "f")
        }
        await #expect(throws: StoreError.portfolioChanged(path: scratch.path)) {
            try await store.resumeRun(portfolio: "test", fingerprint: "g")
        }
        let again = try await store.resumeRun(portfolio: "test", fingerprint: "f")
        #expect(!again.needsIngest)
        #expect(try await store.run(again.id).state == .running)
        try await again.finish(.finished, at: Sample.moment(1))
        await #expect(throws: nothing) {
            try await store.resumeRun(portfolio: "test", fingerprint: "f")
        }
    }
}
