import Audit
import Evidence
import MTASTS
import Testing

@testable import Store

@Suite("Stored evidence judged again")
struct RejudgeTests {
    static func digest(_ byte: UInt8) -> Digest {
        guard let digest = Digest(Array(repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes")
        }
        return digest
    }

    static let body = HTTPResponse.Body(digest: digest(1), bytes: Array("version: STSv1\n".utf8))
    static let certificate = Certificate(
        digest: digest(2), subject: "CN=a", issuer: "CN=b", dnsNames: ["mta-sts.a.example"],
        dnsNameCount: 1, notBefore: Sample.moment(0), notAfter: Sample.moment(9), key: "EC P-256")

    static func served() throws -> Evidence {
        var evidence = Sample.absent()
        evidence.fetches = [
            Fetch(
                address: try #require(IPAddress("192.0.2.1")),
                outcome: .response(HTTPResponse(status: 200, body: body)), chain: [certificate])
        ]
        return evidence
    }

    /// Three domains, two of them with the same evidence; `c` has a finding.
    static func audit(_ store: AuditStore, night: Int64) async throws -> Run {
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(100 * night))
        try await run.ingestAll([
            try Sample.row(1, "a.example", expecting: .enforce),
            try Sample.row(2, "b.example"),
            try Sample.row(3, "c.example", expecting: .testing),
            try Sample.row(4, "c.example", expecting: .enforce),
            Sample.invalid(5, "?", .badCharacter),
        ])
        let served = try served()
        _ = try await run.sweep(at: 100 * night + 9) { candidate in
            let isLast = candidate.domain.description == "c.example"
            return Sample.examined(
                candidate, isLast ? served : Sample.absent(),
                verdict: isLast ? .ineffective : .absent,
                findings: isLast ? [Sample.finding(.policyEmpty)] : [],
                at: 100 * night + candidate.id)
        }
        return try await store.run(run.id)
    }

    static func begin(_ store: AuditStore, _ base: Run) async throws -> ActiveRun {
        try await store.beginRejudge(
            of: base, options: "{}", toolVersion: "1", at: Sample.moment(5000))
    }

    /// What a rule that takes empty policies for sound would say.
    static func judge(_ look: StoredLook, forgives: Bool) -> Assessment {
        let isBroken = !look.evidence.fetches.isEmpty && !forgives
        return Assessment(
            verdict: look.evidence.fetches.isEmpty ? .absent : isBroken ? .ineffective : .enforced,
            findings: isBroken ? [Sample.finding(.policyEmpty)] : [],
            mxHosts: [MXCoverage(host: "mx.example.net")])
    }

    static let states = """
        SELECT d.name, s.first_run, s.last_run, s.verdict, s.causes, s.first_measured_at,
            s.measured_at, s.elapsed_ms, s.evidence_id, s.digest
        FROM state s JOIN domain d ON d.id = s.domain_id ORDER BY d.name, s.first_run
        """

