internal import Evidence
internal import GRDB

/// Reads what was reported of single domains, within one transaction.
struct ReportedDomainReader {
    private let sessions: RawStatement
    private let failures: RawStatement

    init(_ db: Database, _ days: ReportDays) throws {
        sessions = try RawStatement(
            db,
            """
            SELECT p.day, r.organization, total(p.successful), total(p.failed)
            FROM tls_policy p INDEXED BY tls_policy_by_domain
            CROSS JOIN tls_report r ON r.id = p.report_id
            WHERE p.domain_id = ?1 AND p.day BETWEEN ?2 AND ?3
            GROUP BY p.day, r.organization ORDER BY p.day, r.organization
            """)
        failures = try RawStatement(
            db,
            """
            SELECT p.day, r.organization, f.result_type, f.receiving_mx, total(f.sessions)
            FROM tls_policy p INDEXED BY tls_policy_by_domain
            CROSS JOIN tls_report r ON r.id = p.report_id
            CROSS JOIN tls_failure f ON f.policy_id = p.id
            WHERE p.domain_id = ?1 AND p.day BETWEEN ?2 AND ?3
            GROUP BY p.day, r.organization, f.result_type, f.receiving_mx
            ORDER BY p.day, r.organization, f.result_type, f.receiving_mx
            """)
        for statement in [sessions, failures] {
            statement.bind(2, days.first.seconds)
            statement.bind(3, days.last.seconds)
        }
    }

    func read(id: Int64, name: String) throws -> ReportedDomain {
        var domain = ReportedDomain(domain: name, sessions: [], failures: [])
        sessions.bind(1, id)
        failures.bind(1, id)
        defer {
            sessions.reset()
            failures.reset()
        }
        while try sessions.step() {
            domain.sessions.append(
                ReportedDomain.Sessions(
                    day: Timestamp(seconds: sessions.int64(0)), organization: sessions.string(1),
                    count: SessionCount(successful: sessions.int(2), failed: sessions.int(3))))
        }
        while try failures.step() {
            domain.failures.append(
                ReportedDomain.Failures(
                    day: Timestamp(seconds: failures.int64(0)), organization: failures.string(1),
                    resultType: failures.optionalString(2), mxHost: failures.optionalString(3),
                    sessions: failures.int(4)))
        }
        return domain
    }
}
