internal import Audit
internal import Evidence
internal import GRDB

/// Removes what a retention does not keep, within one transaction.
struct Pruner {
    private let db: Database
    private let retention: Retention

    init(_ db: Database, _ retention: Retention) {
        self.db = db
        self.retention = retention
    }

    func prune() throws -> PruneSummary {
        var summary = PruneSummary()
        for portfolio in try Int64.fetchAll(db, sql: "SELECT id FROM portfolio") {
            guard let kept = try firstKeptRun(of: portfolio) else { continue }
            try removeStates(of: portfolio, before: kept, &summary)
            try removeRuns(of: portfolio, before: kept, &summary)
        }
        // Before evidence and domains, which they keep.
        summary.publications = try removePublications()
        summary.evidence = try change(
            "DELETE FROM evidence WHERE id NOT IN (SELECT evidence_id FROM state)")
        try removeUnreferenced(&summary)
        summary.domains = try change(
            """
            DELETE FROM domain WHERE
                NOT EXISTS (SELECT 1 FROM entry e INDEXED BY entry_by_domain
                    WHERE e.domain_id = domain.id)
                AND NOT EXISTS (SELECT 1 FROM state s INDEXED BY state_by_domain
                    WHERE s.domain_id = domain.id)
                AND NOT EXISTS (SELECT 1 FROM publication p INDEXED BY publication_by_domain
                    WHERE p.domain_id = domain.id)
            """)
        return summary
    }

