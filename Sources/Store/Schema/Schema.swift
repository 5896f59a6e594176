internal import GRDB

/// The versions of the file's schema.
///
/// A released migration is never edited. A view is not data: a later version that needs another
/// one drops it and creates it anew.
enum Schema {
    /// `PRAGMA application_id`: `stsa`. Tells our files from those of other programs.
    static let applicationID: Int64 = 0x7374_7361

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 tables") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            for table in tables { try db.execute(sql: table) }
            for verdict in verdicts {
                try db.execute(
                    sql: "INSERT INTO verdict (code, rank, meaning) VALUES (?, ?, ?)",
                    arguments: [verdict.code, verdict.rank, verdict.meaning])
            }
            try db.execute(
                sql: "INSERT INTO setting (name, value) VALUES ('digest_key', randomblob(16))")
        }
        migrator.registerMigration("2 views") { db in
            try createViews(db)
        }
        migrator.registerMigration("3 history", migrate: addHistory)
        migrator.registerMigration("4 tls reports", migrate: addReports)
        migrator.registerMigration("5 accounts", migrate: addAccountIndex)
        migrator.registerMigration("6 ranks") { db in
            for verdict in verdicts {
                try db.execute(
                    sql: "UPDATE verdict SET rank = ? WHERE code = ?",
                    arguments: [verdict.rank, verdict.code])
            }
        }
        migrator.registerMigration("7 shards", migrate: addShards)
        migrator.registerMigration("8 merged moments", migrate: addMergedMoments)
        // The view `regressions` takes `unanswered` of evidence into account.
        migrator.registerMigration("9 unanswered") { db in
            try dropViews(db)
            try createViews(db)
        }
        return migrator
    }

    /// Whether a file that was just opened is ours to use: new, or marked as ours.
    static func isOurs(_ db: Database) throws -> Bool {
        let mark = try Int64.fetchOne(db, sql: "PRAGMA application_id")
        if mark == applicationID { return true }
        // A file that is being made, or whose maker was killed at once, has the migrator's own table.
        return try Int.fetchOne(
            db, sql: "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'") == 0
    }
}
