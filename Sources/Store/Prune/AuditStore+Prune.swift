internal import GRDB

extension AuditStore {
    /// Removes old runs, and whatever nothing refers to any more.
    ///
    /// Reports, views and comparisons of the kept runs give the same as before, and so does the
    /// next run: of what went before, all that these may still ask for is kept. Only a domain that
    /// no kept run of a portfolio names is forgotten there. A state that goes on into a kept run
    /// stays as it is, its `first_run` too, although that run's row is gone.
    ///
    /// Takes the run lock. One transaction: all or nothing, and reading goes on meanwhile. Cost:
    /// some passes over the file, a dry run too.
    ///
    /// - Parameters:
    ///   - isDryRun: only count: everything is removed, counted and taken back.
    ///   - isCompacting: make the file smaller afterwards (`VACUUM`); needs as much free disk
    ///     space as the file has.
    /// - Throws: `.runInProgress`, `.diskFull`.
    public func prune(
        _ retention: Retention, isDryRun: Bool = false, isCompacting: Bool = false
    ) async throws(StoreError) -> PruneSummary {
        let lock = try RunLock(storePath: path)
        defer { lock.release() }
        var summary = try await write { db in
            var summary = PruneSummary()
            let before = try Size(db)
            try db.inSavepoint {
                summary = try Pruner(db, retention).prune()
                return isDryRun ? .rollback : .commit
            }
            summary.bytesBefore = before.bytes
            return summary
        }
        if isCompacting, !isDryRun {
            try await writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM")
                // A reader may hold on to the log: the next writer then folds it back.
                _ = try? db.checkpoint(.truncate)
            }
        }
        let size = try await read { db in try Size(db) }
        summary.bytesAfter = size.bytes
        summary.freeBytes = size.freeBytes
        return summary
    }

    private struct Size {
        var bytes: Int
        var freeBytes: Int

        init(_ db: Database) throws {
            func number(_ pragma: String) throws -> Int {
                try Int.fetchOne(db, sql: "PRAGMA \(pragma)") ?? 0
            }
            let page = try number("page_size")
            bytes = try page * number("page_count")
            freeBytes = try page * number("freelist_count")
        }
    }
}
