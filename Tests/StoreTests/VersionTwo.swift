import Foundation
import GRDB

@testable import Store

/// A file as version 2 of the schema made it. The text is frozen: it is what is out there, without
/// its comments.
enum VersionTwo {
    static let tables = """
        CREATE TABLE setting (
            name TEXT PRIMARY KEY NOT NULL,
            value BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE verdict (
            code TEXT PRIMARY KEY NOT NULL,
            rank INTEGER,
            meaning TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE portfolio (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        );
        CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            portfolio_id INTEGER NOT NULL REFERENCES portfolio (id),
            previous_run INTEGER REFERENCES run (id),
            kind TEXT NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('running', 'interrupted', 'finished', 'failed')),
            started_at INTEGER NOT NULL,
            ingested_at INTEGER,
            finished_at INTEGER,
            fingerprint TEXT NOT NULL,
            options TEXT NOT NULL,
            tool_version TEXT NOT NULL,
            header TEXT,
            row_count INTEGER NOT NULL DEFAULT 0,
            invalid_count INTEGER NOT NULL DEFAULT 0,
            domain_count INTEGER NOT NULL DEFAULT 0
        );
        CREATE TABLE run_verdict (
            run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            verdict TEXT NOT NULL,
            domains INTEGER NOT NULL,
            PRIMARY KEY (run_id, verdict)
        ) WITHOUT ROWID;
        CREATE TABLE domain (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        );
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY,
            portfolio_id INTEGER NOT NULL REFERENCES portfolio (id),
            domain_id INTEGER REFERENCES domain (id),
            line INTEGER NOT NULL,
            input TEXT,
            problem TEXT,
            account TEXT,
            expected_mode TEXT,
            tags TEXT,
            carried TEXT,
            first_run INTEGER NOT NULL,
            last_run INTEGER NOT NULL
        );
        CREATE INDEX entry_by_domain ON entry (domain_id) WHERE domain_id IS NOT NULL;
        CREATE INDEX entry_by_input ON entry (input) WHERE domain_id IS NULL;
        CREATE INDEX entry_by_line ON entry (portfolio_id, line);
        CREATE TABLE evidence (
            id INTEGER PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,
            facts TEXT NOT NULL
        );
        CREATE TABLE policy_body (
            sha256 TEXT PRIMARY KEY NOT NULL,
            body BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE certificate (
            sha256 TEXT PRIMARY KEY NOT NULL,
            subject TEXT NOT NULL,
            issuer TEXT NOT NULL,
            dns_names TEXT NOT NULL,
            dns_name_count INTEGER NOT NULL,
            not_before INTEGER NOT NULL,
            not_after INTEGER NOT NULL,
            key TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE state (
            id INTEGER PRIMARY KEY,
            domain_id INTEGER NOT NULL REFERENCES domain (id),
            first_run INTEGER NOT NULL,
            last_run INTEGER NOT NULL,
            provisional INTEGER NOT NULL,
            verdict TEXT NOT NULL,
            severity TEXT,
            mode TEXT,
            policy_id TEXT,
            max_age INTEGER,
            mx_hosts TEXT NOT NULL,
            causes TEXT NOT NULL,
            evidence_id INTEGER NOT NULL REFERENCES evidence (id),
            digest BLOB NOT NULL,
            measured_at INTEGER NOT NULL,
            elapsed_ms INTEGER NOT NULL,
            queries INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            record_ttl INTEGER,
            mx_ttl INTEGER
        );
        CREATE INDEX state_by_domain ON state (domain_id);
        CREATE INDEX state_provisional ON state (domain_id) WHERE provisional;
        CREATE TABLE finding (
            state_id INTEGER NOT NULL REFERENCES state (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            cause TEXT NOT NULL,
            severity TEXT NOT NULL,
            detail TEXT NOT NULL,
            line INTEGER,
            column INTEGER,
            PRIMARY KEY (state_id, position)
        ) WITHOUT ROWID;
        """

