public import Audit
public import Evidence
internal import Foundation
internal import GRDB

/// The run that has the file's lock: all writing goes through it.
///
/// First the portfolio (`ingest`, `finishIngest`), then the domains (`candidates`, `record`), then
/// those that were not measured once more (`provisionalCandidates`), then `finish`. Each call is
/// one transaction: a killed process loses at most the batch it was writing.
public final class ActiveRun: Sendable {
    public let store: AuditStore
    /// As it was when the run began or was taken up; ask the store for later values.
    public let run: Run
    private let lock: RunLock

    init(store: AuditStore, run: Run, lock: RunLock) {
        self.store = store
        self.run = run
        self.lock = lock
    }

    public var id: Int64 { run.id }

    /// The portfolio must be read (again): nothing of it is kept from before.
    public var needsIngest: Bool { run.ingestedAt == nil }

    /// Ends the run and gives the lock back. Unless somebody is reading just then, all of it is in
    /// the file itself afterwards, and the file may be copied without its WAL.
    ///
    /// - Parameter state: `.interrupted` for a run to be resumed; not `.running`.
    public func finish(_ state: Run.State, at now: Timestamp) async throws(StoreError) {
        let id = id
        try await store.write { db in
            try db.execute(
                sql: "UPDATE run SET state = ?, finished_at = ? WHERE id = ?",
                arguments: [state.rawValue, now.seconds, id])
        }
        try await store.writeWithoutTransaction { db in _ = try? db.checkpoint(.passive) }
        lock.release()
    }

    func releaseLock() { lock.release() }

    /// Keeps what is to be said once of the run; a later note of the same code takes its place.
    ///
    /// - Parameter code: lower case with hyphens, never reworded: what programs look for.
    public func note(code: String, detail: String) async throws(StoreError) {
        let id = id
        try await store.write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO run_note (run_id, code, detail) VALUES (?, ?, ?)",
                arguments: [id, code, detail])
        }
    }

    /// Takes back a note that no longer holds; none of this code is well, too.
    public func withdrawNote(code: String) async throws(StoreError) {
        let id = id
        try await store.write { db in
            try db.execute(
                sql: "DELETE FROM run_note WHERE run_id = ? AND code = ?", arguments: [id, code])
        }
    }

    /// How many domains have each verdict so far; provisional ones are not counted.
    ///
    /// Cost: one pass over the states; for a resumed run's progress, not for every tick of it.
    public func verdictCounts() async throws(StoreError) -> [Verdict: Int] {
        let id = id
        return try await store.read { db in
            try Verdict.counts(
                db,
                sql: """
                    SELECT verdict, count(*) AS domains FROM state
                    WHERE last_run = ? AND NOT provisional GROUP BY verdict
                    """, run: id)
        }
    }
}

extension Verdict {
    /// - Parameter sql: gives `verdict` and `domains`, with the run as its one argument.
    static func counts(_ db: Database, sql: String, run: Int64) throws -> [Verdict: Int] {
        var counts: [Verdict: Int] = [:]
        for row in try Row.fetchAll(db, sql: sql, arguments: [run]) {
            guard let verdict = Verdict(rawValue: try row.stored("verdict")) else {
                throw Damage(detail: "a verdict of an unknown code")
            }
            counts[verdict, default: 0] += try row.stored("domains") as Int
        }
        return counts
    }
}
