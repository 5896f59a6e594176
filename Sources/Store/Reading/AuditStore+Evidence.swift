public import Evidence
internal import Foundation
internal import GRDB
public import MTASTS

extension AuditStore {
    /// What was seen for a domain in a run, whole: policy bodies and certificates filled in.
    ///
    /// - Returns: nil when the run has no result for the domain.
    public func evidence(
        for domain: DomainName, in run: Run
    ) async throws(StoreError) -> Evidence? {
        try await read { db in
            let facts = try String.fetchOne(
                db,
                sql: """
                    SELECT ev.facts FROM domain d
                    JOIN run r ON r.id = ?2
                    JOIN state s ON s.domain_id = d.id AND s.portfolio_id = r.portfolio_id
                        AND s.first_run <= ?2 AND s.last_run >= ?2
                    JOIN evidence ev ON ev.id = s.evidence_id
                    WHERE d.name = ?1
                    """, arguments: [domain.description, run.id])
            return try facts.map { try Evidence(db, facts: $0) }
        }
    }
}

extension Evidence {
    /// Reads stored evidence back, with what it refers to.
    init(_ db: Database, facts: String) throws {
        self = try JSONDecoder().decode(Evidence.self, from: Data(facts.utf8))
        let body = try RawStatement(db, "SELECT body FROM policy_body WHERE sha256 = ?")
        let certificate = try RawStatement(
            db,
            """
            SELECT subject, issuer, dns_names, dns_name_count, not_before, not_after, key
            FROM certificate WHERE sha256 = ?
            """)
        for index in mailProbes?.indices ?? 0..<0 {
            try mailProbes?[index].chain.fill(certificate)
        }
        for index in fetches.indices {
            try fetches[index].chain.fill(certificate)
            guard case .response(var response) = fetches[index].outcome else { continue }
            body.bind(1, response.body.digest.hex)
            guard try body.step() else { throw Damage(detail: "a policy body is missing") }
            response.body.bytes = body.blob(0)
            body.reset()
            fetches[index].outcome = .response(response)
        }
    }
}

extension [Certificate] {
    /// Decoded certificates are digests alone.
    fileprivate mutating func fill(_ statement: RawStatement) throws {
        self = try map { try Certificate.fetch(statement, $0.digest) }
    }
}

extension Certificate {
    fileprivate static func fetch(
        _ statement: RawStatement, _ digest: Digest
    ) throws -> Certificate {
        statement.bind(1, digest.hex)
        defer { statement.reset() }
        guard try statement.step() else { throw Damage(detail: "a certificate is missing") }
        return Certificate(
            digest: digest, subject: statement.string(0), issuer: statement.string(1),
            dnsNames: try JSONStrings.decode(statement.string(2)),
            dnsNameCount: statement.int(3), notBefore: Timestamp(seconds: statement.int64(4)),
            notAfter: Timestamp(seconds: statement.int64(5)), key: statement.string(6))
    }
}
