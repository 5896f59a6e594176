internal import Evidence
internal import Foundation
internal import GRDB

/// What a merge has made.
public struct MergeSummary: Hashable, Sendable {
    /// The latest run of the merged store.
    public var run: Run
    /// False: every store was in it already, and nothing was changed.
    public var isChanged: Bool
    /// Shards that the run has examined.
    public var shards: [Shard]
    /// Shards whose domains it knows and has not examined.
    public var stale: [Shard]
    /// Shards that it knows nothing of.
    public var missing: [Shard]
    /// Rows that were written to the merged store's tables.
    public var rows: Int
    /// Stores that have TLS reports, which are not merged.
    public var withReports: [String]
}

extension AuditStore {
    /// The note that a merged run has when not every shard is in it.
    public static let shardsMissing = "shards-missing"

    /// Makes this store anew from the stores of the shards of a portfolio.
    ///
    /// Reports of the latest run are those of a run over the whole portfolio. Merging the same runs
    /// again changes nothing; when all shards have been run again, the store has one run more. All or
    /// nothing, in one transaction; readers see what was there before until it is done. TLS reports
    /// are not merged: a report is of the whole portfolio, and is imported into any store.
    ///
    /// Takes the run locks of all the stores. Memory does not depend on their size; the file's WAL
    /// grows to the size of what is written. Cost: every row of the stores is read and written once
    /// (measured in `benchmarks/shards`).
    ///
    /// - Parameters:
    ///   - shards: paths of stores, each of one shard; one that is given twice counts once. They are
    ///     opened one after the other, as any store is: an older schema is brought up to date.
    ///   - allowsMissing: leave out what is not there instead of refusing.
    ///   - difference: names what was not the same for two runs and may change what is found; nil
    ///     when nothing was.
    /// - Throws: `.cannotMerge`; `.runInProgress`, with the path of the store that is being run;
    ///   what opening a store may throw.
    public func merge(
        _ shards: [String], of portfolio: String, allowsMissing: Bool = false,
        difference: @escaping @Sendable (Run, Run) -> String? = { _, _ in nil }
    ) async throws(StoreError) -> MergeSummary {
        let lock = try RunLock(storePath: path)
        defer { lock.release() }
        // Held to the end. The same file by two names has one lock.
        var locks: [String: RunLock] = [:]
        defer { for lock in locks.values { lock.release() } }
        var files: [ShardFile] = []
        var withReports: [String] = []
        for path in shards {
            let shard = try AuditStore(path: path, opening: .existing)
            if shard.name == name { throw .cannotMerge(.intoItself(path: path)) }
            let side = RunLock.sidePath(of: path)
            guard locks[side] == nil else { continue }
            locks[side] = try RunLock(storePath: path)
            let (runs, hasReports) = try await shard.read { db in
                (
                    try Run.fetch(
                        db,
                        """
                        WHERE portfolio.name = ?
                            -- One that was taken back: what it judged stands as it was.
                            AND NOT (run.kind = 'rejudge' AND run.state = 'failed')
                        ORDER BY run.id DESC
                        """, [portfolio]),
                    try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM tls_report)")
                )
            }
            files.append(ShardFile(path: path, source: shard.name, runs: runs))
            if hasReports == true { withReports.append(path) }
            try shard.close()
        }
        let merger = Merger(
            files: files, portfolio: portfolio, into: path, allowsMissing: allowsMissing,
            difference: difference)
        var summary = try await write { db in try merger.merge(into: db) }
        if summary.isChanged {
            // The log is as large as all of it.
            try await writeWithoutTransaction { db in _ = try? db.checkpoint(.truncate) }
        }
        summary.withReports = withReports
        return summary
    }

    /// Closes the store and, when nothing is in it, removes its files: what a refused merge made.
    ///
    /// Under the run lock, so that what another process does there stays.
    ///
    /// - Throws: `.runInProgress`; the store is then still open.
    public func discard() async throws(StoreError) {
        let lock = try RunLock(storePath: path)
        defer { lock.release() }
        let isEmpty = try await read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT NOT EXISTS (SELECT 1 FROM run)
                        AND NOT EXISTS (SELECT 1 FROM tls_report)
                    """)
        }
        // By its real name, which a symbolic link tells only as long as the file is there.
        let side = RunLock.sidePath(of: path)
        try close()
        guard isEmpty == true else { return }
        let file = String(side.dropLast(".lock".count))
        for name in [file, file + "-wal", file + "-shm", side] {
            try? FileManager.default.removeItem(atPath: name)
        }
    }

    /// Whether the file was merged from the stores of shards.
    static func isMerged(_ db: Database) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM merged_run)") ?? false
    }

    /// A name of the store that its copies share and no other store has; the digest key itself is
    /// a secret.
    var name: String {
        SipHash.hash(Array("name of the store".utf8), key: key).hex
    }
}

/// A merge within one transaction of the merged store.
private struct Merger: Sendable {
    var files: [ShardFile]
    var portfolio: String
    var into: String
    var allowsMissing: Bool
    var difference: @Sendable (Run, Run) -> String?

    func merge(into db: Database) throws -> MergeSummary {
        // A run of its own that an older version let begin and nobody ended: the next run would
        // settle it, and there is none.
        try Run.settleAbandoned(db)
        let plan: MergePlan
        do {
            let recorded = try recorded(db)
            plan = try MergePlan(
                files, of: portfolio, recorded: recorded, into: into,
                allowsMissing: allowsMissing, difference: difference)
        } catch let refusal as MergeRefusal {
            throw StoreError.cannotMerge(refusal)
        }
        guard let night = plan.runs.last else { throw Damage(detail: "a merge without runs") }
        var rows = 0
        if plan.hasNews {
            let indexes = try clear(db)
            for part in plan.parts { rows += try copy(part, plan, night, db) }
            try writeRuns(plan, db)
            for index in indexes { try db.execute(sql: index) }
        }
        return MergeSummary(
            run: try Run.fetchExisting(db, id: night), isChanged: plan.hasNews,
            shards: plan.parts.filter { !$0.isStale }.map(\.shard),
            stale: plan.parts.filter(\.isStale).map(\.shard), missing: plan.missing, rows: rows,
            withReports: [])
    }

    /// What is known of earlier merges.
    private func recorded(_ db: Database) throws -> [MergedRun] {
        let own = try Int64.fetchOne(
            db,
            sql: """
                SELECT id FROM run WHERE id NOT IN (SELECT run_id FROM merged_run)
                    -- One that was taken back, or never read its portfolio: nothing is lost.
                    AND NOT (state = 'failed' AND ingested_at IS NULL)
                ORDER BY id DESC
                """)
        if let own { throw MergeRefusal.ownRuns(into: into, run: own) }
        let name = try String.fetchOne(
            db, sql: "SELECT name FROM portfolio WHERE name <> ?", arguments: [portfolio])
        if let name { throw MergeRefusal.otherName(into: into, portfolio: name) }
        return try Row.fetchAll(db, sql: "SELECT * FROM merged_run").map { row in
            let shard = Shard(
                index: try row.stored("shard"), count: try row.stored("shard_count"))
            guard let shard else { throw Damage(detail: "a shard of no form") }
            return MergedRun(
                run: try row.stored("run_id"), shard: shard, source: try row.stored("source"),
                sourceRun: try row.stored("source_run"),
                sourceStartedAt: try (row.storedIfAny("source_started_at") as Int64?)
                    .map(Timestamp.init(seconds:)),
                path: try row.stored("path"),
                isStale: try row.stored("stale"))
        }
    }

    /// Removes what was merged before, and the indexes, which are made quicker at the end.
    ///
    /// - Returns: the indexes, to be executed then.
    private func clear(_ db: Database) throws -> [String] {
        var tables = TableCopy.all.reversed().map(\.table)
        tables += ["run_verdict", "run_note", "merged_run", "run"]
        for table in tables { try db.execute(sql: "DELETE FROM \(table)") }
        try db.execute(
            sql: "INSERT INTO portfolio (name) VALUES (?) ON CONFLICT DO NOTHING",
            arguments: [portfolio])
        let indexes = try Row.fetchAll(
            db,
            sql: """
                SELECT name, sql FROM sqlite_schema
                WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('entry', 'state',
                    'publication')
                """)
        for index in indexes { try db.execute(sql: "DROP INDEX \"\(index["name"] as String)\"") }
        return indexes.map { $0["sql"] }
    }

    private func copy(
        _ part: MergePlan.Part, _ plan: MergePlan, _ night: Int64, _ db: Database
    ) throws -> Int {
        // One after the other, each for as long as it is copied: hundreds would be too many files.
        let store = try AuditStore(path: files[part.file].path, opening: .existing)
        let target = try Int64.fetchOne(
            db, sql: "SELECT id FROM portfolio WHERE name = ?", arguments: [portfolio])
        do {
            let rows = try store.pool.read { source in
                let key = try Int64.fetchOne(
                    source, sql: "SELECT id FROM portfolio WHERE name = ?", arguments: [portfolio])
                guard let key, let target else { throw Damage(detail: "the portfolio is missing") }
                let copier = ShardCopier(
                    source: source, target: db, into: into, part: part,
                    portfolio: (key, target), night: night)
                let rows = try copier.copy()
                try copyCounts(part, source, db)
                return rows
            }
            try store.close()
            return rows
        } catch is ShardCopier.OutOfKeys {
            throw StoreError.cannotMerge(.tooManyRows(path: store.path))
        } catch {
            // What cannot be written is a failure of the merged store already.
            throw StoreError(error, path: store.path)
        }
    }

    /// Verdicts and notes of the runs that become part of others.
    private func copyCounts(_ part: MergePlan.Part, _ source: Database, _ db: Database) throws {
        for night in part.nights {
            let verdicts = try Row.fetchCursor(
                source, sql: "SELECT verdict, domains FROM run_verdict WHERE run_id = ?",
                arguments: [night.sourceRun])
            while let row = try verdicts.next() {
                let verdict: String = try row.stored("verdict")
                let domains: Int64 = try row.stored("domains")
                try StoreError.at(into) {
                    try db.execute(
                        sql: """
                            INSERT INTO run_verdict (run_id, verdict, domains) VALUES (?, ?, ?)
                                ON CONFLICT DO UPDATE SET domains = domains + excluded.domains
                            """, arguments: [night.run, verdict, domains])
                }
            }
            // Machines may have said different things: each is kept, once.
            let notes = try Row.fetchCursor(
                source, sql: "SELECT code, detail FROM run_note WHERE run_id = ?",
                arguments: [night.sourceRun])
            while let row = try notes.next() {
                let code: String = try row.stored("code")
                let detail: String = try row.stored("detail")
                try StoreError.at(into) {
                    try db.execute(
                        sql: """
                            INSERT INTO run_note (run_id, code, detail) VALUES (?, ?, ?)
                                ON CONFLICT DO UPDATE SET detail = CASE
                                    WHEN instr(detail, excluded.detail) > 0 THEN detail
                                    ELSE detail || ' ' || excluded.detail END
                            """, arguments: [night.run, code, detail])
                }
            }
        }
    }

    // MARK: - Runs

    private func writeRuns(_ plan: MergePlan, _ db: Database) throws {
        var previous: Int64?
        for id in plan.runs {
            var sources: [Run] = []
            for part in plan.parts {
                let night = part.nights.first { $0.run == id }
                guard let run = run(night?.sourceRun ?? part.latest, of: part) else { continue }
                sources.append(run)
                try db.execute(
                    sql: """
                        INSERT INTO merged_run (run_id, shard, shard_count, source, source_run,
                            source_started_at, path, stale)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        id, part.shard.index, part.shard.count, files[part.file].source, run.id,
                        run.startedAt.seconds, files[part.file].path, night == nil,
                    ])
            }
            try write(id, previous: previous, of: plan, from: sources, db)
            previous = id
        }
        guard let night = plan.runs.last else { return }
        let stale = plan.parts.filter(\.isStale).map(\.shard)
        let lacking = (plan.missing.map { ($0, "missing") } + stale.map { ($0, "not run again") })
            .sorted { $0.0.index < $1.0.index }.map { "\($0.0) \($0.1)" }
        if !lacking.isEmpty {
            try db.execute(
                sql: "INSERT INTO run_note (run_id, code, detail) VALUES (?, ?, ?)",
                arguments: [
                    night, AuditStore.shardsMissing,
                    "not every shard is in this run: " + lacking.joined(separator: ", "),
                ])
        }
    }

    /// A run whose sizes are the sums of its parts, from the first start to the last end.
    private func write(
        _ id: Int64, previous: Int64?, of plan: MergePlan, from sources: [Run], _ db: Database
    ) throws {
        // A store that has no run of this night says nothing of how the others were made.
        let current = plan.parts.filter { part in part.nights.contains { $0.run == id } }
            .compactMap { part in
                part.nights.first { $0.run == id }.flatMap { run($0.sourceRun, of: part) }
            }
        guard let first = current.first else { throw Damage(detail: "a run without parts") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try db.execute(
            sql: """
                INSERT INTO run (id, portfolio_id, previous_run, kind, state, started_at,
                    ingested_at, finished_at, fingerprint, options, tool_version, header,
                    row_count, invalid_count, domain_count)
                SELECT ?, id, ?, ?, 'finished', ?, ?, ?, ?,
                    json_remove(?, '$.command', '$.rejudged_run'), ?, ?, ?, ?, ?
                FROM portfolio WHERE name = ?
                """,
            arguments: [
                id, previous, first.kind.rawValue,
                current.map(\.startedAt.seconds).min(),
                current.compactMap(\.ingestedAt?.seconds).max(),
                current.compactMap(\.finishedAt?.seconds).max(),
                first.fingerprint, first.options, first.toolVersion,
                String(decoding: try encoder.encode(first.header), as: UTF8.self),
                sources.map(\.rowCount).reduce(0, +), sources.map(\.invalidCount).reduce(0, +),
                sources.map(\.domainCount).reduce(0, +), portfolio,
            ])
    }

    private func run(_ id: Int64, of part: MergePlan.Part) -> Run? {
        files[part.file].runs.first { $0.id == id }
    }
}
