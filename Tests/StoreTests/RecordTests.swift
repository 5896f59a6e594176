import Audit
import Evidence
import MTASTS
import Testing

@testable import Store

@Suite("Recording results: interval-coded state")
struct RecordTests {
    static let names = ["a.example", "b.example", "c.example"]

    static func begin(_ store: AuditStore, night: Int64) async throws -> ActiveRun {
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(night))
        try await run.ingestAll(
            names.enumerated().map { try Sample.row($0.offset + 1, $0.element) }, at: night)
        return run
    }

    @Test("a night in which nothing changed adds no row and moves the interval")
    func unchanged() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let finding = Sample.finding(.recordSyntax)
        for night: Int64 in 1...3 {
            let summary = try await Self.begin(store, night: night).sweep(at: night) {
                Sample.examined($0, findings: [finding], at: night)
            }
            #expect(summary.changed == (night == 1 ? 3 : 0))
            #expect(summary.unchanged == (night == 1 ? 0 : 3))
        }
        #expect(try await store.count("state") == 3)
        #expect(try await store.count("evidence") == 1)
        #expect(try await store.count("finding") == 3)
        let rows = try await store.select(
            "SELECT first_run, last_run, measured_at FROM state", columns: 3)
        #expect(Set(rows) == [["1", "3", "\(Sample.moment(3).seconds)"]])
    }

    struct Change: Sendable, CustomStringConvertible {
        var why: String
        var change: @Sendable (inout Examined) -> Void
        var description: String { why }
    }

    static let changes = [
        Change(why: "evidence", change: { $0.evidence = Sample.absent(mx: "other.example") }),
        Change(why: "verdict", change: { $0.assessment.verdict = .testing }),
        Change(why: "mode", change: { $0.assessment.mode = "none" }),
        Change(why: "policy id", change: { $0.assessment.policyID = "2" }),
        Change(why: "max_age", change: { $0.assessment.maxAge = 1 }),
        Change(why: "patterns", change: { $0.assessment.mxPatterns = ["*.example"] }),
        Change(why: "coverage", change: { $0.assessment.mxHosts[0].pattern = "x" }),
        Change(why: "finding", change: { $0.assessment.findings = [Sample.finding(.mxAlias)] }),
    ]

    @Test("a change adds one state, to the domain that changed", arguments: changes)
    func changed(change: Change) async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        _ = try await Self.begin(store, night: 1).sweep { Sample.examined($0) }
        let summary = try await Self.begin(store, night: 2).sweep { candidate in
            var examined = Sample.examined(candidate)
            if candidate.domain.description == "b.example" { change.change(&examined) }
            return examined
        }
        #expect(summary == RecordSummary(unchanged: 2, changed: 1, ignored: 0))
        let intervals = try await store.select(
            """
            SELECT d.name, s.first_run, s.last_run FROM state s JOIN domain d ON d.id = s.domain_id
            ORDER BY d.name, s.first_run
            """, columns: 3)
        #expect(
            intervals == [
                ["a.example", "1", "2"], ["b.example", "1", "1"], ["b.example", "2", "2"],
                ["c.example", "1", "2"],
            ])
    }

    @Test("the latest state keeps its row, and findings go with their state")
    func rows() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for night: Int64 in 1...3 {
            _ = try await Self.begin(store, night: night).sweep { candidate in
                let isChanging = candidate.domain.description == "b.example"
                return Sample.examined(
                    candidate,
                    findings: isChanging
                        ? [
                            Sample.finding(.mxAlias, .advice, "night \(night)"),
                            Sample.finding(.mxInvalid, .advice, "night \(night)"),
                        ] : [])
            }
        }
        let rows = try await store.select(
            """
            SELECT s.id, d.name, s.first_run, coalesce(group_concat(f.detail), '') FROM state s
            JOIN domain d ON d.id = s.domain_id LEFT JOIN finding f ON f.state_id = s.id
            GROUP BY s.id ORDER BY s.id
            """, columns: 4)
        #expect(
            rows == [
                ["1", "a.example", "1", ""], ["2", "b.example", "3", "night 3,night 3"],
                ["3", "c.example", "1", ""], ["4", "b.example", "1", "night 1,night 1"],
                ["5", "b.example", "2", "night 2,night 2"],
            ])
    }

    @Test("what comes back after a change is a new interval over the old evidence")
    func flapping() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for night: Int64 in 1...3 {
            _ = try await Self.begin(store, night: night).sweep { candidate in
                Sample.examined(
                    candidate, Sample.absent(mx: night == 2 ? "two.example" : "one.example"))
            }
        }
        #expect(try await store.count("state") == 9)
        #expect(try await store.count("evidence") == 2)
    }

    @Test("a run that did not come to a domain is not among those that saw it so")
    func gap() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        _ = try await Self.begin(store, night: 1).sweep { Sample.examined($0) }
        let cut = try await Self.begin(store, night: 2)
        let first = try await cut.candidates(limit: 1)
        try await cut.record(first.map { Sample.examined($0) })
        try await cut.finish(.interrupted, at: Sample.moment(2))
        _ = try await Self.begin(store, night: 3).sweep { Sample.examined($0) }

        let seen = try await store.rows(of: store.run(2)).map { $0.status != nil }
        #expect(seen == [true, false, false])
        #expect(try await store.verdictCounts(of: store.run(2)).outstanding == 2)
        #expect(try await store.count("evidence") == 1)
    }

    @Test("a second final result of one run is ignored")
    func idempotent() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await Self.begin(store, night: 1)
        let candidates = try await run.candidates(limit: 9)
        try await run.record(candidates.map { Sample.examined($0) })
        let summary = try await run.record(
            candidates.map { Sample.examined($0, verdict: .testing) })
        #expect(summary.ignored == 3)
        #expect(try await run.verdictCounts() == [.absent: 3])
        #expect(try await run.candidates(limit: 9).isEmpty)
    }

    @Test("a provisional result waits for the last pass, which may find nothing changed")
    func provisional() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        _ = try await Self.begin(store, night: 1).sweep { Sample.examined($0) }
        let run = try await Self.begin(store, night: 2)
        let lookupFailed = Sample.finding(.recordLookupFailed, .unmeasured)
        try await run.record(
            run.candidates(limit: 9).map { candidate in
                let isLate = candidate.domain.description == "b.example"
                return isLate
                    ? Sample.examined(
                        candidate, verdict: .unmeasured, findings: [lookupFailed],
                        isProvisional: true)
                    : Sample.examined(candidate)
            })
        #expect(try await run.candidates(limit: 9).isEmpty)
        #expect(try await run.verdictCounts() == [.absent: 2])
        let late = try await run.provisionalCandidates(limit: 9)
        #expect(late.map(\.domain.description) == ["b.example"])
        let settled = try await store.rows(of: run.run, settledOnly: true)
        #expect(settled.map(\.input) == ["a.example"])

        try await run.record(late.map { Sample.examined($0, at: 2) })
        #expect(try await run.provisionalCandidates(limit: 9).isEmpty)
        #expect(try await store.count("state") == 3)
        #expect(try await store.count("finding") == 0)
        let interval = try await store.select(
            "SELECT DISTINCT first_run, last_run FROM state", columns: 2)
        #expect(interval == [["1", "2"]])
    }

    @Test("a provisional result that nobody settled stays in its run alone")
    func unsettled() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let cut = try await Self.begin(store, night: 1)
        try await cut.record(
            cut.candidates(limit: 9).map {
                Sample.examined($0, verdict: .unmeasured, isProvisional: true)
            })
        try await cut.finish(.interrupted, at: Sample.moment(1))
        _ = try await Self.begin(store, night: 2).sweep {
            Sample.examined($0, verdict: .unmeasured)
        }
        for run: Int64 in 1...2 {
            let rows = try await store.rows(of: store.run(run))
            #expect(rows.count == 3)
            #expect(rows.allSatisfy { $0.status?.isProvisional == (run == 1) })
        }
    }

    @Test("evidence comes back whole, body and certificates included")
    func evidence() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await Self.begin(store, night: 1)
        var response = EvidenceTextTests.fetched(
            .response(
                HTTPResponse(
                    status: 200, body: .init(digest: EvidenceTextTests.digest, bytes: [1, 0, 255]))
            ))
        response.mxAliases = ["a": "b"]
        response.mailProbes = EvidenceTextTests.probed(.verified).mailProbes
        let evidence = response
        try await run.record(
            run.candidates(limit: 9).map { Sample.examined($0, evidence, verdict: .enforced) })
        let stored = try await store.evidence(
            for: run.candidate("c.example"), in: store.run(run.id))
        #expect(stored == evidence)
        guard case .response(let back) = stored?.fetches.first?.outcome else {
            Issue.record("no response")
            return
        }
        #expect(back.body.bytes == [1, 0, 255])
        #expect(try await store.count("policy_body") == 1)
        #expect(try await store.count("certificate") == 1)
        #expect(
            try await store.evidence(for: run.candidate("none.example"), in: run.run) == nil)
    }

    @Test("the batching writer commits everything, in batches and by time", .timeLimit(.minutes(6)))
    func batching() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await run.ingestAll((1...500).map { try Sample.row($0, "d\($0).example") })
        let candidates = try await run.candidates(limit: .max)
        let writer = BatchingWriter(run, batchSize: 64, capacity: 100, interval: .milliseconds(5))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for start in stride(from: 0, to: 500, by: 7) {
                let part = candidates[start..<min(500, start + 7)].map { Sample.examined($0) }
                group.addTask { try await writer.add(part) }
            }
            try await group.waitForAll()
        }
        try await writer.finish()
        #expect(await writer.summary.changed == 500)
        #expect(try await run.candidates(limit: .max).isEmpty)
    }

    @Test("what was added is committed by itself after a while", .timeLimit(.minutes(6)))
    func batchingByTime() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await Self.begin(store, night: 1)
        let writer = BatchingWriter(run, interval: .milliseconds(1))
        try await writer.add(run.candidates(limit: 2).map { Sample.examined($0) })
        while try await run.candidates(limit: 9).count != 1 { await Task.yield() }
        try await writer.finish()
    }
}

extension ActiveRun {
    fileprivate func candidate(_ name: String) throws -> DomainName { try DomainName(name) }
}
