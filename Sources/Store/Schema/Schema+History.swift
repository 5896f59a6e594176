internal import GRDB

/// Migration "3 history": a state belongs to a domain in a portfolio, and what each domain
/// published is kept for as long as senders may hold it.
extension Schema {
    static func addHistory(_ db: Database) throws {
        // First, so that a file which another process has brought up to date meanwhile is noticed
        // before anything is dropped.
        for table in historyTables { try db.execute(sql: table) }
        // A table cannot be renamed while a view names one that is not there.
        try dropViews(db)
        try rebuildDomain(db)
        try rebuildState(db)
        try addPublications(db)
        try createViews(db)
    }

    private static let historyTables = [
        """
        CREATE TABLE publication (
            -- A usable record with a usable policy, seen at a domain by the runs of any portfolio.
            -- Senders may hold it until gone_by + max_age; while it stands, max_age from now on.
            id INTEGER PRIMARY KEY,
            domain_id INTEGER NOT NULL REFERENCES domain (id),
            record_id TEXT NOT NULL,        -- id of the record
            policy_sha256 TEXT NOT NULL,    -- of the policy text, as in policy_body
            mode TEXT NOT NULL,             -- enforce, testing, none
            max_age INTEGER NOT NULL,       -- seconds
            patterns TEXT NOT NULL,         -- separated by spaces, in the order written
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            gone_by INTEGER                 -- first seen something else or nothing; NULL: stands
        )
        """,
        "CREATE INDEX publication_by_domain ON publication (domain_id)",
        """
        CREATE UNIQUE INDEX publication_standing ON publication (domain_id)
            WHERE gone_by IS NULL
        """,
        """
        CREATE TABLE run_note (
            -- What is to be said once of a run.
            run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            code TEXT NOT NULL,
            detail TEXT NOT NULL,
            PRIMARY KEY (run_id, code)
        ) WITHOUT ROWID
        """,
    ]