    static let views = """
        CREATE VIEW latest_run AS
            SELECT * FROM run WHERE ingested_at IS NOT NULL ORDER BY id DESC LIMIT 1;
        CREATE VIEW latest_entry AS
            SELECT e.* FROM latest_run r
            JOIN entry e ON e.portfolio_id = r.portfolio_id AND e.last_run = r.id;
        CREATE VIEW latest_state AS
            SELECT s.* FROM latest_run r JOIN state s ON s.last_run = r.id;
        CREATE VIEW current_status AS
            SELECT e.line, d.name AS domain, coalesce(e.input, d.name) AS input,
                e.account, e.expected_mode, e.tags,
                CASE WHEN e.domain_id IS NULL THEN 'invalid-input' ELSE s.verdict END AS verdict,
                CASE WHEN e.domain_id IS NULL THEN 'error' ELSE s.severity END AS severity,
                s.mode, s.policy_id, s.max_age, s.mx_hosts,
                CASE WHEN e.domain_id IS NULL THEN 'input-invalid-domain' ELSE s.causes END
                    AS causes,
                coalesce(e.problem, f.detail) AS detail, s.provisional,
                strftime('%Y-%m-%dT%H:%M:%SZ', s.measured_at, 'unixepoch') AS measured_at,
                s.first_run AS unchanged_since_run
            FROM latest_entry e
            LEFT JOIN domain d ON d.id = e.domain_id
            LEFT JOIN state s ON s.domain_id = e.domain_id
                AND s.last_run = (SELECT id FROM latest_run)
            LEFT JOIN finding f ON f.state_id = s.id AND f.position = 0
            ORDER BY e.line;
        CREATE VIEW cause_summary AS
            WITH examined (n) AS (SELECT count(*) FROM latest_state),
            hit AS (
                SELECT f.cause, f.severity, s.domain_id FROM latest_state s
                JOIN finding f ON f.state_id = s.id
            )
            SELECT h.cause,
                CASE max(CASE h.severity WHEN 'error' THEN 3 WHEN 'warning' THEN 2
                    WHEN 'advice' THEN 1 ELSE 0 END)
                    WHEN 3 THEN 'error' WHEN 2 THEN 'warning' WHEN 1 THEN 'advice'
                    ELSE 'unmeasured' END AS severity,
                count(DISTINCT h.domain_id) AS domains,
                count(DISTINCT e.account) AS accounts,
                round(count(DISTINCT h.domain_id) * 1.0 / (SELECT n FROM examined), 6) AS share
            FROM hit h JOIN latest_entry e ON e.domain_id = h.domain_id
            GROUP BY h.cause
            UNION ALL
            SELECT 'input-invalid-domain', 'error', count(*), count(DISTINCT account), NULL
            FROM latest_entry WHERE domain_id IS NULL HAVING count(*) > 0
            ORDER BY domains DESC, cause;
        CREATE VIEW account_summary AS
            SELECT e.account, count(DISTINCT e.domain_id) AS domains,
                count(DISTINCT CASE WHEN s.verdict = 'enforced' THEN e.domain_id END) AS enforced,
                count(DISTINCT CASE WHEN s.verdict = 'bouncing' THEN e.domain_id END) AS bouncing,
                count(DISTINCT CASE WHEN s.severity = 'error' THEN e.domain_id END)
                    AS with_errors,
                count(DISTINCT CASE WHEN s.verdict = 'unmeasured' THEN e.domain_id END)
                    AS unmeasured,
                sum(e.domain_id IS NULL) AS invalid_rows
            FROM latest_entry e
            LEFT JOIN state s ON s.domain_id = e.domain_id
                AND s.last_run = (SELECT id FROM latest_run)
            GROUP BY e.account ORDER BY with_errors DESC, e.account;
        CREATE VIEW regressions AS
            SELECT d.name AS domain,
                (SELECT group_concat(account, ' ') FROM
                    (SELECT DISTINCT e.account FROM entry e INDEXED BY entry_by_domain
                        WHERE e.domain_id = s.domain_id AND e.portfolio_id = r.portfolio_id
                            AND e.last_run = r.id
                        ORDER BY e.account)) AS accounts,
                b.verdict AS verdict_before, s.verdict,
                b.causes AS causes_before, s.causes,
                strftime('%Y-%m-%dT%H:%M:%SZ', b.measured_at, 'unixepoch') AS measured_before,
                strftime('%Y-%m-%dT%H:%M:%SZ', s.measured_at, 'unixepoch') AS measured_at
            FROM latest_run r
            JOIN state s ON s.last_run = r.id AND s.first_run = r.id
                AND s.verdict <> 'unmeasured' AND NOT s.provisional
            JOIN state b ON b.id = (SELECT max(p.id) FROM state p
                WHERE p.domain_id = s.domain_id AND p.id < s.id
                    AND p.verdict <> 'unmeasured' AND NOT p.provisional)
            JOIN verdict sv ON sv.code = s.verdict
            JOIN verdict bv ON bv.code = b.verdict
            JOIN domain d ON d.id = s.domain_id
            WHERE sv.rank < bv.rank
                OR (s.severity = 'error' AND b.severity IS NOT 'error')
            ORDER BY sv.rank, d.name;
        CREATE VIEW history AS
            SELECT d.name AS domain, s.verdict, s.severity, s.mode, s.policy_id, s.causes,
                s.first_run, s.last_run, strftime('%Y-%m-%dT%H:%M:%SZ', r.started_at, 'unixepoch') AS since,
                strftime('%Y-%m-%dT%H:%M:%SZ', s.measured_at, 'unixepoch') AS last_measured_at, s.evidence_id
            FROM state s
            JOIN domain d ON d.id = s.domain_id
            JOIN run r ON r.id = s.first_run
            ORDER BY d.name, s.id;
        """

    static let marks = """
        PRAGMA application_id = \(0x7374_7361);
        INSERT INTO setting (name, value) VALUES ('digest_key', x'000102030405060708090a0b0c0d0e0f');
        INSERT INTO verdict (code, rank, meaning) VALUES ('enforced', 6, 'm'), ('degraded', 5, 'm'),
            ('testing', 4, 'm'), ('disabled', 3, 'm'), ('absent', 2, 'm'), ('ineffective', 1, 'm'),
            ('bouncing', 0, 'm'), ('no-mail', NULL, 'm'), ('no-domain', NULL, 'm'),
            ('unmeasured', NULL, 'm'), ('invalid-input', NULL, 'm');
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1 tables'), ('2 views');
        """

    /// - Parameter rows: SQL that fills the tables.
    static func make(_ path: String, rows: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in try db.execute(sql: tables + views + marks + rows) }
        try queue.close()
    }
}
