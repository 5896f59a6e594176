import Audit
import Evidence
import GRDB
import MTASTS
import Testing

@testable import Store

@Suite("Files of older versions are brought up to date")
struct MigrationTests {
    static let facts = """
        {"mx":{"outcome":{"found":{"_0":[{"preference":10,"host":"mx.example.net"}]}},"aliases":[]},\
        "record":{"outcome":{"noData":{}},"aliases":[]},\
        "tlsrpt":{"outcome":{"nameMissing":{}},"aliases":[]},\
        "fetches":[],"guardedAddresses":[],"misplacedRecords":[],"mxAliases":{}}
        """

    static func state(
        _ id: Int, domain: Int, _ runs: ClosedRange<Int>, _ verdict: Verdict = .absent,
        causes: String = "", digest: String = "00"
    ) -> String {
        """
        INSERT INTO state VALUES (\(id), \(domain), \(runs.lowerBound), \(runs.upperBound),
            0, '\(verdict.rawValue)', NULL, NULL, NULL, NULL,
            'mx.example.net', '\(causes)', 1, x'\(digest)', \(runs.upperBound * 1000 + domain), 12, 3, 0,
            NULL, 60);
        """
    }

    static func run(_ id: Int, portfolio: Int = 1, previous: Int? = nil) -> String {
        """
        INSERT INTO run VALUES (\(id), \(portfolio), \(previous.map(String.init) ?? "NULL"),
            'audit', 'finished', \(id * 1000), \(id * 1000), \(id * 1000 + 500), 'f', '{}', '0',
            '{"carried":[],"hasAccount":true,"hasExpectedMode":false,"hasTags":false}', 2, 0, 2);
        """
    }

    static func entry(_ id: Int, domain: Int, portfolio: Int = 1, _ runs: ClosedRange<Int>)
        -> String
    {
        """
        INSERT INTO entry VALUES (\(id), \(portfolio), \(domain), \(domain), NULL, NULL, 'acme',
            NULL, NULL, NULL, \(runs.lowerBound), \(runs.upperBound));
        """
    }

    static let common = """
        INSERT INTO portfolio VALUES (1, 'test'), (2, 'other');
        INSERT INTO domain VALUES (1, 'a.example'), (2, 'b.example'), (3, 'c.example');
        INSERT INTO evidence VALUES (1, x'84ad', '\(facts)');
        """

    /// What each run shows, as its reports would.
    static func reports(_ store: AuditStore) async throws -> [Int64: [String]] {
        var reports: [Int64: [String]] = [:]
        for run in try await store.runs() {
            reports[run.id] = try await store.rows(of: run).map { row in
                let findings = row.status?.findings.map(\.cause.rawValue).joined() ?? ""
                return "\(row.domain ?? "") \(row.status?.verdict.rawValue ?? "-") \(findings)"
            }
        }
        return reports
    }

