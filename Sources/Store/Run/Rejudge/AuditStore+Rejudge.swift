internal import Audit
public import Evidence
internal import Foundation
internal import GRDB

extension AuditStore {
    /// Starts a run of kind rejudge over what a finished run has seen, and takes the run lock.
    ///
    /// It has the base's portfolio rows and looks nothing up: `ActiveRun.storedLooks` gives what
    /// is judged, and `ActiveRun.record(rejudged:)` takes the judgements. A run that ends before it
    /// is finished is undone, by `ActiveRun.abandonRejudge` or by the next that begins.
    ///
    /// - Parameters:
    ///   - base: the latest run of its portfolio. A run over an older one would come after the
    ///     latest and say of every domain that it is again what it was before.
    ///   - options: a JSON object, kept with the run.
    /// - Throws: `.runInProgress`; `.cannotRejudge` when the base is not finished or not the
    ///   latest; `.merged` when the file was merged from the stores of shards: a merge makes it
    ///   anew, and would lose the run.
    public func beginRejudge(
        of base: Run, options: String, toolVersion: String, at now: Timestamp
    ) async throws(StoreError) -> ActiveRun {
        let lock = try RunLock(storePath: path)
        let path = path
        let run = try await write { db in
            if try AuditStore.isMerged(db) { throw StoreError.merged(path: path) }
            try Run.settleAbandoned(db)
            let portfolio = try base.portfolioID(db)
            let latest = try Run.fetch(
                db,
                """
                WHERE run.portfolio_id = ? AND run.ingested_at IS NOT NULL
                ORDER BY run.id DESC LIMIT 1
                """, [portfolio]
            ).first
            guard let latest, latest.id == base.id, latest.state == .finished else {
                throw StoreError.cannotRejudge(
                    path: path, run: base.id, latest: latest?.id ?? base.id)
            }
            try db.execute(
                sql: """
                    INSERT INTO run (portfolio_id, previous_run, kind, state, started_at,
                        ingested_at, fingerprint, options, tool_version, header, row_count,
                        invalid_count, domain_count, shard)
                    SELECT portfolio_id, id, 'rejudge', 'running', ?2, ?2, fingerprint, ?3, ?4,
                        header, row_count, invalid_count, domain_count, shard
                    FROM run WHERE id = ?1
                    """, arguments: [base.id, now.seconds, options, toolVersion])
            let run = try Run.fetchExisting(db, id: db.lastInsertedRowID)
            try db.execute(
                sql: "UPDATE entry SET last_run = ?3 WHERE portfolio_id = ?1 AND last_run = ?2",
                arguments: [portfolio, base.id, run.id])
            return run
        }
        return ActiveRun(store: self, run: run, lock: lock)
    }
}

extension Run {
    /// Takes a rejudge back: rows and states end with its base again, and it counts as failed.
    ///
    /// Exact, because judging again measures nothing: a state that went on into it has the
    /// measurement of its base still.
    func undoRejudge(_ db: Database) throws {
        let portfolio = try portfolioID(db)
        try db.execute(
            sql: """
                DELETE FROM finding WHERE state_id IN (SELECT id FROM state
                    WHERE portfolio_id = ?1 AND first_run = ?2)
                """, arguments: [portfolio, id])
        try db.execute(
            sql: "DELETE FROM state WHERE portfolio_id = ?1 AND first_run = ?2",
            arguments: [portfolio, id])
        for table in ["state", "entry"] {
            try db.execute(
                sql: "UPDATE \(table) SET last_run = ?3 WHERE portfolio_id = ?1 AND last_run = ?2",
                arguments: [portfolio, id, previous])
        }
        try db.execute(sql: "DELETE FROM run_verdict WHERE run_id = ?", arguments: [id])
        // A run without rows is never the latest, nor compared with.
        try db.execute(
            sql: "UPDATE run SET state = 'failed', ingested_at = NULL WHERE id = ?",
            arguments: [id])
    }
}
