public import Audit
internal import Foundation
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
    /// Names of up to five of the domains, in the order of the portfolio.
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

    /// - Parameter account: only its rows; empty for the rows without one; nil: all rows.
    /// Cost: one pass over these rows.
    public func verdictCounts(
        of run: Run, account: String? = nil
    ) async throws(StoreError) -> VerdictCounts {
        try await read { db in
            let scope = RowsOfRun(run, account)
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    WITH \(scope.sql)
                    SELECT s.verdict, count(DISTINCT s.domain_id) AS domains FROM rows_of_run e
                    JOIN state s INDEXED BY state_by_domain ON s.domain_id = e.domain_id
                        AND s.portfolio_id = e.portfolio_id
                        AND s.first_run <= ?1 AND s.last_run >= ?1
                    GROUP BY s.verdict
                    """, arguments: scope.arguments)
            var domains: [Verdict: Int] = [:]
            while let row = try rows.next() {
                guard let verdict = Verdict(rawValue: try row.stored("verdict")) else {
                    throw Damage(detail: "a verdict of an unknown code")
                }
                domains[verdict] = try row.stored("domains")
            }
            let examined = domains.values.reduce(0, +)
            let size = try scope.size(db)
            if size.invalid > 0 { domains[.invalidInput] = size.invalid }
            return VerdictCounts(
                domains: domains, examined: examined, outstanding: size.domains - examined)
        }
    }

    /// The causes found in a run, by domains, the most first.
    ///
    /// - Parameter account: only its rows; empty for the rows without one; nil: all rows.
    public func causeCounts(
        of run: Run, account: String? = nil
    ) async throws(StoreError) -> [CauseCount] {
        try await read { db in
            let scope = RowsOfRun(run, account)
            let sql = """
                WITH \(scope.sql)
                SELECT f.cause, f.severity, s.domain_id, e.account FROM rows_of_run e
                JOIN state s INDEXED BY state_by_domain ON s.domain_id = e.domain_id
                    AND s.portfolio_id = e.portfolio_id
                    AND s.first_run <= ?1 AND s.last_run >= ?1
                JOIN finding f ON f.state_id = s.id
                """
            let examples = try Self.examples(db, scope)
            var counts = try Row.fetchAll(
                db,
                sql: """
                    SELECT cause, max(CASE severity WHEN 'error' THEN 3 WHEN 'warning' THEN 2
                            WHEN 'advice' THEN 1 ELSE 0 END) AS rank,
                        count(DISTINCT domain_id) AS domains, count(DISTINCT account) AS accounts
                    FROM (\(sql)) GROUP BY cause
                    """, arguments: scope.arguments
            ).map { row in
                guard let cause = Cause(rawValue: try row.stored("cause")) else {
                    throw Damage(detail: "a cause of an unknown code")
                }
                let severities: [Severity] = [.unmeasured, .advice, .warning, .error]
                return CauseCount(
                    cause: cause, severity: severities[min(max(try row.stored("rank"), 0), 3)],
                    domains: try row.stored("domains"),
                    accounts: try row.stored("accounts"),
                    examples: examples[cause.rawValue] ?? [])
            }
            if let invalid = try Self.invalidRows(db, scope) { counts.append(invalid) }
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
                    WITH \(RowsOfRun(run, nil).sql)
                    SELECT coalesce(CAST(e.account AS BLOB), x'') AS account,
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
                // As bytes: a text with a NUL in it would end there.
                let account: Data = try row.stored("account")
                return AccountCount(
                    account: String(decoding: account, as: UTF8.self),
                    domains: try row.stored("domains"),
                    withErrors: try row.stored("with_errors"),
                    invalidRows: try row.stored("invalid_rows"))
            }
        }
    }

    /// The first domains of each cause, in the order of the portfolio: the same whatever order they
    /// were examined in, and whatever the store has seen before. One pass over the run's findings for all causes together.
    private static func examples(
        _ db: Database, _ scope: RowsOfRun
    ) throws -> [String: [String]] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                WITH \(scope.sql),
                hit AS (
                    SELECT f.cause, s.domain_id, min(e.line) AS line FROM rows_of_run e
                    JOIN state s INDEXED BY state_by_domain ON s.domain_id = e.domain_id
                        AND s.portfolio_id = e.portfolio_id
                        AND s.first_run <= ?1 AND s.last_run >= ?1
                    JOIN finding f ON f.state_id = s.id
                    GROUP BY f.cause, s.domain_id
                ),
                ranked AS (
                    SELECT cause, domain_id,
                        row_number() OVER (PARTITION BY cause ORDER BY line, domain_id) AS place
                    FROM hit
                )
                SELECT r.cause, d.name FROM ranked r JOIN domain d ON d.id = r.domain_id
                WHERE r.place <= \(exampleLimit) ORDER BY r.cause, r.place
                """, arguments: scope.arguments)
        var examples: [String: [String]] = [:]
        while let row = try rows.next() {
            examples[try row.stored("cause"), default: []].append(try row.stored("name"))
        }
        return examples
    }

    private static func invalidRows(_ db: Database, _ scope: RowsOfRun) throws -> CauseCount? {
        let rows = "rows_of_run WHERE domain_id IS NULL"
        let counted = try Row.fetchOne(
            db,
            sql: """
                WITH \(scope.sql)
                SELECT count(*) AS n, count(DISTINCT account) AS accounts FROM \(rows)
                """, arguments: scope.arguments)
        guard let counted, counted["n"] as Int > 0 else { return nil }
        return CauseCount(
            cause: .inputInvalidDomain, severity: Cause.inputInvalidDomain.defaultSeverity,
            domains: counted["n"], accounts: counted["accounts"],
            examples: try String.fetchAll(
                db,
                sql:
                    "WITH \(scope.sql) SELECT input FROM \(rows) ORDER BY line LIMIT \(exampleLimit)",
                arguments: scope.arguments))
    }
}

/// The portfolio rows of a run, or of one account in it, as `rows_of_run`.
private struct RowsOfRun {
    private let run: Run
    private let account: AccountRows

    init(_ run: Run, _ account: String?) {
        self.run = run
        self.account = AccountRows(account)
    }

    /// A common table expression over `arguments`.
    var sql: String {
        """
        rows_of_run AS NOT MATERIALIZED (
            SELECT * FROM entry \(account.index)
            WHERE portfolio_id = (SELECT portfolio_id FROM run WHERE id = ?1)
                AND first_run <= ?1 AND last_run >= ?1 \(account.condition("entry", "?2")))
        """
    }

    var arguments: StatementArguments {
        switch account {
        case .all, .without: [run.id]
        case .named(let name): [run.id, name]
        }
    }

    /// Rows that name no domain, and distinct domains of the others.
    func size(_ db: Database) throws -> (invalid: Int, domains: Int) {
        if case .all = account { return (run.invalidCount, run.domainCount) }
        let counted = try Row.fetchOne(
            db,
            sql: """
                WITH \(sql)
                SELECT count(*) - count(domain_id) AS invalid, count(DISTINCT domain_id) AS domains
                FROM rows_of_run
                """, arguments: arguments)
        return (counted?["invalid"] ?? 0, counted?["domains"] ?? 0)
    }
}
