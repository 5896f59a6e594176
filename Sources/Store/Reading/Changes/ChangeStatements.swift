internal import Audit
internal import Evidence
internal import GRDB

/// A row of `state`, as far as changes need it.
struct StoredState {
    var id: Int64
    var domain: Int64
    var firstRun: Int64
    var lastRun: Int64
    var isProvisional: Bool
    var verdict: Verdict
    var mode: String?
    var policyID: String?
    var maxAge: Int?
    var mxHosts: String
    var evidence: Int64
    var digest: [UInt8]
    var measuredAt: Timestamp

    func side(_ findings: [Finding], notAfter run: Int64) -> DomainChange.Side {
        DomainChange.Side(
            run: min(lastRun, run), verdict: verdict, findings: findings, mode: mode,
            policyID: policyID, maxAge: maxAge, mxHosts: mxHosts, measuredAt: measuredAt)
    }
}

extension Standing {
    /// `probesMail` of a row of `evidence`. Quotes within strings are escaped, so only a key is
    /// found so.
    static let probesMailSQL = """
        instr(facts, '"mailProbes":') > 0 AND instr(facts, '"portBlocked":') = 0
        """

    /// `unanswered` of a row of `evidence`: a JSON array, or NULL. Hardly any has it, and only
    /// those are parsed.
    static let unansweredSQL = """
        CASE WHEN instr(facts, '"unanswered":') > 0 THEN json_extract(facts, '$.unanswered') END
        """

    /// - Parameter column: of the current row, what `unansweredSQL` gave.
    static func questions(_ row: RawStatement, _ column: Int32) throws -> [SideQuestion] {
        guard !row.isNull(column) else { return [] }
        var questions: [SideQuestion] = []
        for code in try JSONStrings.decode(row.blob(column)) {
            guard let question = SideQuestion(rawValue: code) else {
                throw Damage(detail: "a question of an unknown code")
            }
            questions.append(question)
        }
        return questions
    }
}

/// The questions that changes are made of. In all of them `?1` is the portfolio, `?2` the earlier
/// run and `?3` the later one; further parameters say where or of what.
struct ChangeStatements {
    let states: RawStatement
    let unmeasured: RawStatement
    let gone: RawStatement
    let outstanding: RawStatement
    private let earlier: RawStatement
    private let findings: RawStatement
    private let asked: RawStatement
    private let named: RawStatement
    private let accounts: RawStatement

    /// How many measured states of a domain are looked at, for causes that could not be told.
    static let depth = 16
    /// Of `states`, after the columns of a state.
    static let nameColumn: Int32 = 13

    private static let columns = """
        s.id, s.domain_id, s.first_run, s.last_run, s.provisional, s.verdict, s.mode, s.policy_id,
            s.max_age, s.mx_hosts, s.evidence_id, s.digest, s.measured_at
        """