    @Test("one portfolio: every row and result is there, and the interval goes on")
    func onePortfolio() async throws {
        let scratch = try Scratch()
        let rows = [
            Self.common, "DELETE FROM portfolio WHERE id = 2;",
            Self.run(1), Self.run(2, previous: 1),
            Self.entry(1, domain: 1, 1...2), Self.entry(2, domain: 2, 1...2),
            // The digest is what the release of version 2 wrote under this file's key.
            Self.state(7, domain: 1, 1...2, digest: "70263f16148d844941543a8efca9f9e4"),
            Self.state(8, domain: 2, 1...1),
            Self.state(9, domain: 2, 2...2, .ineffective, causes: "record-syntax"),
            "INSERT INTO finding VALUES (9, 0, 'record-syntax', 'error', 'seen', NULL, NULL);",
        ]
        try VersionTwo.make(scratch.path, rows: rows.joined())
        let store = try AuditStore(path: scratch.path)
        #expect(
            try await Self.reports(store) == [
                1: ["a.example absent ", "b.example absent "],
                2: ["a.example absent ", "b.example ineffective record-syntax"],
            ])
        #expect(
            try await store.select(
                "SELECT id, portfolio_id, first_measured_at, measured_at FROM state", columns: 4)
                == [
                    ["7", "1", "1000", "2001"], ["8", "1", "1002", "1002"],
                    ["9", "1", "2002", "2002"],
                ], "the start of the run where the moment is not known")
        #expect(
            try await store.select("SELECT domain, verdict FROM regressions", columns: 2)
                == [["b.example", "ineffective"]])
        #expect(
            try await store.evidence(for: DomainName("b.example"), in: store.run(2))
                == Sample.absent())

        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        #expect(run.run.previous == 2)
        try await run.ingestAll([
            Sample.row(1, "a.example", account: "acme"),
            Sample.row(2, "b.example", account: "acme"),
        ])
        #expect(try await store.count("entry") == 2)
        let summary = try await run.sweep { Sample.examined($0) }
        #expect(summary == RecordSummary(unchanged: 1, changed: 1, ignored: 0))
        for check in ["integrity_check", "foreign_key_check"] {
            let found = try await store.select("PRAGMA \(check)", columns: 1)
            #expect(found == (check == "integrity_check" ? [["ok"]] : []))
        }
    }

    @Test("several portfolios that took turns with a domain's states each get their own")
    func severalPortfolios() async throws {
        let scratch = try Scratch()
        let rows = [
            Self.common,
            Self.run(1), Self.run(2, portfolio: 2), Self.run(3, previous: 1),
            Self.run(4, portfolio: 2, previous: 2), Self.run(5, previous: 3),
            Self.entry(1, domain: 1, 1...5), Self.entry(2, domain: 1, portfolio: 2, 2...4),
            Self.entry(3, domain: 2, 1...5), Self.entry(4, domain: 3, portfolio: 2, 2...4),
            // Seen by both in turns: run 2 began what run 3 and 4 went on with.
            Self.state(1, domain: 1, 1...1),
            Self.state(2, domain: 1, 2...4, causes: "mx-alias"),
            Self.state(3, domain: 1, 5...5, .testing),
            Self.state(4, domain: 2, 1...5, .enforced),
            Self.state(5, domain: 3, 2...4, .ineffective),
            "INSERT INTO finding VALUES (2, 0, 'mx-alias', 'advice', 'seen', NULL, NULL);",
        ]
        try VersionTwo.make(scratch.path, rows: rows.joined())
        let store = try AuditStore(path: scratch.path)
        #expect(
            try await Self.reports(store) == [
                1: ["a.example absent ", "b.example enforced "],
                2: ["a.example absent mx-alias", "c.example ineffective "],
                3: ["a.example absent mx-alias", "b.example enforced "],
                4: ["a.example absent mx-alias", "c.example ineffective "],
                5: ["a.example testing ", "b.example enforced "],
            ])
        #expect(
            try await store.select(
                """
                SELECT portfolio, domain, verdict, first_run, last_run FROM history
                WHERE domain = 'a.example'
                """, columns: 5) == [
                    ["test", "a.example", "absent", "1", "1"],
                    ["test", "a.example", "absent", "3", "3"],
                    ["test", "a.example", "testing", "5", "5"],
                    ["other", "a.example", "absent", "2", "4"],
                ])
        // The next run of each goes on from its own last state.
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await run.ingestAll([Sample.row(1, "a.example", account: "acme")])
        _ = try await run.sweep { Sample.examined($0, verdict: .absent) }
        #expect(
            try await store.select(
                "SELECT domain, verdict_before, verdict FROM regressions", columns: 3)
                == [["a.example", "testing", "absent"]])
    }

    @Test("what the old nights saw published is known: senders may hold it")
    func publications() async throws {
        let scratch = try Scratch()
        let first =
            "version: STSv1\r\nmode: enforce\r\nmx: a.example\r\nmx: *.b.example\r\nmax_age: 604800\r\n"
        let second = "version: STSv1\nmode: none\nmax_age: 86400"
        let digests = ["1", "2"].map { String(repeating: $0, count: 64) }
        func facts(_ id: Int, _ digests: [String]) -> String {
            let fetches = digests.map {
                """
                {"address":"192.0.2.1","outcome":{"response":{"_0":{"status":200,"body":"\($0)"}}},\
                "chain":[]}
                """
            }
            let failed =
                #"{"address":"192.0.2.9","outcome":{"failed":{"_0":{"connectRefused":{}}}},"chain":[]}"#
            let list = ([failed] + fetches).joined(separator: ",")
            let text = Self.facts.replacing(#""fetches":[]"#, with: #""fetches":[\#(list)]"#)
            return "INSERT INTO evidence VALUES (\(id), x'0\(id)', '\(text)');"
        }
        func live(_ state: Int, _ id: String, _ mode: String, _ maxAge: Int, evidence: Int)
            -> String
        {
            """
            UPDATE state SET policy_id = '\(id)', mode = '\(mode)', max_age = \(maxAge),
                evidence_id = \(evidence) WHERE id = \(state);
            """
        }
        let rows = [
            Self.common, Self.run(1), Self.run(2, previous: 1), Self.run(3, previous: 2),
            Self.run(4, previous: 3), Self.run(5, previous: 4),
            Self.entry(1, domain: 1, 1...5), Self.entry(2, domain: 2, 1...5),
            Self.entry(3, domain: 3, 1...5),
            "INSERT INTO policy_body VALUES ('\(digests[0])', CAST('\(first)' AS BLOB)),"
                + "('\(digests[1])', CAST('\(second)' AS BLOB));",
            facts(2, [digests[1], digests[0]]), facts(3, [digests[1]]),
            // Domain 1: enforce, not measured, enforce again, none, taken away.
            Self.state(1, domain: 1, 1...1, .enforced),
            Self.state(2, domain: 1, 2...2, .unmeasured),
            Self.state(3, domain: 1, 3...3, .enforced), Self.state(4, domain: 1, 4...4, .disabled),
            Self.state(5, domain: 1, 5...5, .absent),
            live(1, "a", "enforce", 604_800, evidence: 2),
            live(3, "a", "enforce", 604_800, evidence: 2),
            live(4, "b", "none", 86_400, evidence: 3),
            // Domain 2: still there. Domain 3: never.
            Self.state(6, domain: 2, 2...5, .testing), live(6, "c", "none", 86_400, evidence: 3),
            Self.state(7, domain: 3, 1...5, .noMail),
        ]
        try VersionTwo.make(scratch.path, rows: rows.joined())
        let store = try AuditStore(path: scratch.path)
        #expect(
            try await store.select(
                """
                SELECT d.name, record_id, policy_sha256, mode, max_age, patterns, p.first_seen,
                    last_seen, gone_by
                FROM publication p JOIN domain d ON d.id = p.domain_id ORDER BY p.id
                """, columns: 9) == [
                    [
                        "a.example", "a", digests[0], "enforce", "604800", "a.example *.b.example",
                        "1001", "3001", "4001",
                    ],
                    ["a.example", "b", digests[1], "none", "86400", "", "4001", "4001", "5001"],
                    ["b.example", "c", digests[1], "none", "86400", "", "2000", "5002", ""],
                ])
        #expect(
            try await store.select("SELECT first_seen FROM domain ORDER BY id", columns: 1)
                == [["1001"], ["2000"], [""]])
    }

    @Test("before shards every run was of the whole portfolio, and goes on so")
    func shards() async throws {
        let scratch = try Scratch()
        let rows =
            "INSERT INTO portfolio VALUES (1, 'test');" + Self.run(1)
            + "INSERT INTO domain VALUES (1, 'a.example', NULL);" + Self.entry(1, domain: 1, 1...1)
        let queue = try DatabaseQueue(path: scratch.path)
        try Schema.migrator.migrate(queue, upTo: "6 ranks")
        try await queue.write { db in try db.execute(sql: rows) }
        try queue.close()
        let store = try AuditStore(path: scratch.path)
        #expect(try await store.runs().map(\.shard) == [nil])
        #expect(try await store.select("SELECT * FROM merged_run", columns: 1) == [])
        #expect(try await store.select("SELECT shard FROM latest_run", columns: 1) == [[""]])
        let shard = try #require(Shard("1/2"))
        await #expect(
            throws: StoreError.otherShard(path: scratch.path, stored: nil, asked: shard)
        ) {
            try await store.beginRun(
                RunRequest(portfolio: "test", fingerprint: "f", toolVersion: "0", shard: shard),
                at: Sample.moment(0))
        }
        let next = try await store.beginRun(Sample.request(), at: Sample.moment(1))
        #expect(next.run.previous == 1)
        try await next.finish(.failed, at: Sample.moment(2))
    }

    @Test("of what was merged before, it is not known when the shards' runs began")
    func mergedMoments() async throws {
        let scratch = try Scratch()
        let rows =
            "INSERT INTO portfolio VALUES (1, 'test');"
            + Self.run(1).replacing("2, 0, 2);", with: "2, 0, 2, NULL);")
            + "INSERT INTO merged_run VALUES (1, 1, 2, 's', 5, 'shard-1.sqlite', 0);"
        let queue = try DatabaseQueue(path: scratch.path)
        try Schema.migrator.migrate(queue, upTo: "7 shards")
        try await queue.write { db in try db.execute(sql: rows) }
        try queue.close()
        let store = try AuditStore(path: scratch.path)
        #expect(
            try await store.select(
                "SELECT source_run, stale, source_started_at IS NULL FROM merged_run", columns: 3)
                == [["5", "0", "1"]])
        await #expect(throws: StoreError.merged(path: scratch.path)) {
            try await store.beginRun(Sample.request(), at: Sample.moment(0))
        }
    }

    @Test("an old file is not changed under a run of the old version")
    func runOfOldVersion() throws {
        let scratch = try Scratch()
        let running = "UPDATE run SET state = 'running' WHERE id = 1;"
        try VersionTwo.make(scratch.path, rows: Self.common + Self.run(1) + running)
        do {
            let lock = try RunLock(storePath: scratch.path)
            defer { lock.release() }
            #expect(throws: StoreError.self) { try AuditStore(path: scratch.path) }
            let queue = try DatabaseQueue(path: scratch.path)
            #expect(try queue.read { try $0.tableExists("publication") } == false)
            try queue.close()
        }
        // The run's process is gone.
        try AuditStore(path: scratch.path).close()
    }

    @Test("several bring one file up to date at the same time", .timeLimit(.minutes(6)))
    func together() async throws {
        for _ in 0..<10 {
            let scratch = try Scratch()
            let path = scratch.path
            try VersionTwo.make(path, rows: Self.common + Self.run(1))
            await withTaskGroup(of: StoreError?.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        do throws(StoreError) {
                            try AuditStore(path: path).close()
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                for await error in group { #expect(error == nil) }
            }
        }
    }

    @Test("a new file and an old one that was brought up to date have the same schema")
    func sameSchema() async throws {
        let scratch = try Scratch()
        let other = try Scratch()
        try VersionTwo.make(scratch.path, rows: Self.common + Self.run(1))
        let query = """
            SELECT m.type, m.name, coalesce(group_concat(c.name || c.type || c."notnull" || c.pk), '')
            FROM sqlite_schema m LEFT JOIN pragma_table_info(m.name) c
            GROUP BY m.name ORDER BY m.name
            """
        let old = try await AuditStore(path: scratch.path).select(query, columns: 3)
        let new = try await AuditStore(path: other.path).select(query, columns: 3)
        #expect(old == new)
    }
}
