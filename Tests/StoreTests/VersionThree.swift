import GRDB

@testable import Store

/// A file as version 3 of the schema made it: its tables by the migrations, which are never edited,
/// and of the views those that it had.
enum VersionThree {
    /// - Parameter rows: SQL that fills the tables.
    static func make(_ path: String, rows: String) throws {
        let queue = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(queue, upTo: "3 history")
        try queue.write { db in
            for view in ["tls_report_summary", "tls_failure_summary"] {
                try db.execute(sql: "DROP VIEW \(view)")
            }
            try db.execute(sql: rows)
        }
        try queue.close()
    }
}
