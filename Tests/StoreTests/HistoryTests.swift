import Audit
import Evidence
import MTASTS
import Testing

@testable import Store

@Suite("A domain through time, in its portfolio")
struct HistoryTests {
    static func night(
        _ store: AuditStore, _ portfolio: String, at seconds: Int64,
        _ judge: @Sendable (Candidate) -> Examined
    ) async throws -> RecordSummary {
        let run = try await store.beginRun(Sample.request(portfolio), at: Sample.moment(seconds))
        try await run.ingestAll([Sample.row(1, "a.example")])
        return try await run.sweep(at: seconds, judge)
    }

    @Test("two portfolios that see a domain otherwise do not disturb each other")
    func twoPortfolios() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for night: Int64 in 1...3 {
            let one = try await Self.night(store, "one", at: 10 * night) {
                Sample.examined($0, verdict: .enforced, at: 10 * night)
            }
            let two = try await Self.night(store, "two", at: 10 * night + 5) {
                Sample.examined(
                    $0, verdict: .absent, findings: [Sample.finding(.recordSyntax)],
                    at: 10 * night + 5)
            }
            #expect(one.unchanged == (night == 1 ? 0 : 1))
            #expect(two.unchanged == (night == 1 ? 0 : 1))
            #expect(try await store.select("SELECT * FROM regressions", columns: 1) == [])
        }
        #expect(try await store.count("state") == 2)
        for run in try await store.runs() {
            let isOne = run.portfolio == "one"
            let verdict: Verdict = isOne ? .enforced : .absent
            #expect(try await store.rows(of: run).map { $0.status?.verdict } == [verdict])
            #expect(try await store.verdictCounts(of: run).domains == [verdict: 1])
            #expect(try await store.causeCounts(of: run).count == (isOne ? 0 : 1))
            #expect(try await store.accountCounts(of: run).map(\.withErrors) == [isOne ? 0 : 1])
        }
        let status = try await store.select(
            "SELECT verdict, unchanged_since_run FROM current_status", columns: 2)
        #expect(status == [["absent", "2"]])

        // What is worse in one is a regression there.
        _ = try await Self.night(store, "one", at: 60) { Sample.examined($0, verdict: .testing) }
        #expect(
            try await store.select("SELECT verdict_before, verdict FROM regressions", columns: 2)
                == [["enforced", "testing"]])
    }

    @Test("looks: one for each state, oldest first, with its evidence whole")
    func looks() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let probed = EvidenceTextTests.probed(.failed(.certificate([.expired, .nameMismatch])))
        for night: Int64 in 1...4 {
            let isLate = night >= 3
            _ = try await Self.night(store, "one", at: night) {
                Sample.examined(
                    $0, isLate ? probed : Sample.absent(), verdict: isLate ? .degraded : .absent,
                    findings: isLate
                        ? [Sample.finding(.mxUncovered), Sample.finding(.mxAlias, .advice)] : [],
                    at: night)
            }
        }
        _ = try await Self.night(store, "two", at: 9) { Sample.examined($0, at: 9) }
        let domain = try DomainName("a.example")
        let looks = try await store.looks(at: domain, portfolio: "one")
        #expect(looks.map(\.runs) == [1...2, 3...4])
        #expect(looks.map(\.firstSeen) == [Sample.moment(1), Sample.moment(3)])
        #expect(looks.map(\.lastSeen) == [Sample.moment(2), Sample.moment(4)])
        #expect(looks.map(\.verdict) == [.absent, .degraded])
        #expect(looks.map(\.causes) == [[], [.mxUncovered, .mxAlias]])
        #expect(looks.map(\.evidence) == [Sample.absent(), probed])
        #expect(try await store.looks(at: domain).map(\.portfolio) == ["one", "one", "two"])
        #expect(try await store.looks(at: domain, portfolio: "none").isEmpty)
        #expect(try await store.looks(at: DomainName("none.example")).isEmpty)
    }

    @Test("every failure of a probe comes back from the file", .timeLimit(.minutes(6)))
    func probes() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let samples = EvidenceTextTests.probeFailures.map {
            EvidenceTextTests.probed(.failed($0))
        }
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await run.ingestAll(
            samples.indices.map { try Sample.row($0 + 1, "d\($0).example") })
        let candidates = try await run.candidates(limit: .max)
        try await run.record(
            zip(candidates, samples).map { Sample.examined($0, $1, verdict: .degraded) })
        for (candidate, sample) in zip(candidates, samples) {
            let stored = try await store.evidence(for: candidate.domain, in: run.run)
            #expect(stored == sample)
        }
        #expect(try await store.count("evidence") == samples.count)
        #expect(try await store.count("certificate") == 1)
    }

    @Test("the recheck is of the last look, and no part of what is compared")
    func recheck() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let rechecks = [
            nil, Recheck(after: Sample.moment(99), isAtLeast: true),
            Recheck(after: Sample.moment(99), isAtLeast: false), nil,
        ]
        for (night, recheck) in rechecks.enumerated() {
            _ = try await Self.night(store, "one", at: Int64(night)) { candidate in
                var examined = Sample.examined(candidate, at: Int64(night))
                examined.assessment.recheck = recheck
                return examined
            }
            let row = try #require(
                try await store.rows(of: store.run(Int64(night) + 1)).first)
            #expect(row.status?.recheck == recheck)
            let shown = try await store.select(
                "SELECT recheck_after FROM current_status", columns: 1)
            #expect(shown == [[recheck?.after.description ?? ""]])
        }
        #expect(try await store.count("state") == 1)
    }

    @Test("a note is said once of a run, the last time it was made, and may be taken back")
    func notes() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await run.note(code: "port-blocked", detail: "first")
        try await run.note(code: "port-blocked", detail: "second")
        try await run.note(code: "a-note", detail: "\u{1B}[2J")
        #expect(
            try await store.notes(of: run.run) == [
                RunNote(code: "a-note", detail: "\u{1B}[2J"),
                RunNote(code: "port-blocked", detail: "second"),
            ])
        try await run.withdrawNote(code: "a-note")
        try await run.withdrawNote(code: "never-made")
        #expect(try await store.notes(of: run.run).map(\.code) == ["port-blocked"])
        try await run.finish(.finished, at: Sample.moment(0))
        let other = try await store.beginRun(Sample.request(), at: Sample.moment(1))
        #expect(try await store.notes(of: other.run).isEmpty)
    }

    @Test("the last run of a portfolio is resumed, whatever others have run since")
    func resume() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let cut = try await store.beginRun(Sample.request("one"), at: Sample.moment(0))
        try await cut.ingestAll([Sample.row(1, "a.example"), Sample.row(2, "b.example")])
        try await cut.record(cut.candidates(limit: 1).map { Sample.examined($0) })
        try await cut.finish(.interrupted, at: Sample.moment(1))
        _ = try await Self.night(store, "two", at: 2) { Sample.examined($0, verdict: .testing) }
        let again = try await store.resumeRun(portfolio: "one", fingerprint: "f")
        #expect(again.id == cut.id)
        #expect(try await again.candidates(limit: 9).map(\.domain.description) == ["b.example"])
        _ = try await again.sweep { Sample.examined($0) }
        let nothing = StoreError.nothingToResume(path: scratch.path)
        await #expect(throws: nothing) {
            try await store.resumeRun(portfolio: "two", fingerprint: "f")
        }
    }
}
