internal import Audit
internal import Evidence
internal import GRDB
internal import MTASTS

/// Reads what senders reported of domains, for the judge.
///
/// Cost for a domain that no report names, which is nearly every one: one index look-up; in a file
/// without reports none.
struct ReportedReader {
    private let isEmpty: Bool
    private let domain: RawStatement
    private let latest: RawStatement
    private let sessions: RawStatement
    private let failures: RawStatement

    /// How many days count, and how many days ago the last report may be of.
    static let windowDays = 14
    /// Of senders and of MX hosts, the ones with the most sessions.
    static let limit = 8

    // `total`, since a `sum` that is too large is an error, which a stranger must not cause.
    init(_ db: Database) throws {
        isEmpty = try Int.fetchOne(db, sql: "SELECT 1 FROM tls_domain LIMIT 1") == nil
        domain = try RawStatement(db, "SELECT id FROM tls_domain WHERE name = ?")
        latest = try RawStatement(
            db,
            """
            SELECT p.day FROM tls_policy p INDEXED BY tls_policy_by_domain
            CROSS JOIN tls_report r ON r.id = p.report_id AND r.imported_at <= ?3
            WHERE p.domain_id = ?1 AND p.day <= ?2 ORDER BY p.day DESC LIMIT 1
            """)
        sessions = try RawStatement(
            db,
            """
            SELECT total(p.successful), total(p.failed)
            FROM tls_policy p INDEXED BY tls_policy_by_domain
            CROSS JOIN tls_report r ON r.id = p.report_id AND r.imported_at <= ?4
            WHERE p.domain_id = ?1 AND p.day BETWEEN ?2 AND ?3
            """)
        failures = try RawStatement(
            db,
            """
            SELECT f.result_type, p.day, r.organization, f.receiving_mx, total(f.sessions)
            FROM tls_policy p INDEXED BY tls_policy_by_domain
            CROSS JOIN tls_report r ON r.id = p.report_id AND r.imported_at <= ?4
            CROSS JOIN tls_failure f ON f.policy_id = p.id
            WHERE p.domain_id = ?1 AND p.day BETWEEN ?2 AND ?3
            GROUP BY f.result_type, p.day, r.organization, f.receiving_mx
            """)
    }

    /// What was reported of a domain before `now`.
    ///
    /// A day that is still to come was not reported on, whatever a report says.
    ///
    /// - Parameter known: only reports that were imported until then count; nil: all.
    func reported(
        of domain: DomainName, at now: Timestamp, known: Timestamp? = nil
    ) throws -> ReportedFailures {
        var reported = ReportedFailures(windowDays: Self.windowDays)
        let known = known?.seconds ?? .max
        guard !isEmpty, let id = try id(of: domain),
            let last = try lastDay(of: id, until: now.startOfDay, known: known),
            last
                >= now.startOfDay.adding(
                    seconds: -Int64(Self.windowDays) * Timestamp.secondsPerDay)
        else { return reported }
        let first = last.adding(seconds: -Int64(Self.windowDays - 1) * Timestamp.secondsPerDay)
        reported.lastDay = last
        for statement in [sessions, failures] {
            statement.bind(1, id)
            statement.bind(2, first.seconds)
            statement.bind(3, last.seconds)
            statement.bind(4, known)
        }
        defer {
            sessions.reset()
            failures.reset()
        }
        if try sessions.step() {
            reported.successfulSessions = sessions.int(0)
            reported.failedSessions = sessions.int(1)
        }
        var tallies: [ResultType: Tally] = [:]
        while try failures.step() {
            // Unknown ones are for people to read: the judge has nothing to say of them.
            guard let type = ResultType(rawValue: failures.string(0)) else { continue }
            tallies[type, default: Tally()].add(
                day: failures.int64(1), sender: failures.string(2),
                mxHost: failures.optionalString(3), sessions: failures.int(4))
        }
        reported.failures = ResultType.allCases.compactMap { tallies[$0]?.failure(of: $0) }
        return reported
    }

    private func id(of name: DomainName) throws -> Int64? {
        domain.bind(1, name.description)
        defer { domain.reset() }
        return try domain.step() ? domain.int64(0) : nil
    }

    private func lastDay(
        of domain: Int64, until today: Timestamp, known: Int64
    ) throws -> Timestamp? {
        latest.bind(1, domain)
        latest.bind(2, today.seconds)
        latest.bind(3, known)
        defer { latest.reset() }
        return try latest.step() ? Timestamp(seconds: latest.int64(0)) : nil
    }
}

/// What comes together under one result type.
private struct Tally {
    private var sessions = 0
    private var days: Set<Int64> = []
    private var senders: [String: Int] = [:]
    private var mxHosts: [String: Int] = [:]

    mutating func add(day: Int64, sender: String, mxHost: String?, sessions: Int) {
        self.sessions.add(clamping: sessions)
        days.insert(day)
        senders[sender, default: 0].add(clamping: sessions)
        if let mxHost { mxHosts[mxHost, default: 0].add(clamping: sessions) }
    }

    func failure(of type: ResultType) -> ReportedFailure {
        ReportedFailure(
            resultType: type, sessions: sessions, senders: Self.most(senders),
            senderCount: senders.count, mxHosts: Self.most(mxHosts).sorted(),
            mxHostCount: mxHosts.count, days: days.count,
            firstDay: Timestamp(seconds: days.min() ?? 0),
            lastDay: Timestamp(seconds: days.max() ?? 0))
    }

    private static func most(_ counts: [String: Int]) -> [String] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .prefix(ReportedReader.limit).map(\.key)
    }
}
