internal import Audit
public import Evidence
internal import Foundation
internal import GRDB

extension AuditStore {
    /// All runs, the latest first.
    public func runs() async throws(StoreError) -> [Run] {
        try await read { db in try Run.fetch(db, "ORDER BY run.id DESC", []) }
    }

    /// The latest run whose portfolio was read to its end; nil when there is none yet.
    ///
    /// A rejudge counts when it is finished: until then its base says all there is, and more.
    public func latestRun() async throws(StoreError) -> Run? {
        try await read { db in
            try Run.fetch(
                db,
                """
                WHERE run.ingested_at IS NOT NULL
                    AND (run.kind <> 'rejudge' OR run.state = 'finished')
                ORDER BY run.id DESC LIMIT 1
                """, []
            ).first
        }
    }

    /// - Throws: `.noSuchRun`.
    public func run(_ id: Int64) async throws(StoreError) -> Run {
        let path = path
        return try await read { db in
            guard let run = try Run.fetch(db, "WHERE run.id = ?", [id]).first else {
                throw StoreError.noSuchRun(path: path, run: id)
            }
            return run
        }
    }

    /// What `ActiveRun.note` kept of a run, by code.
    public func notes(of run: Run) async throws(StoreError) -> [RunNote] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT code, detail FROM run_note WHERE run_id = ? ORDER BY code",
                arguments: [run.id]
            ).map { RunNote(code: $0["code"], detail: $0["detail"]) }
        }
    }

    /// Starts a run and takes the file's run lock.
    ///
    /// A run that its process did not end is marked as interrupted, or as failed when it had not
    /// even read its portfolio or was a rejudge, which is undone.
    ///
    /// - Throws: `.runInProgress` when another process has the lock; `.otherShard` when the runs of
    ///   the portfolio in this file are about another part of it; `.merged` when the file was
    ///   merged from the stores of shards: a merge makes it anew, and would lose the run.
    public func beginRun(
        _ request: RunRequest, at now: Timestamp
    ) async throws(StoreError) -> ActiveRun {
        let lock = try RunLock(storePath: path)
        let path = path
        let run = try await write { db in
            if try AuditStore.isMerged(db) { throw StoreError.merged(path: path) }
            try Run.settleAbandoned(db)
            if let last = try Run.fetch(
                db,
                """
                WHERE portfolio.name = ? AND run.ingested_at IS NOT NULL
                ORDER BY run.id DESC LIMIT 1
                """, [request.portfolio]
            ).first, last.shard != request.shard {
                throw StoreError.otherShard(path: path, stored: last.shard, asked: request.shard)
            }
            try db.execute(
                sql: "INSERT INTO portfolio (name) VALUES (?) ON CONFLICT DO NOTHING",
                arguments: [request.portfolio])
            try db.execute(
                sql: """
                    INSERT INTO run (portfolio_id, previous_run, kind, state, started_at,
                        fingerprint, options, tool_version, shard)
                    SELECT p.id,
                        (SELECT max(id) FROM run
                            WHERE portfolio_id = p.id AND ingested_at IS NOT NULL),
                        ?, 'running', ?, ?, ?, ?, ?
                    FROM portfolio p WHERE p.name = ?
                    """,
                arguments: [
                    request.kind.rawValue, now.seconds, request.fingerprint, request.options,
                    request.toolVersion, request.shard?.description, request.portfolio,
                ])
            return try Run.fetchExisting(db, id: db.lastInsertedRowID)
        }
        return ActiveRun(store: self, run: run, lock: lock)
    }

    /// Takes up the portfolio's last run where it stopped, with the lock.
    ///
    /// The run's `ingestedAt` tells whether the portfolio has still to be read: what a killed
    /// process had read of it is forgotten.
    ///
    /// - Throws: `.runInProgress`; `.nothingToResume` when the last run is finished or of another
    ///   portfolio; `.portfolioChanged` when the content is another than then; `.otherShard`.
    public func resumeRun(
        portfolio: String, fingerprint: String, shard: Shard? = nil
    ) async throws(StoreError) -> ActiveRun {
        let lock = try RunLock(storePath: path)
        let path = path
        let run = try await write { db in
            let latest = "WHERE portfolio.name = ? ORDER BY run.id DESC LIMIT 1"
            guard let last = try Run.fetch(db, latest, [portfolio]).first,
                last.state == .running || last.state == .interrupted,
                // Nothing of it is worth going on with: it is undone, and started anew.
                last.kind != .rejudge
            else { throw StoreError.nothingToResume(path: path) }
            guard last.shard == shard else {
                throw StoreError.otherShard(path: path, stored: last.shard, asked: shard)
            }
            guard last.fingerprint == fingerprint else {
                throw StoreError.portfolioChanged(path: path)
            }
            if last.ingestedAt == nil { try last.forgetIngest(db) }
            try last.countAgain(db)
            try db.execute(
                sql: "UPDATE run SET state = 'running', finished_at = NULL WHERE id = ?",
                arguments: [last.id])
            return try Run.fetchExisting(db, id: last.id)
        }
        return ActiveRun(store: self, run: run, lock: lock)
    }
}

