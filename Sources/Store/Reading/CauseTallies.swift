internal import Audit
internal import GRDB

/// Counts the causes of a whole run in one pass over the findings: the domains that have none,
/// nearly all of a large portfolio, cost nothing.
struct CauseTallies {
    private var tallies: [String: Tally] = [:]
    private let names: RawStatement

    fileprivate struct Tally {
        var rank = 0
        var domains = 0
        /// The first few domains, in order.
        var examples: [Place] = []
        var accounts: Set<String> = []
    }

    /// Where a domain stands in the portfolio.
    fileprivate struct Place: Comparable {
        var line: Int
        var domain: Int64

        static func < (a: Place, b: Place) -> Bool { (a.line, a.domain) < (b.line, b.domain) }
    }

    /// By rank; those of `Severity` in the order of their urgency.
    private static let severities: [Severity] = [.unmeasured, .advice, .warning, .error]

    init(_ db: Database, _ run: Run) throws {
        names = try RawStatement(db, "SELECT name FROM domain WHERE id = ?")
        // A run has one state of a domain, whose findings follow one another.
        let findings = try RawStatement(
            db,
            """
            SELECT f.state_id, f.cause, f.severity, s.domain_id
            FROM finding f CROSS JOIN state s ON s.id = f.state_id
            WHERE s.portfolio_id = (SELECT portfolio_id FROM run WHERE id = ?1)
                AND s.first_run <= ?1 AND s.last_run >= ?1
            ORDER BY f.state_id
            """)
        let entries = try RawStatement(
            db,
            """
            SELECT line, account FROM entry INDEXED BY entry_by_domain
            WHERE domain_id = ?2 AND portfolio_id = (SELECT portfolio_id FROM run WHERE id = ?1)
                AND first_run <= ?1 AND last_run >= ?1
            """)
        findings.bind(1, run.id)
        entries.bind(1, run.id)
        defer { findings.reset() }
        var state: Int64?
        var seen: [String] = []
        var place = Place(line: 0, domain: 0)
        var accounts: [String] = []
        while try findings.step() {
            if state != findings.int64(0) {
                state = findings.int64(0)
                seen.removeAll(keepingCapacity: true)
                accounts.removeAll(keepingCapacity: true)
                place = Place(line: .max, domain: findings.int64(3))
                entries.bind(2, place.domain)
                defer { entries.reset() }
                while try entries.step() {
                    place.line = min(place.line, entries.int(0))
                    if let account = entries.optionalString(1) { accounts.append(account) }
                }
            }
            let cause = findings.string(1)
            let isFirst = !seen.contains(cause)
            if isFirst { seen.append(cause) }
            tallies[cause, default: Tally()].add(
                place, rank: Self.rank(findings.string(2)), accounts, isFirst: isFirst)
        }
    }

    private static func rank(_ severity: String) -> Int {
        Severity(rawValue: severity).flatMap(severities.firstIndex) ?? 0
    }

    /// In no order.
    func counts() throws -> [CauseCount] {
        try tallies.map { code, tally in
            guard let cause = Cause(rawValue: code) else {
                throw Damage(detail: "a cause of an unknown code")
            }
            return CauseCount(
                cause: cause, severity: Self.severities[tally.rank], domains: tally.domains,
                accounts: tally.accounts.count,
                examples: try tally.examples.map { try name(of: $0.domain) })
        }
    }

    private func name(of domain: Int64) throws -> String {
        names.bind(1, domain)
        defer { names.reset() }
        return try names.step() ? names.string(0) : ""
    }
}

extension CauseTallies.Tally {
    /// - Parameter isFirst: the domain was not counted for this cause.
    fileprivate mutating func add(
        _ place: CauseTallies.Place, rank: Int, _ accounts: [String], isFirst: Bool
    ) {
        self.rank = max(self.rank, rank)
        guard isFirst else { return }
        domains += 1
        if !accounts.isEmpty { self.accounts.formUnion(accounts) }
        let index = examples.firstIndex { $0 > place } ?? examples.endIndex
        guard index < AuditStore.exampleLimit else { return }
        examples.insert(place, at: index)
        if examples.count > AuditStore.exampleLimit { examples.removeLast() }
    }
}
