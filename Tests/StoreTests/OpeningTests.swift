import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Opening a store")
struct OpeningTests {
    @Test("a missing file is made only when asked for")
    func missing() throws {
        let scratch = try Scratch()
        #expect(throws: StoreError.notFound(path: scratch.path)) {
            try AuditStore(path: scratch.path, opening: .existing)
        }
        try AuditStore(path: scratch.path).close()
        try AuditStore(path: scratch.path, opening: .existing).close()
    }

    @Test("a file of another program is refused and left alone")
    func foreign() throws {
        let scratch = try Scratch()
        let queue = try DatabaseQueue(path: scratch.path)
        try queue.write { try $0.execute(sql: "CREATE TABLE theirs (x)") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: scratch.path))
        #expect(throws: StoreError.notAStore(path: scratch.path)) {
            try AuditStore(path: scratch.path)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path)) == before)
    }

    @Test("a file whose maker was killed at its first step is made to the end")
    func halfMade() throws {
        let scratch = try Scratch()
        let queue = try DatabaseQueue(path: scratch.path)
        try queue.write {
            try $0.execute(
                sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        }
        try queue.close()
        try AuditStore(path: scratch.path).close()
    }

    @Test("several make one file at the same time, each in turn", .timeLimit(.minutes(6)))
    func together() async throws {
        for _ in 0..<20 {
            let scratch = try Scratch()
            let path = scratch.path
            await withTaskGroup(of: StoreError?.self) { group in
                for _ in 0..<6 {
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
            let store = try AuditStore(path: path)
            #expect(try await store.count("verdict") == 11)
            try store.close()
        }
    }

    @Test("the file of an ended run, or a closed one, is whole without its WAL")
    func wholeWithoutWAL() async throws {
        for isClosed in [false, true] {
            let scratch = try Scratch()
            let store = try AuditStore(path: scratch.path)
            let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
            try await run.ingestAll((1...50).map { try Sample.row($0, "d\($0).example") })
            #expect(try await store.rows(of: run.run).count == 50)
            if isClosed {
                try store.close()
                let log = FileManager.default.contents(atPath: scratch.path + "-wal")
                #expect(log?.isEmpty != false)
            } else {
                try await run.finish(.finished, at: Sample.moment(0))
            }
            let copy = scratch.path + ".copy"
            try FileManager.default.copyItem(atPath: scratch.path, toPath: copy)
            #expect(try await AuditStore(path: copy).count("entry") == 50)
        }
    }

    @Test("a file that is no database is refused")
    func text() throws {
        let scratch = try Scratch()
        try String(repeating: "domain,account\n", count: 500).write(
            toFile: scratch.path, atomically: false, encoding: .utf8)
        #expect(throws: StoreError.notAStore(path: scratch.path)) {
            try AuditStore(path: scratch.path)
        }
    }

    @Test("a folder that is not there")
    func cannotOpen() throws {
        let scratch = try Scratch()
        let path = scratch.folder + "/none/audit.sqlite"
        #expect(throws: StoreError.cannotOpen(path: path)) { try AuditStore(path: path) }
    }

    @Test("a newer schema is refused, not guessed at")
    func newer() throws {
        let scratch = try Scratch()
        try AuditStore(path: scratch.path).close()
        let queue = try DatabaseQueue(path: scratch.path)
        try queue.write {
            try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9 tomorrow')")
        }
        try queue.close()
        #expect(throws: StoreError.newerSchema(path: scratch.path)) {
            try AuditStore(path: scratch.path)
        }
    }

    @Test("an older schema is brought up to date with its data")
    func migration() async throws {
        let scratch = try Scratch()
        let queue = try DatabaseQueue(path: scratch.path)
        try Schema.migrator.migrate(queue, upTo: "1 tables")
        try await queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO portfolio (id, name) VALUES (1, 'old');
                    INSERT INTO run (id, portfolio_id, kind, state, started_at, ingested_at,
                        fingerprint, options, tool_version)
                    VALUES (1, 1, 'audit', 'finished', 10, 20, 'f', '{}', '0');
                    INSERT INTO domain (id, name) VALUES (1, 'example.com');
                    INSERT INTO entry (portfolio_id, domain_id, line, first_run, last_run)
                    VALUES (1, 1, 1, 1, 1);
                    """)
        }
        try queue.close()

        let store = try AuditStore(path: scratch.path)
        #expect(try await store.runs().map(\.portfolio) == ["old"])
        let status = try await store.select("SELECT domain FROM current_status", columns: 1)
        #expect(status == [["example.com"]])
        try store.close()
    }

    @Test("the migrations of the released versions keep their names and order")
    func migrationNames() throws {
        #expect(
            Schema.migrator.migrations == [
                "1 tables", "2 views", "3 history", "4 tls reports", "5 accounts", "6 ranks",
                "7 shards", "8 merged moments", "9 unanswered",
            ])
    }

    @Test("the schema explains itself: every table has a comment or says what its columns are")
    func comments() async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let tables = try await store.select(
            "SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'view')", columns: 2)
        for table in tables where !table[0].hasPrefix("sqlite_") {
            let isPlain = ["grdb_migrations", "portfolio", "latest_run"].contains(table[0])
            #expect(isPlain || table[1].contains("-- "), "\(table[0])")
        }
        try store.close()
    }
}
