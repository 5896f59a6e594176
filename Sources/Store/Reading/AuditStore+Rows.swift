internal import Audit
internal import Evidence
internal import GRDB

extension AuditStore {
    /// The next rows of a run in portfolio order, with what is known of their domains.
    ///
    /// Each page is one short read: a long one would keep the WAL from being folded back while
    /// the run writes, and memory depends on `limit` alone.
    ///
    /// - Parameters:
    ///   - account: only the rows of this account; empty for those without one. A row is then the
    ///     first of its domain among these.
    ///   - after: the key of the last row taken; `.start` at first.
    ///   - settledOnly: stop before the first row whose domain has no final result yet.
    ///   - publishedOnly: leave out the rows at whose domains nothing of MTA-STS was published or
    ///     found (see `ReportRow.isPublished`): nearly all of a portfolio. They are passed over in
    ///     SQL, so that one read may go through all of it: not while a run writes.
    ///   - limit: at most this many; fewer means that there are no more (settled) rows.
    public func rows(
        of run: Run, account: String? = nil, after key: RowKey = .start,
        settledOnly: Bool = false, publishedOnly: Bool = false, limit: Int = 2000
    ) async throws(StoreError) -> [ReportRow] {
        try await read { db in
            var reader = try RowReader(
                db, run: run, account: account, publishedOnly: publishedOnly)
            return try reader.page(after: key, settledOnly: settledOnly, limit: limit)
        }
    }
}

/// Reads rows within one transaction.
private struct RowReader {
    private let rows: RawStatement
    private let findings: RawStatement
    private let accounts: RawStatement
    private let account: String?
    /// Most rows of a portfolio have the same few values here.
    private var lastHosts: (text: String, hosts: [String]) = ("", [])

    init(_ db: Database, run: Run, account: String?, publishedOnly: Bool) throws {
        let scope = AccountRows(account)
        self.account = account
        rows = try RawStatement(
            db,
            """
            SELECT e.line, e.id, e.input, d.name, e.problem, e.account, e.expected_mode, e.tags,
                e.carried, s.id, s.verdict, s.severity, s.mode, s.policy_id, s.max_age,
                s.mx_hosts, s.measured_at, s.provisional, s.causes <> '',
                \(Self.isFirst(run, scope)),
                s.recheck_after, s.recheck_at_least
            FROM entry e \(scope.index)
            LEFT JOIN domain d ON d.id = e.domain_id
            LEFT JOIN state s INDEXED BY state_by_domain ON s.domain_id = e.domain_id
                AND s.portfolio_id = e.portfolio_id AND s.first_run <= ?1 AND s.last_run >= ?1
            WHERE e.portfolio_id = (SELECT portfolio_id FROM run WHERE id = ?1)
                AND (e.line, e.id) > (?2, ?3)
                AND e.first_run <= ?1 AND e.last_run >= ?1 \(scope.condition("e", "?4"))
                \(publishedOnly ? "AND (s.policy_id IS NOT NULL OR s.causes <> '')" : "")
            ORDER BY e.line, e.id
            """)
        findings = try RawStatement(
            db,
            """
            SELECT cause, severity, detail, line, column FROM finding
            WHERE state_id = ? ORDER BY position
            """)
        accounts = try RawStatement(
            db,
            """
            SELECT DISTINCT account FROM entry INDEXED BY entry_by_domain
            WHERE domain_id = (SELECT domain_id FROM entry WHERE id = ?2)
                AND portfolio_id = (SELECT portfolio_id FROM run WHERE id = ?1)
                AND first_run <= ?1 AND last_run >= ?1 AND account IS NOT NULL
            ORDER BY account
            """)
        rows.bind(1, run.id)
        if case .named(let name) = scope { rows.bind(4, name) }
        accounts.bind(1, run.id)
    }

