public import Evidence
internal import GRDB

extension AuditStore {
    /// What was seen for each of a page of domains in a run, whole; without those that the run has
    /// no result for. Memory and time are in proportion to the page: some hundreds are good.
    public func evidence(
        of domains: [String], in run: Run
    ) async throws(StoreError) -> [String: Evidence] {
        if domains.isEmpty { return [:] }
        return try await read { db in
            let facts = try RawStatement(
                db,
                """
                SELECT ev.facts FROM domain d
                JOIN state s INDEXED BY state_by_domain ON s.domain_id = d.id
                    AND s.portfolio_id = (SELECT portfolio_id FROM run WHERE id = ?2)
                    AND s.first_run <= ?2 AND s.last_run >= ?2
                JOIN evidence ev ON ev.id = s.evidence_id
                WHERE d.name = ?1
                """)
            facts.bind(2, run.id)
            var reader = try EvidenceReader(db)
            var found: [String: Evidence] = [:]
            for domain in domains where found[domain] == nil {
                facts.bind(1, domain)
                if try facts.step() { found[domain] = try reader.read(facts.blob(0)) }
                facts.reset()
            }
            return found
        }
    }
}
