internal import Audit

/// The tables of migration "1 tables": released, so never edited. `domain` and `state` have changed
/// since; see `Schema+History`. The comments are part of the statements, so that `sqlite3 FILE .schema` shows them.
///
/// **Moments** are whole seconds since 1970 in UTC: small, and comparable by every tool. The views
/// show them as ISO 8601 text. **Intervals**: a row with `first_run` and `last_run` was true in
/// both and in every run of the portfolio between them; a night in which nothing changed moves
/// `last_run` and adds nothing.
extension Schema {
    static let tables = [
        """
        CREATE TABLE setting (
            -- What belongs to the file as a whole. digest_key: the secret of its hashes.
            name TEXT PRIMARY KEY NOT NULL,
            value BLOB NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE verdict (
            -- What a sending MTA does with mail for a domain, in words.
            code TEXT PRIMARY KEY NOT NULL,
            rank INTEGER,           -- protection, greater is better; NULL: not comparable
            meaning TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE portfolio (
            -- A list of domains under a name of its own, audited again and again.
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        )
        """,
        """
        CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            portfolio_id INTEGER NOT NULL REFERENCES portfolio (id),
            previous_run INTEGER REFERENCES run (id), -- the run of this portfolio before
            kind TEXT NOT NULL,             -- audit, demo, rejudge
            state TEXT NOT NULL             -- running in a dead process counts as interrupted
                CHECK (state IN ('running', 'interrupted', 'finished', 'failed')),
            started_at INTEGER NOT NULL,
            ingested_at INTEGER,            -- NULL while the portfolio is being read
            finished_at INTEGER,
            fingerprint TEXT NOT NULL,      -- of the portfolio's content, for resuming
            options TEXT NOT NULL,          -- JSON, as the run was started
            tool_version TEXT NOT NULL,
            header TEXT,                    -- JSON: the portfolio's columns
            row_count INTEGER NOT NULL DEFAULT 0,
            invalid_count INTEGER NOT NULL DEFAULT 0, -- rows that name no domain
            domain_count INTEGER NOT NULL DEFAULT 0   -- distinct domains
        )
        """,
        """
        CREATE TABLE run_verdict (
            -- How many distinct domains had each verdict when the run ended.
            run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            verdict TEXT NOT NULL,
            domains INTEGER NOT NULL,
            PRIMARY KEY (run_id, verdict)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE domain (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE       -- A-labels, lower case, no final dot
        )
        """,
        """
        CREATE TABLE entry (
            -- A row of a portfolio. Many rows may name one domain.
            id INTEGER PRIMARY KEY,
            portfolio_id INTEGER NOT NULL REFERENCES portfolio (id),
            domain_id INTEGER REFERENCES domain (id), -- NULL: the row names no domain
            line INTEGER NOT NULL,          -- in the portfolio's latest version that has the row
            input TEXT,                     -- as written; NULL: the same as domain.name
            problem TEXT,                   -- why the row names no domain
            account TEXT,
            expected_mode TEXT,             -- enforce, testing, none
            tags TEXT,
            carried TEXT,                   -- JSON array in the order of the header's columns
            first_run INTEGER NOT NULL,
            last_run INTEGER NOT NULL
        )
        """,
        "CREATE INDEX entry_by_domain ON entry (domain_id) WHERE domain_id IS NOT NULL",
        "CREATE INDEX entry_by_input ON entry (input) WHERE domain_id IS NULL",
        "CREATE INDEX entry_by_line ON entry (portfolio_id, line)",
        """
        CREATE TABLE evidence (
            -- What was seen, shared by all domains at which the same was seen.
            id INTEGER PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,    -- keyed hash of facts
            facts TEXT NOT NULL             -- JSON; bodies and certificates by their SHA-256
        )
        """,
        """
        CREATE TABLE policy_body (
            sha256 TEXT PRIMARY KEY NOT NULL, -- 64 hexadecimal digits, as in evidence.facts
            body BLOB NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE certificate (
            sha256 TEXT PRIMARY KEY NOT NULL, -- of the DER form
            subject TEXT NOT NULL,
            issuer TEXT NOT NULL,
            dns_names TEXT NOT NULL,        -- JSON array, at most 32 of them
            dns_name_count INTEGER NOT NULL, -- kept or not
            not_before INTEGER NOT NULL,
            not_after INTEGER NOT NULL,
            key TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE state (
            -- What a domain was, and in which runs. The intervals of a domain do not overlap.
            id INTEGER PRIMARY KEY,
            domain_id INTEGER NOT NULL REFERENCES domain (id),
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
            -- The rest is of last_run, and no part of what is compared.
            measured_at INTEGER NOT NULL,
            elapsed_ms INTEGER NOT NULL,
            queries INTEGER NOT NULL,       -- DNS questions asked
            requests INTEGER NOT NULL,      -- HTTPS requests made
            record_ttl INTEGER,             -- seconds
            mx_ttl INTEGER                  -- seconds
        )
        """,
        "CREATE INDEX state_by_domain ON state (domain_id)",
        "CREATE INDEX state_provisional ON state (domain_id) WHERE provisional",
        """
        CREATE TABLE finding (
            -- One cause found; position 0 is the worst of its state.
            state_id INTEGER NOT NULL REFERENCES state (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            cause TEXT NOT NULL,
            severity TEXT NOT NULL,         -- error, warning, advice, unmeasured
            detail TEXT NOT NULL,           -- the facts, as received: not escaped
            line INTEGER,                   -- of the policy text, from 1
            column INTEGER,                 -- byte within the line, from 1
            PRIMARY KEY (state_id, position)
        ) WITHOUT ROWID
        """,
    ]

    /// Every verdict's row of the table `verdict`.
    static var verdicts: [(code: String, rank: Int?, meaning: String)] {
        Verdict.allCases.map { ($0.rawValue, $0.protection, "A sender " + $0.meaning + ".") }
    }
}
