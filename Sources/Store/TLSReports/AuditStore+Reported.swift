public import Evidence
internal import GRDB
public import MTASTS

/// What senders reported, for people. Nothing here depends on what was measured.
extension AuditStore {
    /// A sum that a stranger's counts cannot make too large, which would be an error.
    private static func total(_ column: String) -> String { "CAST(total(\(column)) AS INTEGER)" }

    /// The latest days that were reported on, those still to come left out: the last of them and
    /// the ones before it.
    ///
    /// - Returns: nil when nothing was reported until `now`.
    public func reportDays(
        _ count: Int, until now: Timestamp
    ) async throws(StoreError) -> ReportDays? {
        try await read { db in
            let last = try Int64.fetchOne(
                db, sql: "SELECT max(day) FROM tls_report WHERE day <= ?",
                arguments: [now.startOfDay.seconds])
            guard let last = last.map(Timestamp.init(seconds:)) else { return nil }
            let before = Int64(max(1, count) - 1) * Timestamp.secondsPerDay
            return ReportDays(first: last.adding(seconds: -before), last: last)
        }
    }

    /// The next domains with reports, by name, each with all that was reported of it.
    ///
    /// - Parameters:
    ///   - after: the name of the last domain taken; nil at first.
    ///   - limit: at most this many; fewer means that there are no more.
    public func reportedDomains(
        in scope: ReportScope, after name: String? = nil, limit: Int = 500
    ) async throws(StoreError) -> [ReportedDomain] {
        try await read { db in
            let reader = try ReportedDomainReader(db, scope.days)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT t.id, t.name FROM tls_domain t
                    WHERE t.name > :after AND EXISTS (SELECT 1
                        FROM tls_policy p INDEXED BY tls_policy_by_domain
                        WHERE p.domain_id = t.id AND p.day BETWEEN :first AND :last)
                        \(scope.condition)
                    ORDER BY t.name LIMIT :limit
                    """,
                arguments: try scope.arguments(db) + ["after": name ?? "", "limit": limit]
            ).map { try reader.read(id: $0["id"], name: $0["name"]) }
        }
    }

    /// What was reported of one domain; nil for nothing in these days.
    public func reported(
        of domain: DomainName, in days: ReportDays
    ) async throws(StoreError) -> ReportedDomain? {
        try await read { db in
            let id = try Int64.fetchOne(
                db, sql: "SELECT id FROM tls_domain WHERE name = ?",
                arguments: [domain.description])
            guard let id else { return nil }
            let found = try ReportedDomainReader(db, days).read(id: id, name: domain.description)
            return found.sessions.isEmpty ? nil : found
        }
    }

    /// All domains together: sessions, result types by sessions, organizations by failed sessions.
    ///
    /// Cost: one pass over the reports of the scope.
    public func reportedTotals(
        in scope: ReportScope
    ) async throws(StoreError) -> (
        all: ReportedGroup, types: [ReportedType], organizations: [ReportedGroup]
    ) {
        try await read { db in
            let condition = scope.condition
            let arguments = try scope.arguments(db)
            let policies = """
                FROM tls_policy p JOIN tls_domain t ON t.id = p.domain_id
                JOIN tls_report r ON r.id = p.report_id
                """
            let filter = "WHERE p.day BETWEEN :first AND :last \(condition)"
            let sums = """
                count(DISTINCT t.id) AS domains, \(Self.total("p.successful")) AS successful,
                \(Self.total("p.failed")) AS failed
                """
            let all = try Row.fetchOne(
                db, sql: "SELECT '' AS name, \(sums) \(policies) \(filter)", arguments: arguments)
            let types = try Row.fetchAll(
                db,
                sql: """
                    SELECT f.result_type, count(DISTINCT t.id) AS domains,
                        \(Self.total("f.sessions")) AS sessions
                    \(policies) JOIN tls_failure f ON f.policy_id = p.id \(filter)
                    GROUP BY f.result_type ORDER BY sessions DESC, f.result_type
                    """, arguments: arguments)
            let organizations = try Row.fetchAll(
                db,
                sql: """
                    SELECT r.organization AS name, \(sums) \(policies) \(filter)
                    GROUP BY r.organization ORDER BY failed DESC, name
                    """, arguments: arguments)
            return (
                all.map(ReportedGroup.init(row:)) ?? .none,
                types.map {
                    ReportedType(
                        resultType: $0["result_type"], domains: $0["domains"],
                        sessions: $0["sessions"])
                }, organizations.map(ReportedGroup.init(row:))
            )
        }
    }

    /// The domains with the most failed sessions.
    public func worstReported(
        in scope: ReportScope, limit: Int
    ) async throws(StoreError) -> [ReportedGroup] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT t.name, 1 AS domains, \(Self.total("p.successful")) AS successful,
                        \(Self.total("p.failed")) AS failed
                    FROM tls_policy p JOIN tls_domain t ON t.id = p.domain_id
                    WHERE p.day BETWEEN :first AND :last \(scope.condition)
                    GROUP BY t.id HAVING failed > 0 ORDER BY failed DESC, t.name LIMIT :limit
                    """, arguments: try scope.arguments(db) + ["limit": limit]
            ).map(ReportedGroup.init(row:))
        }
    }

    /// Sessions of each account's domains in a run, the highest failure rate first. A domain in
    /// several accounts counts for each; one that no row of the run names for none.
    ///
    /// Cost: one pass over the reports of these days, and the portfolio rows of their domains.
    public func reportedAccounts(
        in days: ReportDays, of run: Run
    ) async throws(StoreError) -> [ReportedGroup] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    WITH counted AS MATERIALIZED (
                        SELECT p.domain_id, \(Self.total("p.successful")) AS successful,
                        \(Self.total("p.failed")) AS failed
                        FROM tls_policy p
                        WHERE p.domain_id IS NOT NULL AND p.day BETWEEN :first AND :last
                        GROUP BY p.domain_id
                    ),
                    placed AS (
                        SELECT DISTINCT coalesce(e.account, '') AS account, c.domain_id,
                            c.successful, c.failed
                        FROM counted c
                        CROSS JOIN tls_domain t ON t.id = c.domain_id
                        CROSS JOIN domain d ON d.name = t.name
                        CROSS JOIN entry e INDEXED BY entry_by_domain ON e.domain_id = d.id
                            AND e.portfolio_id = :portfolio
                            AND e.first_run <= :run AND e.last_run >= :run
                    )
                    SELECT account AS name, count(*) AS domains,
                        \(Self.total("successful")) AS successful,
                        \(Self.total("failed")) AS failed
                    FROM placed GROUP BY account
                    ORDER BY total(failed) / max(1, total(successful) + total(failed)) DESC,
                        failed DESC, account
                    """,
                arguments: [
                    "first": days.first.seconds, "last": days.last.seconds, "run": run.id,
                    "portfolio": try run.portfolioID(db),
                ]
            ).map(ReportedGroup.init(row:))
        }
    }
}

extension ReportScope {
    /// SQL after a WHERE, about `t` of `tls_domain`.
    fileprivate var condition: String {
        guard account != nil else { return "" }
        return """
            AND t.name IN (SELECT d.name FROM entry e JOIN domain d ON d.id = e.domain_id
                WHERE e.portfolio_id = :portfolio AND e.first_run <= :run AND e.last_run >= :run
                    AND coalesce(e.account, '') = :account)
            """
    }

    fileprivate func arguments(_ db: Database) throws -> StatementArguments {
        var arguments: StatementArguments = [
            "first": days.first.seconds, "last": days.last.seconds,
        ]
        if let account {
            arguments += [
                "account": account.name, "run": account.run.id,
                "portfolio": try account.run.portfolioID(db),
            ]
        }
        return arguments
    }
}

extension ReportedGroup {
    fileprivate static let none = ReportedGroup(name: "", domains: 0, count: SessionCount())

    fileprivate init(row: Row) {
        self.init(
            name: row["name"], domains: row["domains"],
            count: SessionCount(successful: row["successful"], failed: row["failed"]))
    }
}
