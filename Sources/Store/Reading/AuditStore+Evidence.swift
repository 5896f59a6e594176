public import Evidence
internal import GRDB
public import MTASTS

extension AuditStore {
    /// What was seen for a domain in a run, whole: policy bodies and certificates filled in.
    ///
    /// - Returns: nil when the run has no result for the domain.
    public func evidence(
        for domain: DomainName, in run: Run
    ) async throws(StoreError) -> Evidence? {
        try await read { db -> Evidence? in
            let facts = try RawStatement(
                db,
                """
                SELECT ev.facts FROM domain d
                JOIN run r ON r.id = ?2
                JOIN state s ON s.domain_id = d.id AND s.portfolio_id = r.portfolio_id
                    AND s.first_run <= ?2 AND s.last_run >= ?2
                JOIN evidence ev ON ev.id = s.evidence_id
                WHERE d.name = ?1
                """)
            facts.bind(1, domain.description)
            facts.bind(2, run.id)
            defer { facts.reset() }
            guard try facts.step() else { return nil }
            var reader = try EvidenceReader(db)
            return try reader.read(facts.blob(0))
        }
    }
}
