import Audit
import Evidence
import Foundation
import GRDB
import MTASTS
import Testing

@testable import Store

@Suite("Stores of shards become one")
struct MergeTests {
    private func expectEqual(_ merged: AuditStore, _ whole: AuditStore) async throws {
        let (found, wanted) = (try await Self.content(merged), try await Self.content(whole))
        #expect(found.count == wanted.count)
        #expect(zip(found, wanted).filter { $0 != $1 }.map { "\($0) not \($1)" } == [])
        #expect(wanted.count > 200, "there was something to compare")
    }

    @Test("three nights merged as they come are what the whole portfolio's store has")
    func nights() async throws {
        let nights = try Nights()
        let merged = try nights.merged()
        for night in 1...3 {
            try await nights.audit(Int64(night))
            let summary = try await merged.merge(nights.paths, of: "test")
            #expect(summary.isChanged)
            #expect(summary.run.id == Int64(night))
            #expect(summary.rows > 0)
            try await expectEqual(merged, nights.whole)

            let again = try await merged.merge(
                nights.paths.reversed() + nights.paths, of: "test")
            #expect(!again.isChanged)
            #expect(again.rows == 0)
            try await expectEqual(merged, nights.whole)
        }
        // Comparisons of runs, too.
        func changes(_ store: AuditStore) async throws -> [[String]] {
            try await store.select(
                "SELECT domain, accounts, verdict_before, verdict FROM regressions ORDER BY 1",
                columns: 4)
        }
        #expect(try await changes(merged) == changes(nights.whole))
        #expect(try await changes(merged).isEmpty == false)
        #expect(try await merged.runs().first?.options == #"{"orphans":true}"#)
    }

    @Test("nights that were not merged are no runs; what was published is known all the same")
    func skipped() async throws {
        let nights = try Nights()
        try await nights.audit(1)
        let merged = try nights.merged()
        _ = try await merged.merge(nights.paths, of: "test")
        try await nights.audit(2)
        try await nights.audit(3)
        _ = try await merged.merge(nights.paths, of: "test")
        #expect(try await merged.runs().map(\.id) == [2, 1])
        for (id, night) in [(1, 1), (2, 3)] as [(Int64, Int64)] {
            var (found, wanted): ([ReportRow], [ReportRow]) = (
                try await merged.rows(of: merged.run(id)),
                try await nights.whole.rows(of: nights.whole.run(night))
            )
            for index in found.indices { found[index].key = .start }
            for index in wanted.indices { wanted[index].key = .start }
            // Lines are those of the last run that had the row.
            #expect(Set(found) == Set(wanted))
        }
        func publications(_ store: AuditStore) async throws -> [[String]] {
            try await store.select(
                "SELECT * FROM publications ORDER BY domain, first_seen", columns: 10)
        }
        #expect(try await publications(merged) == publications(nights.whole))
    }