    /// Whether the row is the first that names its domain, in SQL.
    private static func isFirst(_ run: Run, _ scope: AccountRows) -> String {
        // Most portfolios name no domain twice, and there is nothing to look for.
        if run.rowCount > 0, run.rowCount - run.invalidCount == run.domainCount { return "1" }
        return """
            NOT EXISTS (SELECT 1 FROM entry o INDEXED BY entry_by_domain
                WHERE o.domain_id = e.domain_id AND o.portfolio_id = e.portfolio_id
                    AND o.first_run <= ?1 AND o.last_run >= ?1 \(scope.condition("o", "?4"))
                    AND (o.line, o.id) < (e.line, e.id))
            """
    }

    mutating func page(
        after key: RowKey, settledOnly: Bool, limit: Int
    ) throws -> [ReportRow] {
        rows.bind(2, key.line)
        rows.bind(3, key.id)
        defer { rows.reset() }
        var page: [ReportRow] = []
        while page.count < limit, try rows.step() {
            let row = try read()
            if settledOnly, row.problem == nil, row.status?.isProvisional != false { break }
            page.append(row)
        }
        return page
    }

    private mutating func read() throws -> ReportRow {
        let domain = rows.optionalString(3)
        let problem = try rows.optionalString(4).map { code in
            guard let problem = InputProblem(rawValue: code) else { throw unknown("problem") }
            return problem
        }
        var row = ReportRow(
            key: RowKey(line: rows.int(0), id: rows.int64(1)),
            input: rows.optionalString(2) ?? domain ?? "", domain: domain, problem: problem,
            account: rows.string(5), expectedMode: ExpectedMode(rawValue: rows.string(6)),
            tags: rows.string(7),
            carried: rows.isNull(8) ? [] : try JSONStrings.decode(rows.blob(8)),
            status: try readStatus(), isFirstOfDomain: domain != nil && rows.int64(19) != 0,
            accounts: [])
        if row.isFirstOfDomain, row.status?.findings.isEmpty == false {
            if let account {
                // Who else has the domain is none of this account's business.
                if !account.isEmpty { row.accounts = [account] }
                return row
            }
            accounts.bind(2, row.key.id)
            defer { accounts.reset() }
            while try accounts.step() { row.accounts.append(accounts.string(0)) }
        }
        return row
    }

    private mutating func readStatus() throws -> ReportRow.Status? {
        guard let state = rows.optionalInt64(9) else { return nil }
        guard let verdict = Verdict(rawValue: rows.string(10)) else { throw unknown("verdict") }
        let hosts = rows.string(15)
        if hosts != lastHosts.text {
            lastHosts = (hosts, hosts.split(separator: " ").map(String.init))
        }
        return ReportRow.Status(
            verdict: verdict, severity: Severity(rawValue: rows.string(11)),
            mode: rows.optionalString(12), policyID: rows.optionalString(13),
            maxAge: rows.optionalInt(14), mxHosts: lastHosts.hosts,
            findings: rows.int64(18) == 0 ? [] : try readFindings(state),
            measuredAt: Timestamp(seconds: rows.int64(16)),
            recheck: rows.optionalInt64(20).map {
                Recheck(after: Timestamp(seconds: $0), isAtLeast: rows.int64(21) != 0)
            },
            isProvisional: rows.int64(17) != 0)
    }

    private func readFindings(_ state: Int64) throws -> [Finding] {
        findings.bind(1, state)
        defer { findings.reset() }
        var list: [Finding] = []
        while try findings.step() {
            guard let cause = Cause(rawValue: findings.string(0)) else { throw unknown("cause") }
            guard let severity = Severity(rawValue: findings.string(1))
            else { throw unknown("severity") }
            list.append(
                Finding(
                    cause: cause, severity: severity, detail: findings.string(2),
                    line: findings.optionalInt(3), column: findings.optionalInt(4)))
        }
        return list
    }

    private func unknown(_ what: String) -> Damage {
        Damage(detail: "a \(what) of an unknown code")
    }
}
