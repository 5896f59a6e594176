internal import Foundation
internal import GRDB

extension AuditStore {
    /// Opens the file or makes it; when others make the same file at this moment, in turn.
    static func open(
        path: String, migrator: DatabaseMigrator
    ) throws -> (DatabasePool, SipHash.Key) {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(busySeconds))
        while true {
            do {
                return try openOnce(path: path, migrator: migrator)
            } catch let error as DatabaseError where error.isBusy && clock.now < deadline {
                try waitForTurn(path: path)
            }
        }
    }

    private static func openOnce(
        path: String, migrator: DatabaseMigrator
    ) throws -> (DatabasePool, SipHash.Key) {
        // Before the pool: opening one turns a foreign file into WAL mode.
        let isRunning = try inspect(path: path, migrator: migrator)
        // A migration under a run of the version before would break that run.
        let lock = isRunning ? try RunLock(storePath: path) : nil
        defer { lock?.release() }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try migrate(pool, migrator)
        let secret = try pool.read { db in
            try Data.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'digest_key'")
        }
        guard let key = SipHash.Key([UInt8](secret ?? Data())) else {
            throw Damage(detail: "the digest key is missing")
        }
        return (pool, key)
    }

    /// Waits as SQLite waits for a lock, for at most `busySeconds`.
    ///
    /// SQLite itself does not, when a file is turned into WAL mode: it gives up at once
    /// (https://www.sqlite.org/wal.html#activating_and_configuring_wal_mode).
    private static func waitForTurn(path: String) throws {
        let queue = try DatabaseQueue(path: path, configuration: waiting)
        try queue.inDatabase { db in
            try db.execute(sql: "BEGIN EXCLUSIVE")
            try db.execute(sql: "ROLLBACK")
        }
        try queue.close()
    }

    /// - Returns: whether the file has to be brought up to date while one of its runs may still
    ///   be under way.
    /// - Throws: `StoreError.notAStore`, `.newerSchema`.
    private static func inspect(path: String, migrator: DatabaseMigrator) throws -> Bool {
        // An empty file is as good as none.
        guard isFile(path) else { return false }
        let queue = try DatabaseQueue(path: path, configuration: waiting)
        let isRunning = try queue.read { db in
            guard try Schema.isOurs(db) else { throw StoreError.notAStore(path: path) }
            guard try !migrator.hasBeenSuperseded(db) else {
                throw StoreError.newerSchema(path: path)
            }
            guard try !migrator.hasCompletedMigrations(db), try db.tableExists("run") else {
                return false
            }
            return try Run.isAnyRunning(db)
        }
        try queue.close()
        return isRunning
    }

    private static var waiting: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busySeconds)
        return configuration
    }

    /// Two processes that make the same file at the same time get into each other's way at most
    /// once for each migration: what the other has done is not done again.
    private static func migrate(_ pool: DatabasePool, _ migrator: DatabaseMigrator) throws {
        for _ in migrator.migrations {
            do {
                return try migrator.migrate(pool)
            } catch let error as DatabaseError where error.isOfDoneMigration {
                // The next look finds it done.
            }
        }
        try migrator.migrate(pool)
    }
}

extension DatabaseError {
    /// "Table exists already", for which SQLite has no code of its own; or, of a migration that can
    /// be done twice, that it has been noted as done.
    fileprivate var isOfDoneMigration: Bool {
        resultCode == .SQLITE_ERROR || extendedResultCode == .SQLITE_CONSTRAINT_PRIMARYKEY
    }

    fileprivate var isBusy: Bool {
        resultCode == .SQLITE_BUSY || resultCode == .SQLITE_LOCKED
    }
}
