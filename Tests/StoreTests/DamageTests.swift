import GRDB
import MTASTS
import Testing

@testable import Store

@Suite("Reading a damaged store")
struct DamageTests {
    /// What SQLite does not refuse: a value of another kind than its column's.
    struct Row: CustomTestStringConvertible, Sendable {
        var change: String
        var detail: String
        var read: @Sendable (AuditStore) async throws -> Void

        init(
            _ change: String, _ detail: String,
            _ read: @escaping @Sendable (AuditStore) async throws -> Void
        ) {
            self.change = change
            self.detail = detail
            self.read = read
        }

        var testDescription: String { change }
    }

    private static func kind(_ column: String) -> String {
        "a value of another kind in column \(column)"
    }

    static let rows: [Row] = [
        Row("UPDATE run SET started_at = 'x'", kind("started_at")) { _ = try await $0.runs() },
        Row("UPDATE run SET row_count = 'x'", kind("row_count")) {
            _ = try await $0.listedRuns()
        },
        Row("UPDATE run SET finished_at = x'00'", kind("finished_at")) {
            _ = try await $0.latestRun()
        },
        Row("UPDATE run_verdict SET domains = 'x'", kind("domains")) {
            _ = try await $0.listedRuns()
        },
        Row("UPDATE domain SET first_seen = 'x'", kind("first_seen")) {
            _ = try await $0.history(of: DomainName("a.example"))
        },
        Row("UPDATE state SET first_measured_at = 'x'", kind("first_measured_at")) {
            _ = try await $0.looks(at: DomainName("a.example"))
        },
    ]

    @Test("is an error that names the column, and never the end of the process", arguments: rows)
    func kinds(_ row: Row) async throws {
        let scratch = try Scratch()
        let store = try AuditStore(path: scratch.path)
        let run = try await store.beginRun(Sample.request(), at: Sample.moment(0))
        try await run.ingestAll([Sample.row(1, "a.example")])
        _ = try await run.sweep { Sample.examined($0, at: 0) }
        try await store.pool.write { try $0.execute(sql: row.change) }
        await #expect(throws: StoreError.damaged(path: scratch.path, detail: row.detail)) {
            try await row.read(store)
        }
        try store.close()
    }
}