extension Run {
    static func fetchExisting(_ db: Database, id: Int64) throws -> Run {
        guard let run = try fetch(db, "WHERE run.id = ?", [id]).first else {
            throw Damage(detail: "run \(id) is missing")
        }
        return run
    }

    /// The store's key of the run's portfolio.
    func portfolioID(_ db: Database) throws -> Int64 {
        let id = try Int64.fetchOne(
            db, sql: "SELECT portfolio_id FROM run WHERE id = ?", arguments: [id])
        guard let id else { throw Damage(detail: "run \(self.id) is missing") }
        return id
    }

    static func fetch(
        _ db: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [Run] {
        let sql = """
            SELECT run.*, portfolio.name AS portfolio FROM run
            JOIN portfolio ON portfolio.id = run.portfolio_id \(condition)
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map(Run.init(row:))
    }

    private init(row: Row) throws {
        func moment(_ column: String) throws -> Timestamp? {
            try (row.storedIfAny(column) as Int64?).map(Timestamp.init(seconds:))
        }
        guard let kind = Kind(rawValue: try row.stored("kind")),
            let state = State(rawValue: try row.stored("state"))
        else { throw Damage(detail: "a run of an unknown kind or state") }
        let header = try (row.storedIfAny("header") as String?).map {
            try JSONDecoder().decode(PortfolioHeader.self, from: Data($0.utf8))
        }
        self.init(
            id: try row.stored("id"), portfolio: try row.stored("portfolio"),
            previous: try row.storedIfAny("previous_run"), kind: kind, state: state,
            startedAt: Timestamp(seconds: try row.stored("started_at")),
            ingestedAt: try moment("ingested_at"), finishedAt: try moment("finished_at"),
            fingerprint: try row.stored("fingerprint"), options: try row.stored("options"),
            toolVersion: try row.stored("tool_version"), header: header ?? PortfolioHeader(),
            rowCount: try row.stored("row_count"), invalidCount: try row.stored("invalid_count"),
            domainCount: try row.stored("domain_count"),
            shard: try (row.storedIfAny("shard") as String?).map { text in
                guard let shard = Shard(text) else { throw Damage(detail: "a shard of no form") }
                return shard
            })
    }

    static func isAnyRunning(_ db: Database) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM run WHERE state = 'running')")
            ?? false
    }

    /// For the holder of the lock: a run that still says `running` has no process any more.
    static func settleAbandoned(_ db: Database) throws {
        let rejudges = """
            WHERE run.kind = 'rejudge' AND run.ingested_at IS NOT NULL
                AND run.state IN ('running', 'interrupted')
            """
        for run in try fetch(db, rejudges, []) { try run.undoRejudge(db) }
        let unread = "WHERE run.ingested_at IS NULL AND run.state IN ('running', 'interrupted')"
        for run in try fetch(db, unread, []) {
            try run.forgetIngest(db)
            try db.execute(sql: "UPDATE run SET state = 'failed' WHERE id = ?", arguments: [run.id])
        }
        try db.execute(sql: "UPDATE run SET state = 'interrupted' WHERE state = 'running'")
    }

    /// Takes back the rows of a portfolio that was not read to its end, so that reading it again
    /// gives the same rows as if nothing had happened.
    fileprivate func forgetIngest(_ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM entry WHERE first_run = ?", arguments: [id])
        try db.execute(
            sql: "UPDATE entry SET last_run = ? WHERE last_run = ?", arguments: [previous, id])
    }
}
