internal import Audit

/// The views, for people with their own SQL tools. All but `history` and `publications` are about
/// the latest run whose portfolio was read to the end, be it finished or under way.
extension Schema {
    private static func utc(_ column: String) -> String {
        "strftime('%Y-%m-%dT%H:%M:%SZ', \(column), 'unixepoch')"
    }

    private static func unanswered(_ state: String) -> String {
        "(SELECT \(Standing.unansweredSQL) FROM evidence WHERE id = \(state).evidence_id)"
    }

    static let views = [
        """
        CREATE VIEW latest_run AS
            SELECT * FROM run WHERE ingested_at IS NOT NULL ORDER BY id DESC LIMIT 1
        """,
        """
        CREATE VIEW latest_entry AS
            -- The rows of the portfolio in the latest run.
            SELECT e.* FROM latest_run r
            JOIN entry e ON e.portfolio_id = r.portfolio_id AND e.last_run = r.id
        """,
        """
        CREATE VIEW latest_state AS
            -- The domains examined so far in the latest run.
            SELECT s.* FROM latest_run r JOIN state s ON s.last_run = r.id
        """,
        """
        CREATE VIEW current_status AS
            -- A row for each portfolio row; verdict is NULL where the run has not come to it.
            SELECT e.line, d.name AS domain, coalesce(e.input, d.name) AS input,
                e.account, e.expected_mode, e.tags,
                CASE WHEN e.domain_id IS NULL THEN 'invalid-input' ELSE s.verdict END AS verdict,
                CASE WHEN e.domain_id IS NULL THEN 'error' ELSE s.severity END AS severity,
                s.mode, s.policy_id, s.max_age, s.mx_hosts,
                CASE WHEN e.domain_id IS NULL THEN 'input-invalid-domain' ELSE s.causes END
                    AS causes,
                coalesce(e.problem, f.detail) AS detail, s.provisional,
                \(utc("s.measured_at")) AS measured_at,
                s.first_run AS unchanged_since_run,
                \(utc("s.recheck_after")) AS recheck_after
            FROM latest_entry e
            LEFT JOIN domain d ON d.id = e.domain_id
            LEFT JOIN state s ON s.domain_id = e.domain_id AND s.portfolio_id = e.portfolio_id
                AND s.last_run = (SELECT id FROM latest_run)
            LEFT JOIN finding f ON f.state_id = s.id AND f.position = 0
            ORDER BY e.line
        """,
        """
        CREATE VIEW cause_summary AS
            -- For each cause: distinct domains and accounts, share of the examined domains.
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
            ORDER BY domains DESC, cause
        """,
        """
        CREATE VIEW account_summary AS
            -- For each account: its distinct domains, and how they stand.
            SELECT e.account, count(DISTINCT e.domain_id) AS domains,
                count(DISTINCT CASE WHEN s.verdict = 'enforced' THEN e.domain_id END) AS enforced,
                count(DISTINCT CASE WHEN s.verdict = 'bouncing' THEN e.domain_id END) AS bouncing,
                count(DISTINCT CASE WHEN s.severity = 'error' THEN e.domain_id END)
                    AS with_errors,
                count(DISTINCT CASE WHEN s.verdict = 'unmeasured' THEN e.domain_id END)
                    AS unmeasured,
                sum(e.domain_id IS NULL) AS invalid_rows
            FROM latest_entry e
            LEFT JOIN state s ON s.domain_id = e.domain_id AND s.portfolio_id = e.portfolio_id
                AND s.last_run = (SELECT id FROM latest_run)
            GROUP BY e.account ORDER BY with_errors DESC, e.account
        """,
        """
        CREATE VIEW regressions AS
            -- What became worse in the latest run: less protection, or errors where there were
            -- none. Compared with the last time the domain was measured before in the same
            -- portfolio; what could not be measured, then or now, never counts.
            SELECT d.name AS domain,
                (SELECT group_concat(account, ' ') FROM
                    (SELECT DISTINCT e.account FROM entry e INDEXED BY entry_by_domain
                        WHERE e.domain_id = s.domain_id AND e.portfolio_id = r.portfolio_id
                            AND e.last_run = r.id
                        ORDER BY e.account)) AS accounts,
                b.verdict AS verdict_before, s.verdict,
                b.causes AS causes_before, s.causes,
                \(utc("b.measured_at")) AS measured_before,
                \(utc("s.measured_at")) AS measured_at
            FROM latest_run r
            JOIN state s ON s.last_run = r.id AND s.first_run = r.id
                AND s.verdict <> 'unmeasured' AND NOT s.provisional
            JOIN state b ON b.id = (SELECT p.id FROM state p INDEXED BY state_by_domain
                WHERE p.domain_id = s.domain_id AND p.portfolio_id = s.portfolio_id
                    AND p.first_run < s.first_run
                    AND p.verdict <> 'unmeasured' AND NOT p.provisional
                ORDER BY p.first_run DESC LIMIT 1)
            JOIN verdict sv ON sv.code = s.verdict
            JOIN verdict bv ON bv.code = b.verdict
            JOIN domain d ON d.id = s.domain_id
            WHERE sv.rank < bv.rank
                -- A domain that took no mail, or takes none any more, is no regression.
                OR (s.severity = 'error' AND b.severity IS NOT 'error'
                    AND sv.rank IS NOT NULL AND bv.rank IS NOT NULL
                    -- Nor is an error that a question without an answer may have hidden then.
                    AND (\(unanswered("b")) IS NULL
                        OR \(unanswered("b")) IS \(unanswered("s"))))
            ORDER BY sv.rank, d.name
        """,
        """
        CREATE VIEW history AS
            -- Every state of every domain, oldest first.
            SELECT p.name AS portfolio, d.name AS domain, s.verdict, s.severity, s.mode,
                s.policy_id, s.causes, s.first_run, s.last_run,
                \(utc("s.first_measured_at")) AS since,
                \(utc("s.measured_at")) AS last_measured_at, s.evidence_id
            FROM state s
            JOIN domain d ON d.id = s.domain_id
            JOIN portfolio p ON p.id = s.portfolio_id
            ORDER BY d.name, s.portfolio_id, s.first_run
        """,
        """
        CREATE VIEW publications AS
            -- What each domain published, oldest first, and until when senders may hold it.
            SELECT d.name AS domain, p.record_id, p.mode, p.max_age, p.patterns,
                p.policy_sha256, \(utc("p.first_seen")) AS first_seen,
                \(utc("p.last_seen")) AS last_seen, \(utc("p.gone_by")) AS gone_by,
                \(utc("p.gone_by + p.max_age")) AS held_until
            FROM publication p JOIN domain d ON d.id = p.domain_id
            ORDER BY d.name, p.id
        """,
    ]
}