    @Test("a shard that is late: its domains are outstanding, never gone, and then there")
    func late() async throws {
        let nights = try Nights()
        let merged = try nights.merged()
        try await nights.audit(1)
        _ = try await merged.merge(nights.paths, of: "test")
        try await nights.audit(2, only: [1, 3])
        await #expect(throws: StoreError.self) {
            try await merged.merge(nights.paths, of: "test")
        }
        try await expectSameRun(merged, 1, nights.whole, 1)
        let partial = try await merged.merge(nights.paths, of: "test", allowsMissing: true)
        #expect(partial.stale.map(\.index) == [2])
        #expect(partial.shards.map(\.index) == [1, 3])
        let notes = try await merged.notes(of: partial.run).map(\.code)
        #expect(notes == ["port-25-blocked", AuditStore.shardsMissing])
        let counts = try await merged.verdictCounts(of: partial.run)
        #expect(counts.outstanding > 0)
        let rows = try await merged.rows(of: partial.run)
        let second = try #require(Shard("2/3"))
        for row in rows {
            let isLate = second.contains(row.domain ?? row.input)
            #expect(row.problem != nil || (row.status == nil) == isLate, "\(row.input)")
        }
        let before = try await merged.rows(of: merged.run(1)).filter {
            second.contains($0.domain ?? $0.input)
        }
        #expect(
            Set(rows.filter { second.contains($0.domain ?? $0.input) }.map(\.input))
                == Set(before.map(\.input)))

        try await Nights.audit(nights.shards[1], 2, shard: second)
        _ = try await merged.merge(nights.paths, of: "test")
        try await expectEqual(merged, nights.whole)
    }

    private func expectSameRun(
        _ merged: AuditStore, _ run: Int64, _ whole: AuditStore, _ other: Int64
    ) async throws {
        let found = try await merged.rows(of: merged.run(run)).map(\.input).sorted()
        #expect(try await whole.rows(of: whole.run(other)).map(\.input).sorted() == found)
    }

    @Test("what is refused leaves the store as it was")
    func refused() async throws {
        let nights = try Nights()
        try await nights.audit(1)
        let merged = try nights.merged()
        let missing = MergeRefusal.missing([try #require(Shard("3/3"))])
        await #expect(throws: StoreError.cannotMerge(missing)) {
            try await merged.merge(Array(nights.paths.prefix(2)), of: "test")
        }
        #expect(try await merged.runs() == [])
        let itself = MergeRefusal.intoItself(path: nights.shards[0].path)
        await #expect(throws: StoreError.cannotMerge(itself)) {
            try await nights.shards[0].merge(nights.paths, of: "test")
        }
        let own = MergeRefusal.ownRuns(into: nights.whole.path, run: 1)
        await #expect(throws: StoreError.cannotMerge(own)) {
            try await nights.whole.merge(nights.paths, of: "test")
        }
        _ = try await merged.merge(nights.paths, of: "test")
        let name = MergeRefusal.otherName(into: merged.path, portfolio: "test")
        await #expect(throws: StoreError.cannotMerge(name)) {
            try await merged.merge(nights.paths, of: "other")
        }
        // No shard would have a run of the merged store's own.
        let last = try await merged.run(1)
        await #expect(throws: StoreError.merged(path: merged.path)) {
            try await merged.beginRejudge(
                of: last, options: "{}", toolVersion: "0", at: Sample.moment(5))
        }
        for portfolio in ["test", "other"] {
            await #expect(throws: StoreError.merged(path: merged.path)) {
                try await merged.beginRun(Sample.request(portfolio), at: Sample.moment(5))
            }
        }
        #expect(try await merged.runs().map(\.id) == [1])
        #expect(try await merged.merge(nights.paths, of: "test").isChanged == false)
        // Somebody audits one of them just now.
        let busy = try await nights.shards[2].beginRun(
            RunRequest(portfolio: "test", fingerprint: "f2", toolVersion: "0", shard: Shard("3/3")),
            at: Sample.moment(2000))
        let other = try nights.merged("other")
        let error = await #expect(throws: StoreError.self) {
            try await other.merge(nights.paths, of: "test")
        }
        guard case .runInProgress(let path, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(path == nights.shards[2].path)
        try await busy.finish(.interrupted, at: Sample.moment(2001))
    }

    @Test("a rejudge of every shard is a run of the merged store")
    func rejudged() async throws {
        let nights = try Nights()
        try await nights.audit(1)
        let merged = try nights.merged()
        _ = try await merged.merge(nights.paths, of: "test")
        for store in [nights.whole] + nights.shards {
            let run = try await store.beginRejudge(
                of: store.run(1), options: #"{"rejudged_run":1}"#, toolVersion: "1",
                at: Sample.moment(5000))
            let looks = try await run.storedLooks(limit: .max)
            try await run.record(
                rejudged: looks.map { ($0, RejudgeTests.judge($0, forgives: true)) })
            try await run.finish(.finished, at: Sample.moment(5001))
        }
        let summary = try await merged.merge(nights.paths, of: "test")
        #expect(summary.run.kind == .rejudge)
        try await expectEqual(merged, nights.whole)
    }

    @Test("old runs that every shard has pruned are gone, and the rest stays")
    func pruned() async throws {
        let nights = try Nights()
        let merged = try nights.merged()
        for night in 1...3 {
            try await nights.audit(Int64(night))
            _ = try await merged.merge(nights.paths, of: "test")
            for store in nights.shards { _ = try await store.prune(Retention(runs: 2)) }
        }
        try await nights.audit(4)
        _ = try await merged.merge(nights.paths, of: "test")
        #expect(try await merged.runs().map(\.id) == [4, 3, 2])
        func rows(_ store: AuditStore) async throws -> [String] {
            try await store.rows(of: store.run(4)).map {
                "\($0.key.line) \($0.input) \($0.status.map { "\($0)" } ?? "")"
            }
        }
        #expect(try await rows(merged) == rows(nights.whole))
    }

    @Test("what was pruned from the merged store alone does not come back")
    func prunedAlone() async throws {
        let nights = try Nights()
        let merged = try nights.merged()
        for night in 1...3 {
            try await nights.audit(Int64(night))
            _ = try await merged.merge(nights.paths, of: "test")
        }
        _ = try await merged.prune(Retention(runs: 1))
        #expect(
            try await merged.select("SELECT run_id, shard FROM merged_run", columns: 2)
                == [["3", "1"], ["3", "2"], ["3", "3"]])
        #expect(try await merged.select("PRAGMA foreign_key_check", columns: 1) == [])
        #expect(try await merged.merge(nights.paths, of: "test").isChanged == false)
        try await nights.audit(4)
        _ = try await merged.merge(nights.paths, of: "test")
        #expect(try await merged.runs().map(\.id) == [4, 3])
    }

    @Test("a rejudge that an older version let begin, taken back or killed, is in no merge's way")
    func unfinishedRejudge() async throws {
        let nights = try Nights()
        try await nights.audit(1)
        let merged = try nights.merged()
        _ = try await merged.merge(nights.paths, of: "test")
        try await merged.write { db in
            try db.execute(
                sql: """
                    INSERT INTO run (id, portfolio_id, previous_run, kind, state, started_at,
                        ingested_at, fingerprint, options, tool_version)
                    SELECT 2, portfolio_id, 1, 'rejudge', 'failed', 5, NULL, 'f', '{}', '0' FROM run
                        WHERE id = 1
                    UNION ALL
                    SELECT 3, portfolio_id, 1, 'rejudge', 'running', 6, 6, 'f', '{}', '0' FROM run
                        WHERE id = 1;
                    UPDATE entry SET last_run = 3 WHERE last_run = 1;
                    UPDATE state SET last_run = 3 WHERE last_run = 1;
                    """)
        }
        #expect(try await merged.merge(nights.paths, of: "test").isChanged == false)
        #expect(
            try await merged.select("SELECT id, state FROM run ORDER BY id", columns: 2)
                == [["1", "finished"], ["2", "failed"], ["3", "failed"]])
        #expect(try await merged.verdictCounts(of: merged.run(1)).outstanding == 0)
        try await nights.audit(2)
        _ = try await merged.merge(nights.paths, of: "test")
        try await expectEqual(merged, nights.whole)
    }

    @Test("a shard's damage is told of its store, not of the merged one")
    func damaged() async throws {
        let nights = try Nights()
        try await nights.audit(1)
        let merged = try nights.merged()
        // A page of states that is none.
        let broken = nights.shards[1]
        let root = try await broken.select(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'state'", columns: 1)
        let size = try await broken.select("PRAGMA page_size", columns: 1)
        let page = try #require(UInt64(root[0][0]))
        let bytes = try #require(Int(size[0][0]))
        try broken.close()
        let sound = try Data(contentsOf: URL(fileURLWithPath: broken.path))
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: broken.path))
        try file.seek(toOffset: (page - 1) * UInt64(bytes))
        try file.write(contentsOf: Data(repeating: 0xFF, count: bytes))
        try file.close()
        let error = await #expect(throws: StoreError.self) {
            try await merged.merge(nights.paths, of: "test")
        }
        guard case .damaged(let path, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(path == broken.path)
        #expect(try await merged.runs() == [])

        // Values of another kind, where the counts of a run are added up.
        try sound.write(to: URL(fileURLWithPath: broken.path))
        let again = try AuditStore(path: broken.path, opening: .existing)
        try await again.write { db in try db.execute(sql: "UPDATE run_verdict SET domains = 'x'") }
        try again.close()
        await #expect(
            throws: StoreError.damaged(
                path: broken.path, detail: "a value of another kind in column domains")
        ) { try await merged.merge(nights.paths, of: "test") }
    }

    @Test("what a refused merge made goes, and nothing else")
    func discarded() async throws {
        let nights = try Nights()
        try await nights.audit(1)
        let merged = try nights.merged()
        await #expect(throws: StoreError.self) {
            try await merged.merge([nights.paths[0]], of: "test")
        }
        try await merged.discard()
        func files() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: nights.scratch.folder)
                .filter { $0.hasPrefix("merged") }
        }
        #expect(try files() == [])

        let full = try nights.merged()
        _ = try await full.merge(nights.paths, of: "test")
        try await full.discard()
        let kept = try AuditStore(path: full.path, opening: .existing)
        #expect(try await kept.runs().map(\.id) == [1])
        // Somebody else is at work on it.
        let busy = try nights.merged("merged-too")
        let lock = try RunLock(storePath: busy.path)
        defer { lock.release() }
        await #expect(throws: StoreError.self) { try await busy.discard() }
        #expect(try await busy.runs() == [])
    }

    @Test("a restored shard that was audited again has another run, though of the same number")
    func restored() async throws {
        let nights = try Nights()
        try await nights.audit(1)
        let broken = nights.shards[1]
        try broken.close()
        let file = URL(fileURLWithPath: broken.path)
        let backup = try Data(contentsOf: file)
        let second = try #require(Shard("2/3"))
        let opened = try AuditStore(path: broken.path, opening: .existing)
        try await Nights.audit(opened, 2, shard: second)
        try opened.close()
        try await nights.audit(2, only: [1, 3])
        let merged = try nights.merged()
        _ = try await merged.merge(nights.paths, of: "test")

        try backup.write(to: file)
        let restored = try AuditStore(path: broken.path, opening: .existing)
        try await Nights.audit(restored, 3, shard: second)
        #expect(try await restored.runs().map(\.id) == [2, 1])
        try restored.close()
        try await nights.audit(3, only: [1, 3])
        let summary = try await merged.merge(nights.paths, of: "test")
        #expect(summary.isChanged)
        // The night before is no longer whole: this shard's run of it is lost.
        #expect(try await merged.runs().map(\.id) == [2])
        #expect(
            try await merged.select(
                "SELECT DISTINCT source_run, source_started_at FROM merged_run WHERE shard = 2",
                columns: 2) == [["2", "\(Sample.moment(3000).seconds)"]])
    }

    @Test("every column of every table is copied")
    func columns() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        for table in TableCopy.all {
            let columns = try await store.select(
                "SELECT name FROM pragma_table_info('\(table.table)')", columns: 1)
            #expect(Set(columns.joined()) == Set(table.allColumns), "\(table.table)")
        }
        let others: Set = [
            // Made anew of those of the shards, or not merged.
            "portfolio", "run", "run_verdict", "run_note", "merged_run", "setting", "verdict",
            "tls_domain", "tls_report", "tls_policy", "tls_failure", "tls_policy_text",
            "grdb_migrations",
        ]
        let tables = try await store.select(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
            columns: 1)
        #expect(Set(tables.joined()) == others.union(TableCopy.all.map(\.table)))
    }

    @Test("TLS reports of the merged store stay, those of the shards are named")
    func reports() async throws {
        let nights = try Nights()
        let merged = try nights.merged()
        let report = """
            INSERT INTO tls_report (organization, report_id, starts_at, ends_at, day, source,
                observations, digest, imported_at) VALUES ('o', 'r', 0, 1, 0, 's', '', x'00', 2)
            """
        for store in [merged, nights.shards[1]] {
            try await store.write { db in try db.execute(sql: report) }
        }
        try await nights.audit(1)
        let summary = try await merged.merge(nights.paths, of: "test")
        #expect(summary.withReports == [nights.shards[1].path])
        #expect(try await merged.count("tls_report") == 1)
        try await expectEqual(merged, nights.whole)
    }

    @Test("indexes are there again, as in any store")
    func indexes() async throws {
        let nights = try Nights()
        try await nights.audit(1)
        let merged = try nights.merged()
        _ = try await merged.merge(nights.paths, of: "test")
        let sql = "SELECT name, tbl_name, sql FROM sqlite_schema ORDER BY name"
        #expect(
            try await merged.select(sql, columns: 3) == nights.whole.select(sql, columns: 3))
    }
}
