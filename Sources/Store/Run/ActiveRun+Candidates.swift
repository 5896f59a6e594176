public import Audit
internal import Evidence
internal import GRDB
internal import MTASTS

extension ActiveRun {
    /// The next domains of the run without a result, in the order of their ids.
    ///
    /// Each comes with what is known of it from before. Resuming is exact because nothing else is remembered: a domain is to do until its result is
    /// committed. Those with a provisional result are left to `provisionalCandidates`.
    ///
    /// - Parameters:
    ///   - after: the id of the last candidate taken; 0 at first.
    ///   - limit: at most this many; fewer means that these are the last.
    public func candidates(
        after: Int64 = 0, limit: Int
    ) async throws(StoreError) -> [Candidate] {
        try await candidates(
            after, limit,
            """
            SELECT d.id, d.name, d.first_seen, e.expected_mode
            FROM domain d
            CROSS JOIN entry e INDEXED BY entry_by_domain
                ON e.domain_id = d.id AND e.last_run = ?1
            WHERE d.id > ?2 AND ?1 IS NOT (
                SELECT s.last_run FROM state s INDEXED BY state_by_domain
                WHERE s.domain_id = d.id AND s.portfolio_id = e.portfolio_id
                ORDER BY s.first_run DESC LIMIT 1)
            ORDER BY d.id
            """)
    }

    /// The next domains whose result is provisional, for the last pass.
    public func provisionalCandidates(
        after: Int64 = 0, limit: Int
    ) async throws(StoreError) -> [Candidate] {
        try await candidates(
            after, limit,
            """
            SELECT d.id, d.name, d.first_seen, e.expected_mode
            FROM state s INDEXED BY state_provisional
            CROSS JOIN domain d ON d.id = s.domain_id
            CROSS JOIN entry e INDEXED BY entry_by_domain
                ON e.domain_id = d.id AND e.last_run = ?1
            WHERE s.domain_id > ?2 AND s.last_run = ?1 AND s.provisional
            ORDER BY s.domain_id
            """)
    }

    private func candidates(
        _ after: Int64, _ limit: Int, _ sql: String
    ) async throws(StoreError) -> [Candidate] {
        let run = run
        return try await store.read { db in
            let rows = try RawStatement(db, sql)
            defer { rows.reset() }
            rows.bind(1, run.id)
            rows.bind(2, after)
            var candidates: [Candidate] = []
            // A domain comes once for each portfolio row that names it, one after the other.
            while try rows.step() {
                let domain = rows.int64(0)
                if candidates.last?.id != domain {
                    if candidates.count == limit { break }
                    var candidate = Candidate(id: domain, domain: try .stored(rows.string(1)))
                    candidate.history.publications.observedSince =
                        rows.optionalInt64(2).map(Timestamp.init(seconds:))
                    candidates.append(candidate)
                }
                if let mode = ExpectedMode(rawValue: rows.string(3)) {
                    candidates[candidates.count - 1].expectations.modes.insert(mode)
                }
            }
            try PublicationReader(db).fill(&candidates, at: run.startedAt)
            let reports = try ReportedReader(db)
            for index in candidates.indices {
                candidates[index].history.reports = try reports.reported(
                    of: candidates[index].domain, at: run.startedAt)
            }
            return candidates
        }
    }
}

extension DomainName {
    static func stored(_ text: String) throws(Damage) -> DomainName {
        do {
            return try DomainName(text)
        } catch {
            throw Damage(detail: "a stored domain is no domain name")
        }
    }
}