    /// The oldest run that is kept; nil when there is none that could go.
    ///
    /// All after it are kept, so that what is kept has no gaps; and since it is no later than the
    /// last finished run, so is the run that an interrupted one goes on from.
    private func firstKeptRun(of portfolio: Int64) throws -> Int64? {
        let finished = try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM run WHERE portfolio_id = ? AND state = 'finished'
                ORDER BY id DESC LIMIT ?
                """, arguments: [portfolio, retention.runs])
        guard finished.count == retention.runs, let byNumber = finished.last else { return nil }
        guard let since = retention.since else { return byNumber }
        let bySince = try Int64.fetchOne(
            db, sql: "SELECT min(id) FROM run WHERE portfolio_id = ? AND started_at >= ?",
            arguments: [portfolio, since.seconds])
        return min(byNumber, bySince ?? byNumber)
    }

    // MARK: - What runs saw

    private func removeStates(
        of portfolio: Int64, before kept: Int64, _ summary: inout PruneSummary
    ) throws {
        try db.execute(sql: "CREATE TEMP TABLE remembered (id INTEGER PRIMARY KEY)")
        try rememberStates(of: portfolio, before: kept)
        let old = """
            portfolio_id = :portfolio AND last_run < :kept
                AND id NOT IN (SELECT id FROM remembered)
            """
        let arguments: StatementArguments = ["portfolio": portfolio, "kept": kept]
        summary.findings += try change(
            "DELETE FROM finding WHERE state_id IN (SELECT id FROM state WHERE \(old))", arguments)
        summary.states += try change("DELETE FROM state WHERE \(old)", arguments)
        try db.execute(sql: "DROP TABLE remembered")
        summary.entries += try change(
            "DELETE FROM entry WHERE portfolio_id = :portfolio AND last_run < :kept", arguments)
    }

    /// Notes the states that ended before the kept runs and that these are still compared with:
    /// a domain that was not measured, wholly or in part, is compared with the last time it was.
    private func rememberStates(of portfolio: Int64, before kept: Int64) throws {
        let states = try RawStatement(
            db,
            """
            SELECT s.id, s.domain_id, s.last_run, s.verdict,
                (SELECT \(Standing.probesMailSQL) FROM evidence WHERE id = s.evidence_id),
                (SELECT \(Standing.unansweredSQL) FROM evidence WHERE id = s.evidence_id)
            FROM state s
            WHERE s.portfolio_id = ?1 AND s.first_run < ?2 AND NOT s.provisional
                AND s.domain_id IN (SELECT domain_id FROM state
                    WHERE portfolio_id = ?1 AND last_run < ?2)
                AND s.domain_id IN (SELECT domain_id FROM entry
                    WHERE portfolio_id = ?1 AND last_run >= ?2)
            ORDER BY s.domain_id, s.first_run DESC
            """)
        let findings = try RawStatement(
            db, "SELECT cause, severity FROM finding WHERE state_id = ? ORDER BY position")
        let remember = try RawStatement(db, "INSERT INTO remembered (id) VALUES (?)")
        states.bind(1, portfolio)
        states.bind(2, kept)
        defer { states.reset() }
        var domain: Int64 = 0
        var recollection = Recollection()
        while try states.step() {
            if states.int64(1) != domain {
                domain = states.int64(1)
                recollection = Recollection()
            }
            guard let verdict = Verdict(rawValue: states.string(3)) else {
                throw Damage(detail: "a verdict of an unknown code")
            }
            let standing = Standing(
                verdict: verdict, findings: try self.findings(findings, of: states.int64(0)),
                probesMail: states.int64(4) != 0, unanswered: try Standing.questions(states, 5))
            guard recollection.asks(for: standing), states.int64(2) < kept else { continue }
            remember.bind(1, states.int64(0))
            try remember.run()
        }
    }

    private func findings(_ statement: RawStatement, of state: Int64) throws -> [Finding] {
        statement.bind(1, state)
        defer { statement.reset() }
        var findings: [Finding] = []
        while try statement.step() {
            guard let cause = Cause(rawValue: statement.string(0)),
                let severity = Severity(rawValue: statement.string(1))
            else { throw Damage(detail: "a finding of an unknown code") }
            findings.append(Finding(cause: cause, severity: severity, detail: ""))
        }
        return findings
    }

    private func removeRuns(
        of portfolio: Int64, before kept: Int64, _ summary: inout PruneSummary
    ) throws {
        let arguments: StatementArguments = ["portfolio": portfolio, "kept": kept]
        let old = "portfolio_id = :portfolio AND id < :kept"
        for table in ["run_verdict", "run_note", "merged_run"] {
            try db.execute(
                sql: "DELETE FROM \(table) WHERE run_id IN (SELECT id FROM run WHERE \(old))",
                arguments: arguments)
        }
        try db.execute(
            sql: """
                UPDATE run SET previous_run = NULL
                WHERE portfolio_id = :portfolio AND id >= :kept AND previous_run < :kept
                """, arguments: arguments)
        summary.runs += try change("DELETE FROM run WHERE \(old)", arguments)
    }

    // MARK: - What nothing refers to

    /// Publications that no sender can hold, that no candidate would come with any more, and that
    /// are older than what is kept.
    private func removePublications() throws -> Int {
        try change(
            """
            DELETE FROM publication WHERE coalesce(gone_by, last_seen) < (
                    SELECT min(started_at) FROM run)
                AND coalesce(gone_by, last_seen) + max_age <= :now AND last_seen < :now - :memory
                AND (gone_by IS NOT NULL
                    OR NOT EXISTS (SELECT 1 FROM entry e INDEXED BY entry_by_domain
                        WHERE e.domain_id = publication.domain_id))
            """,
            [
                "now": Int64.fetchOne(db, sql: "SELECT max(started_at) FROM run") ?? 0,
                "memory": PublicationReader.memory,
            ])
    }

    private func removeUnreferenced(_ summary: inout PruneSummary) throws {
        // What is none, like the body of a fetch that failed, is NULL and ignored.
        try db.execute(
            sql: """
                CREATE TEMP TABLE referenced (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
                INSERT OR IGNORE INTO referenced SELECT policy_sha256 FROM publication;
                INSERT OR IGNORE INTO referenced
                    SELECT json_extract(f.value, '$.outcome.response._0.body')
                    FROM evidence e JOIN json_each(e.facts, '$.fetches') f;
                """)
        summary.policyBodies = try removeUnreferenced(from: "policy_body")
        for part in ["fetches", "mailProbes"] {
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO referenced
                        SELECT c.value FROM evidence e
                        JOIN json_each(e.facts, '$.\(part)') f
                        JOIN json_each(f.value, '$.chain') c
                    """)
        }
        summary.certificates = try removeUnreferenced(from: "certificate")
        try db.execute(sql: "DROP TABLE referenced")
    }

    private func removeUnreferenced(from table: String) throws -> Int {
        try change("DELETE FROM \(table) WHERE sha256 NOT IN (SELECT sha256 FROM referenced)")
    }

    /// - Returns: the number of rows.
    private func change(
        _ sql: String, _ arguments: @autoclosure () throws -> StatementArguments = [:]
    ) throws -> Int {
        try db.execute(sql: sql, arguments: arguments())
        return db.changesCount
    }
}