    @Test("all that a domain was judged by comes back, a page at a time")
    func looks() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        _ = try await Self.audit(store, night: 1)
        let rejudge = try await Self.begin(store, try await Self.audit(store, night: 2))
        var looks: [StoredLook] = []
        while true {
            let page = try await rejudge.storedLooks(
                after: looks.last?.candidate.id ?? 0, limit: 1)
            #expect(page.count <= 1)
            guard let look = page.first else { break }
            looks.append(look)
        }
        #expect(
            looks.map(\.candidate.domain.description) == ["a.example", "b.example", "c.example"])
        #expect(
            looks.map(\.candidate.expectations.modes) == [[.enforce], [], [.testing, .enforce]])
        #expect(looks.map(\.measurement.at) == (1...3).map { Sample.moment(200 + $0) })
        #expect(looks[2].measurement.elapsedMilliseconds == 12)
        #expect(looks[0].evidence == Sample.absent())
        #expect(try looks[2].evidence == Self.served())
        guard case .response(let response) = looks[2].evidence.fetches[0].outcome else {
            Issue.record("no response")
            return
        }
        #expect(response.body.bytes == Self.body.bytes)
        #expect(looks[2].evidence.fetches[0].chain == [Self.certificate])
    }

    @Test("an unchanged judgement extends the interval; another one is a state of its own")
    func record() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let base = try await Self.audit(store, night: 1)
        let rejudge = try await Self.begin(store, base)
        #expect(rejudge.run.kind == .rejudge)
        #expect(rejudge.run.previous == base.id)
        #expect(rejudge.run.domainCount == 3 && rejudge.run.rowCount == 5)
        let looks = try await rejudge.storedLooks(limit: 10)
        let summary = try await rejudge.record(
            rejudged: looks.map { ($0, Self.judge($0, forgives: true)) })
        #expect(summary == RecordSummary(unchanged: 2, changed: 1))
        try await rejudge.finish(.finished, at: Sample.moment(5001))
        let rows = try await store.select(Self.states, columns: 5)
        #expect(
            rows == [
                ["a.example", "1", "2", "absent", ""], ["b.example", "1", "2", "absent", ""],
                ["c.example", "1", "1", "ineffective", "policy-empty"],
                ["c.example", "2", "2", "enforced", ""],
            ])
        // Nothing was looked at.
        let measured = try await store.select(
            "SELECT DISTINCT measured_at / 100 FROM state", columns: 1)
        #expect(measured == [["\(Sample.moment(100).seconds / 100)"]])
        #expect(try await store.count("evidence") == 2)
        #expect(try await store.verdictCounts(of: store.run(2)).domains[.enforced] == 1)
        let changes = try await ChangeTests.changes(store, (1, 2))
        #expect(changes.map(\.domain) == ["c.example"])
        #expect(changes.map(\.kind) == [.fixed])
        #expect(changes.first?.differences == [.verdict, .causes])

        // The next audit, by the new rules, finds everything as the rejudge left it.
        let next = try await store.beginRun(Sample.request(), at: Sample.moment(6000))
        try await next.ingestAll([
            try Sample.row(1, "a.example", expecting: .enforce),
            try Sample.row(2, "b.example"),
            try Sample.row(3, "c.example", expecting: .testing),
            try Sample.row(4, "c.example", expecting: .enforce),
            Sample.invalid(5, "?", .badCharacter),
        ])
        let served = try Self.served()
        let summaryOfNext = try await next.sweep(at: 6001) { candidate in
            let isLast = candidate.domain.description == "c.example"
            return Sample.examined(
                candidate, isLast ? served : Sample.absent(),
                verdict: isLast ? .enforced : .absent)
        }
        #expect(summaryOfNext == RecordSummary(unchanged: 3))
        #expect(try await ChangeTests.changes(store, (2, 3)).isEmpty)
        #expect(try await ChangeTests.changes(store, (1, 3)).map(\.kind) == [.fixed])
        #expect(try await store.count("entry") == 5)
    }

    @Test("a killed rejudge leaves nothing, whoever comes next", arguments: [false, true])
    func killed(auditComesNext: Bool) async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let base = try await Self.audit(store, night: 1)
        let entries = "SELECT id, line, first_run, last_run FROM entry ORDER BY id"
        let before = try await (
            store.select(Self.states, columns: 10), store.select(entries, columns: 4),
            store.count("finding")
        )
        do {
            let rejudge = try await Self.begin(store, base)
            let looks = try await rejudge.storedLooks(limit: 10)
            try await rejudge.record(
                rejudged: looks.suffix(2).map { ($0, Self.judge($0, forgives: true)) })
            #expect(try await store.select(Self.states, columns: 10) != before.0)
            // The value goes, and the lock with it, as with a killed process.
        }
        // Whoever reads before the next run sees the base, whole.
        #expect(try await store.latestRun()?.id == base.id)
        #expect(try await store.verdictCounts(of: base).outstanding == 0)
        await #expect(throws: StoreError.nothingToResume(path: scratch.path)) {
            try await store.resumeRun(portfolio: "test", fingerprint: "f")
        }
        let next =
            auditComesNext
            ? try await store.beginRun(Sample.request(), at: Sample.moment(6000))
            : try await Self.begin(store, base)
        #expect(try await store.run(2).state == .failed)
        #expect(next.run.previous == base.id)
        if !auditComesNext { try await next.abandonRejudge() }
        #expect(try await store.select(Self.states, columns: 10) == before.0)
        #expect(try await store.select(entries, columns: 4) == before.1)
        #expect(try await store.count("finding") == before.2)
        #expect(try await store.latestRun()?.id == base.id)
    }

    @Test("only the latest run of a portfolio, and only when it is finished")
    func refused() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let first = try await Self.audit(store, night: 1)
        let second = try await Self.audit(store, night: 2)
        await #expect(
            throws: StoreError.cannotRejudge(path: scratch.path, run: first.id, latest: second.id)
        ) { try await Self.begin(store, first) }
        let third = try await store.beginRun(Sample.request(), at: Sample.moment(300))
        await #expect(throws: StoreError.self) { try await Self.begin(store, second) }
        try await third.ingestAll([try Sample.row(1, "a.example")])
        try await third.finish(.interrupted, at: Sample.moment(301))
        for base in [second, try await store.run(third.id)] {
            await #expect(
                throws: StoreError.cannotRejudge(
                    path: scratch.path, run: base.id, latest: third.id)
            ) { try await Self.begin(store, base) }
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var seen: ClosedRange<Int64>
        var goneBy: Int64?
        /// What a look at 100 knew of it: the last look at it and its end.
        var expected: (lastSeen: Int64, goneBy: Int64?)?
        var why: String

        var testDescription: String { why }
    }

    static let rows: [Row] = [
        Row(seen: 10...90, goneBy: nil, expected: (90, nil), why: "standing"),
        Row(seen: 10...40, goneBy: 50, expected: (40, 50), why: "gone before the look"),
        Row(seen: 10...90, goneBy: 100, expected: (90, nil), why: "found gone by the look itself"),
        Row(seen: 10...90, goneBy: 200, expected: (90, nil), why: "found gone later"),
        Row(seen: 10...200, goneBy: nil, expected: (100, nil), why: "seen by later looks too"),
        Row(seen: 100...100, goneBy: nil, expected: nil, why: "first seen by the look itself"),
        Row(seen: 150...200, goneBy: nil, expected: nil, why: "first seen later"),
    ]

    @Test("the history is that of before the look", arguments: rows)
    func history(row: Row) throws {
        let policy = LivePolicy(
            recordID: "1", digest: Self.body.digest, mode: "enforce", maxAge: 1, patterns: [])
        let history = PublicationHistory(
            policies: [
                PublishedPolicy(
                    policy: policy, firstSeen: Timestamp(seconds: row.seen.lowerBound),
                    lastSeen: Timestamp(seconds: row.seen.upperBound),
                    goneBy: row.goneBy.map(Timestamp.init(seconds:)))
            ], observedSince: Timestamp(seconds: row.seen.lowerBound))
        let then = history.before(Timestamp(seconds: 100))
        #expect(then.policies.first?.lastSeen.seconds == row.expected?.lastSeen, "\(row.why)")
        #expect(then.policies.first?.goneBy?.seconds == row.expected?.goneBy, "\(row.why)")
        #expect((then.observedSince == nil) == (row.seen.lowerBound >= 100))
    }
}