    init(_ db: Database, from before: Run, to after: Run) throws {
        states = try RawStatement(
            db,
            """
            SELECT \(Self.columns), d.name
            FROM state s INDEXED BY state_by_first_run
            CROSS JOIN domain d ON d.id = s.domain_id
            WHERE s.portfolio_id = ?1 AND (s.first_run, s.domain_id) > (?4, ?5)
                AND s.first_run <= ?3 AND s.last_run >= ?3
            ORDER BY s.first_run, s.domain_id
            """)
        unmeasured = try RawStatement(
            db,
            """
            SELECT \(Self.columns), d.name
            FROM state s
            CROSS JOIN domain d ON d.id = s.domain_id
            WHERE s.portfolio_id = ?1 AND s.domain_id > ?4 AND s.verdict = 'unmeasured'
                AND s.first_run <= ?2 AND s.last_run >= ?3
            ORDER BY s.domain_id
            """)
        earlier = try RawStatement(
            db,
            """
            SELECT \(Self.columns) FROM state s INDEXED BY state_by_domain
            WHERE s.domain_id = ?4 AND s.portfolio_id = ?1 AND s.first_run <= ?2
                AND (s.last_run >= ?2 OR s.verdict <> 'unmeasured' AND NOT s.provisional)
            ORDER BY s.first_run DESC LIMIT \(Self.depth)
            """)
        findings = try RawStatement(
            db,
            """
            SELECT cause, severity, detail, line, column FROM finding
            WHERE state_id = ? ORDER BY position
            """)
        asked = try RawStatement(
            db,
            """
            SELECT \(Standing.probesMailSQL), \(Standing.unansweredSQL)
            FROM evidence WHERE id = ?
            """)
        // The only row of a domain, or the first of several.
        func isFirst(in run: String) -> String {
            """
            NOT EXISTS (SELECT 1 FROM entry o INDEXED BY entry_by_domain
                WHERE o.domain_id = e.domain_id AND o.portfolio_id = ?1 AND o.id < e.id
                    AND o.first_run <= \(run) AND o.last_run >= \(run))
            """
        }
        gone = try RawStatement(
            db,
            """
            SELECT e.id, e.domain_id, d.name FROM entry e NOT INDEXED
            CROSS JOIN domain d ON d.id = e.domain_id
            WHERE e.id > ?4 AND e.portfolio_id = ?1 AND e.first_run <= ?2 AND e.last_run >= ?2
                AND e.last_run < ?3 AND \(isFirst(in: "?2"))
                AND NOT EXISTS (SELECT 1 FROM entry o INDEXED BY entry_by_domain
                    WHERE o.domain_id = e.domain_id AND o.portfolio_id = ?1
                        AND o.first_run <= ?3 AND o.last_run >= ?3)
            ORDER BY e.id
            """)
        outstanding = try RawStatement(
            db,
            """
            SELECT e.id, e.domain_id, d.name FROM entry e NOT INDEXED
            CROSS JOIN domain d ON d.id = e.domain_id
            WHERE e.id > ?4 AND e.portfolio_id = ?1 AND e.first_run <= ?3 AND e.last_run >= ?3
                AND \(isFirst(in: "?3"))
                AND NOT EXISTS (SELECT 1 FROM state s INDEXED BY state_by_domain
                    WHERE s.domain_id = e.domain_id AND s.portfolio_id = ?1
                        AND s.first_run <= ?3 AND s.last_run >= ?3)
            ORDER BY e.id
            """)
        named = try RawStatement(
            db,
            """
            SELECT 1 FROM entry INDEXED BY entry_by_domain
            WHERE domain_id = ?2 AND portfolio_id = ?1 AND first_run <= ?3 AND last_run >= ?3
            """)
        accounts = try RawStatement(
            db,
            """
            SELECT DISTINCT account FROM entry INDEXED BY entry_by_domain
            WHERE domain_id = ?2 AND portfolio_id = ?1 AND first_run <= ?3 AND last_run >= ?3
                AND account IS NOT NULL
            ORDER BY account
            """)
        let portfolio = try after.portfolioID(db)
        for statement in [states, unmeasured, gone, outstanding, earlier, named, accounts] {
            statement.bind(1, portfolio)
        }
        for statement in [unmeasured, gone, earlier] { statement.bind(2, before.id) }
        for statement in [states, unmeasured, gone, outstanding] { statement.bind(3, after.id) }
    }

    /// The state in the current row of `states` or `earlier`.
    func state(_ rows: RawStatement) throws -> StoredState {
        guard let verdict = Verdict(rawValue: rows.string(5)) else { throw unknown("verdict") }
        return StoredState(
            id: rows.int64(0), domain: rows.int64(1), firstRun: rows.int64(2),
            lastRun: rows.int64(3), isProvisional: rows.int64(4) != 0, verdict: verdict,
            mode: rows.optionalString(6), policyID: rows.optionalString(7),
            maxAge: rows.optionalInt(8), mxHosts: rows.string(9), evidence: rows.int64(10),
            digest: rows.blob(11), measuredAt: Timestamp(seconds: rows.int64(12)))
    }

    /// The state of a domain in the earlier run, and those before it in which it was measured; the
    /// latest first.
    func earlierStates(of domain: Int64) throws -> [StoredState] {
        earlier.bind(4, domain)
        defer { earlier.reset() }
        var states: [StoredState] = []
        while try earlier.step() { states.append(try state(earlier)) }
        return states
    }

    func standing(of state: StoredState) throws -> Standing {
        asked.bind(1, state.evidence)
        defer { asked.reset() }
        guard try asked.step() else { throw Damage(detail: "the evidence of a state is missing") }
        return Standing(
            verdict: state.verdict, findings: try findings(of: state.id),
            probesMail: asked.int64(0) != 0, unanswered: try Standing.questions(asked, 1))
    }

    /// Whether a row of the portfolio names the domain in a run.
    func isNamed(_ domain: Int64, in run: Int64) throws -> Bool {
        named.bind(2, domain)
        named.bind(3, run)
        defer { named.reset() }
        return try named.step()
    }

    func accounts(of domain: Int64, in run: Int64) throws -> [String] {
        accounts.bind(2, domain)
        accounts.bind(3, run)
        defer { accounts.reset() }
        var names: [String] = []
        while try accounts.step() { names.append(accounts.string(0)) }
        return names
    }

    private func findings(of state: Int64) throws -> [Finding] {
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
