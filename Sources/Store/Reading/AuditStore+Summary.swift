public import Audit
internal import GRDB

/// How often a cause was found in a run.
public struct CauseCount: Hashable, Sendable {
    public var cause: Cause
    /// The greatest with which it was found.
    public var severity: Severity
    /// Distinct domains; for `input-invalid-domain`, portfolio rows.
    public var domains: Int
    /// Distinct accounts of those.
    public var accounts: Int
    /// Names of up to five of the domains, in the order in which the store met them first.
    public var examples: [String]
}

/// How the domains of an account stand.
public struct AccountCount: Hashable, Sendable {
    /// Empty for rows without an account.
    public var account: String
    /// Distinct domains.
    public var domains: Int
    /// Of them, those with a finding of severity error.
    public var withErrors: Int
    public var invalidRows: Int
}

/// The verdicts of a run.
public struct VerdictCounts: Hashable, Sendable {
    /// Distinct domains by verdict; `.invalidInput` counts portfolio rows.
    public var domains: [Verdict: Int]
    /// Distinct domains with a result.
    public var examined: Int
    /// Distinct domains that the run has not come to.
    public var outstanding: Int
}

extension AuditStore {
    public static let exampleLimit = 5

    /// Cost: one pass over the run's rows.
    public func verdictCounts(of run: Run) async throws(StoreError) -> VerdictCounts {
        try await read { db in
            var domains = try Verdict.counts(
                db,
                sql: """
                    WITH \(Self.rowsOfRun)
                    SELECT s.verdict, count(DISTINCT s.domain_id) AS domains FROM rows_of_run e
                    JOIN state s ON s.domain_id = e.domain_id
                        AND s.portfolio_id = e.portfolio_id
                        AND s.first_run <= ?1 AND s.last_run >= ?1
                    GROUP BY s.verdict
                    """, run: run.id)
            let examined = domains.values.reduce(0, +)
            if run.invalidCount > 0 { domains[.invalidInput] = run.invalidCount }
            return VerdictCounts(
                domains: domains, examined: examined, outstanding: run.domainCount - examined)
        }
    }

    /// The causes found in a run, by domains, the most first.
    public func causeCounts(of run: Run) async throws(StoreError) -> [CauseCount] {
        try await read { db in
            let sql = """
                WITH \(Self.rowsOfRun)
                SELECT f.cause, f.severity, s.domain_id, e.account FROM rows_of_run e
                JOIN state s INDEXED BY state_by_domain ON s.domain_id = e.domain_id
                    AND s.portfolio_id = e.portfolio_id
                    AND s.first_run <= ?1 AND s.last_run >= ?1
                JOIN finding f ON f.state_id = s.id
                """
            let examples = try Self.examples(db, run: run.id)
            var counts = try Row.fetchAll(
                db,
                sql: """
                    SELECT cause, max(CASE severity WHEN 'error' THEN 3 WHEN 'warning' THEN 2
                            WHEN 'advice' THEN 1 ELSE 0 END) AS rank,
                        count(DISTINCT domain_id) AS domains, count(DISTINCT account) AS accounts
                    FROM (\(sql)) GROUP BY cause
                    """, arguments: [run.id]
            ).map { row in
                guard let cause = Cause(rawValue: row["cause"]) else {
                    throw Damage(detail: "a cause of an unknown code")
                }
                let severities: [Severity] = [.unmeasured, .advice, .warning, .error]
                return CauseCount(
                    cause: cause, severity: severities[row["rank"]], domains: row["domains"],
                    accounts: row["accounts"],
                    examples: examples[cause.rawValue] ?? [])
            }
            if let invalid = try Self.invalidRows(db, run: run.id) { counts.append(invalid) }
            return counts.sorted { a, b in
                (b.domains, a.cause.rawValue) < (a.domains, b.cause.rawValue)
            }
        }
    }

    /// The accounts of a run with the most domains in error first, at most `limit` of them.
    public func accountCounts(
        of run: Run, limit: Int = .max
    ) async throws(StoreError) -> [AccountCount] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    WITH \(Self.rowsOfRun)
                    SELECT coalesce(e.account, '') AS account,
                        count(DISTINCT e.domain_id) AS domains,
                        count(DISTINCT CASE WHEN s.severity = 'error' THEN e.domain_id END)
                            AS with_errors,
                        sum(e.domain_id IS NULL) AS invalid_rows
                    FROM rows_of_run e
                    LEFT JOIN state s INDEXED BY state_by_domain ON s.domain_id = e.domain_id
                        AND s.portfolio_id = e.portfolio_id
                        AND s.first_run <= ?1 AND s.last_run >= ?1
                    GROUP BY e.account
                    ORDER BY with_errors DESC, domains DESC, account LIMIT ?2
                    """, arguments: [run.id, limit]
            ).map { row in
                AccountCount(
                    account: row["account"], domains: row["domains"],
                    withErrors: row["with_errors"], invalidRows: row["invalid_rows"])
            }
        }
    }

    /// The portfolio rows of run `?1`.
    private static let rowsOfRun = """
        rows_of_run AS NOT MATERIALIZED (
            SELECT * FROM entry
            WHERE portfolio_id = (SELECT portfolio_id FROM run WHERE id = ?1)
                AND first_run <= ?1 AND last_run >= ?1)
        """

    /// The first domains of each cause, in the order of their ids: the same whatever order they
    /// were examined in. One pass over the run's findings for all causes together.
    private static func examples(_ db: Database, run: Int64) throws -> [String: [String]] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                WITH \(rowsOfRun),
                hit AS (
                    SELECT DISTINCT f.cause, s.domain_id FROM rows_of_run e
                    JOIN state s INDEXED BY state_by_domain ON s.domain_id = e.domain_id
                        AND s.portfolio_id = e.portfolio_id
                        AND s.first_run <= ?1 AND s.last_run >= ?1
                    JOIN finding f ON f.state_id = s.id
                ),
                ranked AS (
                    SELECT cause, domain_id,
                        row_number() OVER (PARTITION BY cause ORDER BY domain_id) AS place
                    FROM hit
                )
                SELECT r.cause, d.name FROM ranked r JOIN domain d ON d.id = r.domain_id
                WHERE r.place <= ?2 ORDER BY r.cause, r.place
                """, arguments: [run, exampleLimit])
        var examples: [String: [String]] = [:]
        while let row = try rows.next() {
            examples[row["cause"], default: []].append(row["name"])
        }
        return examples
    }

    private static func invalidRows(_ db: Database, run: Int64) throws -> CauseCount? {
        let rows = "rows_of_run WHERE domain_id IS NULL"
        let counted = try Row.fetchOne(
            db,
            sql: """
                WITH \(rowsOfRun)
                SELECT count(*) AS n, count(DISTINCT account) AS accounts FROM \(rows)
                """, arguments: [run])
        guard let counted, counted["n"] as Int > 0 else { return nil }
        return CauseCount(
            cause: .inputInvalidDomain, severity: Cause.inputInvalidDomain.defaultSeverity,
            domains: counted["n"], accounts: counted["accounts"],
            examples: try String.fetchAll(
                db, sql: "WITH \(rowsOfRun) SELECT input FROM \(rows) ORDER BY line LIMIT ?2",
                arguments: [run, exampleLimit]))
    }
}
