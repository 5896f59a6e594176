internal import GRDB

/// Migration "4 tls reports": what senders' TLS reports say (RFC 8460). All of it is hearsay:
/// whoever can send a mail can write a report.
extension Schema {
    static func addReports(_ db: Database) throws {
        for table in reportTables { try db.execute(sql: table) }
        try dropViews(db)
        try createViews(db)
    }

    private static let reportTables = [
        """
        CREATE TABLE tls_domain (
            -- A policy domain that TLS reports name. It may be in no portfolio (yet): it is
            -- joined with domain by its name.
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE       -- lower case, no final dot; otherwise as given
        )
        """,
        """
        CREATE TABLE tls_report (
            -- A TLS report, as its sender wrote it: nothing in it is verified.
            id INTEGER PRIMARY KEY,
            organization TEXT NOT NULL,     -- organization-name
            report_id TEXT NOT NULL,        -- unique within the organization
            contact TEXT,
            starts_at INTEGER NOT NULL,     -- date-range
            ends_at INTEGER NOT NULL,
            day INTEGER NOT NULL,           -- first second of the UTC day it counts for
            submitter TEXT,                 -- of the mail it came in
            source TEXT NOT NULL,           -- the file it was first read from
            observations TEXT NOT NULL,     -- what was off about it, separated by commas
            digest BLOB NOT NULL,           -- keyed hash of its content
            imported_at INTEGER NOT NULL,
            contradicted_at INTEGER,        -- another content came under the same id, and was left
            UNIQUE (organization, report_id)
        )
        """,
        "CREATE INDEX tls_report_by_day ON tls_report (day)",
        """
        CREATE TABLE tls_policy_text (
            -- A policy as senders saw it, stored once.
            id INTEGER PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,    -- keyed hash of both texts
            strings TEXT NOT NULL,          -- JSON array: policy-string, line by line
            mx_hosts TEXT NOT NULL          -- JSON array: mx-host patterns
        )
        """,
        """
        CREATE TABLE tls_policy (
            -- What a report says of one policy of one domain. A session that two policies applied
            -- to counts for both, as senders count it.
            id INTEGER PRIMARY KEY,
            report_id INTEGER NOT NULL REFERENCES tls_report (id) ON DELETE CASCADE,
            domain_id INTEGER REFERENCES tls_domain (id), -- NULL: it names no domain
            day INTEGER NOT NULL,           -- as in tls_report
            type TEXT,                      -- sts, tlsa, no-policy-found; as given
            successful INTEGER NOT NULL,    -- sessions
            failed INTEGER NOT NULL,        -- sessions; its failures need not add up to it
            text_id INTEGER REFERENCES tls_policy_text (id)
        )
        """,
        """
        CREATE INDEX tls_policy_by_domain ON tls_policy (domain_id, day)
            WHERE domain_id IS NOT NULL
        """,
        "CREATE INDEX tls_policy_by_report ON tls_policy (report_id)",
        """
        CREATE TABLE tls_failure (
            -- A kind of failure under a policy (RFC 8460 §4.4 failure-details).
            policy_id INTEGER NOT NULL REFERENCES tls_policy (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,      -- in the report, from 0
            result_type TEXT,               -- as given; RFC 8460 §4.3 has the known ones
            sessions INTEGER NOT NULL,
            receiving_mx TEXT,              -- lower case, no final dot
            receiving_helo TEXT,
            receiving_ip TEXT,
            sending_mta TEXT,               -- sending-mta-ip
            reason TEXT,                    -- failure-reason-code
            additional TEXT,                -- additional-information
            PRIMARY KEY (policy_id, position)
        ) WITHOUT ROWID
        """,
    ]

    static let reportViews = [
        """
        CREATE VIEW tls_report_summary AS
            -- For each domain and organization: days reported on, and sessions.
            SELECT d.name AS domain, r.organization, count(DISTINCT p.day) AS days,
                date(min(p.day), 'unixepoch') AS first_day,
                date(max(p.day), 'unixepoch') AS last_day,
                sum(p.successful) AS successful, sum(p.failed) AS failed,
                round(sum(p.failed) * 1.0 / nullif(sum(p.successful) + sum(p.failed), 0), 6)
                    AS failure_rate
            FROM tls_policy p
            JOIN tls_domain d ON d.id = p.domain_id
            JOIN tls_report r ON r.id = p.report_id
            GROUP BY d.name, r.organization
        """,
        """
        CREATE VIEW tls_failure_summary AS
            -- For each domain, organization, result type and MX host: failed sessions and days.
            SELECT d.name AS domain, r.organization, f.result_type, f.receiving_mx,
                sum(f.sessions) AS sessions, count(DISTINCT p.day) AS days,
                date(min(p.day), 'unixepoch') AS first_day,
                date(max(p.day), 'unixepoch') AS last_day
            FROM tls_policy p
            JOIN tls_failure f ON f.policy_id = p.id
            JOIN tls_domain d ON d.id = p.domain_id
            JOIN tls_report r ON r.id = p.report_id
            GROUP BY d.name, r.organization, f.result_type, f.receiving_mx
        """,
    ]
}
