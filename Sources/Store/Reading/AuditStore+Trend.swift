public import Audit
public import Evidence
internal import GRDB

/// The verdicts of one run among others.
public struct RunVerdicts: Hashable, Sendable {
    public var run: Int64
    public var startedAt: Timestamp
    /// Distinct domains.
    public var domains: [Verdict: Int]

    public init(run: Int64, startedAt: Timestamp, domains: [Verdict: Int]) {
        self.run = run
        self.startedAt = startedAt
        self.domains = domains
    }
}

extension AuditStore {
    /// The finished runs of a run's portfolio up to it, oldest first, at most `limit` of them.
    ///
    /// - Parameter account: count the domains of this account only. Cost: a few milliseconds
    ///   without it; with it, one pass over the account's states for each run.
    public func verdictTrend(
        until run: Run, account: String? = nil, limit: Int = 60
    ) async throws(StoreError) -> [RunVerdicts] {
        try await read { db in
            let runs = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, started_at FROM run
                    WHERE portfolio_id = (SELECT portfolio_id FROM run WHERE id = ?1)
                        AND id <= ?1 AND state = 'finished'
                    ORDER BY id DESC LIMIT ?2
                    """, arguments: [run.id, limit])
            return try runs.reversed().map { row in
                let id: Int64 = try row.stored("id")
                return RunVerdicts(
                    run: id, startedAt: Timestamp(seconds: try row.stored("started_at")),
                    domains: try Self.verdicts(db, run: id, account: account))
            }
        }
    }

    private static func verdicts(
        _ db: Database, run: Int64, account: String?
    ) throws -> [Verdict: Int] {
        guard let account else {
            return try Verdict.counts(
                db, sql: "SELECT verdict, domains FROM run_verdict WHERE run_id = ?", run: run)
        }
        let scope = AccountRows(account)
        var arguments: StatementArguments = [run]
        if case .named(let name) = scope { arguments += [name] }
        var counts: [Verdict: Int] = [:]
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT s.verdict, count(DISTINCT s.domain_id) AS domains
                FROM entry e \(scope.index) JOIN state s INDEXED BY state_by_domain
                    ON s.domain_id = e.domain_id AND s.portfolio_id = e.portfolio_id
                    AND s.first_run <= ?1 AND s.last_run >= ?1
                WHERE e.portfolio_id = (SELECT portfolio_id FROM run WHERE id = ?1)
                    AND e.first_run <= ?1 AND e.last_run >= ?1
                    \(scope.condition("e", "?2"))
                GROUP BY s.verdict
                """, arguments: arguments)
        for row in rows {
            guard let verdict = Verdict(rawValue: try row.stored("verdict")) else {
                throw Damage(detail: "a verdict of an unknown code")
            }
            counts[verdict] = try row.stored("domains")
        }
        return counts
    }
}