    private static func rebuildDomain(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE domain_3 (
                    id INTEGER PRIMARY KEY,
                    name TEXT NOT NULL UNIQUE,      -- A-labels, lower case, no final dot
                    first_seen INTEGER              -- first look that could tell what it publishes
                );
                INSERT INTO domain_3 (id, name) SELECT id, name FROM domain ORDER BY id;
                DROP TABLE domain;
                ALTER TABLE domain_3 RENAME TO domain;
                """)
    }

    private static func rebuildState(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE state_3 (
                    -- What a domain was in a portfolio, and in which of its runs. The intervals of
                    -- a domain in a portfolio do not overlap. The runs may have been pruned.
                    id INTEGER PRIMARY KEY,
                    domain_id INTEGER NOT NULL REFERENCES domain (id),
                    portfolio_id INTEGER NOT NULL REFERENCES portfolio (id),
                    first_run INTEGER NOT NULL,
                    last_run INTEGER NOT NULL,
                    provisional INTEGER NOT NULL,   -- 1: to be asked again at the end of first_run
                    verdict TEXT NOT NULL,
                    severity TEXT,                  -- of the worst finding
                    mode TEXT,                      -- of the usable policy
                    policy_id TEXT,
                    max_age INTEGER,                -- seconds
                    mx_hosts TEXT NOT NULL,         -- separated by spaces, by preference
                    causes TEXT NOT NULL,           -- separated by spaces, worst first
                    evidence_id INTEGER NOT NULL REFERENCES evidence (id),
                    digest BLOB NOT NULL,           -- keyed hash of evidence and judgement
                    first_measured_at INTEGER NOT NULL, -- in first_run
                    -- The rest is of last_run, and no part of what is compared.
                    measured_at INTEGER NOT NULL,
                    elapsed_ms INTEGER NOT NULL,
                    queries INTEGER NOT NULL,       -- DNS questions asked
                    requests INTEGER NOT NULL,      -- HTTPS requests made
                    record_ttl INTEGER,             -- seconds
                    mx_ttl INTEGER,                 -- seconds
                    recheck_after INTEGER,          -- senders hold another policy until then
                    recheck_at_least INTEGER NOT NULL DEFAULT 0 -- 1: or for longer
                );
                INSERT INTO state_3
                    SELECT s.id, s.domain_id, r.portfolio_id, s.first_run, s.last_run,
                        s.provisional, s.verdict, s.severity, s.mode, s.policy_id, s.max_age,
                        s.mx_hosts, s.causes, s.evidence_id, s.digest,
                        CASE WHEN s.first_run = s.last_run THEN s.measured_at
                            ELSE r.started_at END,
                        s.measured_at, s.elapsed_ms, s.queries, s.requests, s.record_ttl,
                        s.mx_ttl, NULL, 0
                    FROM state s JOIN run r ON r.id = s.first_run ORDER BY s.id;
                """)
        if try Int.fetchOne(db, sql: "SELECT count(*) FROM portfolio") ?? 0 > 1 {
            try divideStates(db)
        }
        try db.execute(
            sql: """
                DROP TABLE state;
                ALTER TABLE state_3 RENAME TO state;
                CREATE INDEX state_by_domain ON state (domain_id, portfolio_id, first_run);
                -- What changed in a run; nights without changes do not touch it.
                CREATE INDEX state_by_first_run ON state (portfolio_id, first_run, domain_id);
                CREATE INDEX state_provisional ON state (domain_id) WHERE provisional;
                """)
    }

    /// A state of the old schema may have gone on through runs of several portfolios: each of them
    /// gets the part that its own runs saw.
    private static func divideStates(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TEMP TABLE part AS
                    SELECT s.id, r.portfolio_id, min(r.id) AS first_run, max(r.id) AS last_run
                    FROM state s
                    JOIN entry e ON e.domain_id = s.domain_id
                    JOIN run r ON r.portfolio_id = e.portfolio_id
                        AND r.id BETWEEN max(s.first_run, e.first_run)
                            AND min(s.last_run, e.last_run)
                    GROUP BY s.id, r.portfolio_id;
                UPDATE state_3 SET last_run = p.last_run FROM part p
                    WHERE p.id = state_3.id AND p.portfolio_id = state_3.portfolio_id;
                DELETE FROM part WHERE EXISTS (SELECT 1 FROM state_3 s
                    WHERE s.id = part.id AND s.portfolio_id = part.portfolio_id);
                CREATE TEMP TABLE copied AS
                    SELECT *, (SELECT max(id) FROM state_3) + row_number() OVER (ORDER BY id)
                        AS copy
                    FROM part;
                INSERT INTO state_3
                    SELECT p.copy, s.domain_id, p.portfolio_id, p.first_run, p.last_run,
                        s.provisional, s.verdict, s.severity, s.mode, s.policy_id, s.max_age,
                        s.mx_hosts, s.causes, s.evidence_id, s.digest,
                        CASE WHEN p.first_run = p.last_run THEN s.measured_at
                            ELSE r.started_at END,
                        s.measured_at, s.elapsed_ms, s.queries, s.requests, s.record_ttl,
                        s.mx_ttl, NULL, 0
                    FROM copied p JOIN state s ON s.id = p.id JOIN run r ON r.id = p.first_run;
                INSERT INTO finding (state_id, position, cause, severity, detail, line, column)
                    SELECT p.copy, f.position, f.cause, f.severity, f.detail, f.line, f.column
                    FROM copied p JOIN finding f ON f.state_id = p.id;
                DROP TABLE part;
                DROP TABLE copied;
                """)
    }

    /// Views are no data: whichever migration needs others drops them all and makes them anew.
    static func dropViews(_ db: Database) throws {
        let names = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_schema WHERE type = 'view'")
        for name in names { try db.execute(sql: "DROP VIEW \"\(name)\"") }
    }

    static func createViews(_ db: Database) throws {
        for view in views + reportViews { try db.execute(sql: view) }
    }
}
