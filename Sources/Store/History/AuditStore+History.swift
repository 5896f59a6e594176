public import Audit
public import Evidence
internal import GRDB
public import MTASTS

extension AuditStore {
    /// What is known of a domain from the runs of all portfolios, and what senders reported of it;
    /// `.none` for an unknown one.
    ///
    /// - Parameter now: TLS reports of the two weeks before count; nil: without reports.
    public func history(
        of domain: DomainName, at now: Timestamp? = nil
    ) async throws(StoreError) -> History {
        try await read { db in
            var history = History.none
            let sql = "SELECT id, first_seen FROM domain WHERE name = ?"
            if let row = try Row.fetchOne(db, sql: sql, arguments: [domain.description]) {
                history.publications = PublicationHistory(
                    policies: try PublicationReader(db).publications(of: row["id"]),
                    observedSince: try (row.storedIfAny("first_seen") as Int64?).map(
                        Timestamp.init(seconds:)))
            }
            if let now { history.reports = try ReportedReader(db).reported(of: domain, at: now) }
            return history
        }
    }

    /// What was seen of a domain, oldest first.
    ///
    /// - Parameter portfolio: nil for those of all portfolios, one after the other in time.
    public func looks(
        at domain: DomainName, portfolio: String? = nil
    ) async throws(StoreError) -> [Look] {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT p.name AS portfolio, s.first_run, s.last_run, s.first_measured_at,
                        s.measured_at, s.verdict, s.causes, s.provisional, e.facts
                    FROM domain d
                    JOIN state s INDEXED BY state_by_domain ON s.domain_id = d.id
                    JOIN portfolio p ON p.id = s.portfolio_id
                    JOIN evidence e ON e.id = s.evidence_id
                    WHERE d.name = ?1 AND p.name = coalesce(?2, p.name)
                    ORDER BY s.first_run
                    """, arguments: [domain.description, portfolio])
            var reader = try EvidenceReader(db)
            return try rows.map { try Look($0, &reader) }
        }
    }
}

extension Look {
    fileprivate init(_ row: Row, _ reader: inout EvidenceReader) throws {
        let runs: (Int64, Int64) = (try row.stored("first_run"), try row.stored("last_run"))
        guard let verdict = Verdict(rawValue: try row.stored("verdict")), runs.0 <= runs.1 else {
            throw Damage(detail: "a state of an unknown verdict or interval")
        }
        let causes = try (row.stored("causes") as String).split(separator: " ").map { code in
            guard let cause = Cause(rawValue: String(code)) else {
                throw Damage(detail: "a cause of an unknown code")
            }
            return cause
        }
        self.init(
            portfolio: try row.stored("portfolio"), runs: runs.0...runs.1,
            firstSeen: Timestamp(seconds: try row.stored("first_measured_at")),
            lastSeen: Timestamp(seconds: try row.stored("measured_at")), verdict: verdict,
            causes: causes, evidence: try reader.read(Array((row.stored("facts") as String).utf8)),
            isProvisional: try row.stored("provisional"))
    }
}
