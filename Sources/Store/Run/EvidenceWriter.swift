internal import Evidence
internal import GRDB

/// Stores evidence, policy bodies and certificates within one transaction, each once by its digest.
struct EvidenceWriter {
    private let db: Database
    private let find: RawStatement
    private let add: RawStatement
    private let addBody: RawStatement
    private let addCertificate: RawStatement
    /// Certificates that are in the file: the same few issuers' come with thousands of domains.
    private var known: Set<Digest> = []

    init(_ db: Database) throws {
        self.db = db
        find = try RawStatement(db, "SELECT id FROM evidence WHERE digest = ?")
        add = try RawStatement(db, "INSERT INTO evidence (digest, facts) VALUES (?, ?)")
        addBody = try RawStatement(
            db, "INSERT INTO policy_body (sha256, body) VALUES (?, ?) ON CONFLICT DO NOTHING")
        addCertificate = try RawStatement(
            db,
            """
            INSERT INTO certificate (sha256, subject, issuer, dns_names, dns_name_count,
                not_before, not_after, key)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """)
    }

    /// The id of the stored row.
    ///
    /// - Parameters:
    ///   - facts: `evidence` as JSON text.
    ///   - hash: of `facts`.
    mutating func id(
        of evidence: Evidence, _ facts: [UInt8], _ hash: SipHash.Value
    ) throws -> Int64 {
        find.bind(1, hash)
        let isKnown = try find.step()
        let known = find.int64(0)
        find.reset()
        if isKnown { return known }

        for fetch in evidence.fetches {
            for certificate in fetch.chain { try write(certificate) }
            guard case .response(let response) = fetch.outcome else { continue }
            addBody.bind(1, response.body.digest.hex)
            addBody.bind(2, blob: response.body.bytes)
            try addBody.run()
        }
        for probe in evidence.mailProbes ?? [] {
            for certificate in probe.chain { try write(certificate) }
        }
        add.bind(1, hash)
        add.bind(2, text: facts)
        try add.run()
        return db.lastInsertedRowID
    }

    private mutating func write(_ certificate: Certificate) throws {
        guard known.insert(certificate.digest).inserted else { return }
        addCertificate.bind(1, certificate.digest.hex)
        addCertificate.bind(2, certificate.subject)
        addCertificate.bind(3, certificate.issuer)
        addCertificate.bind(4, JSONStrings.encode(certificate.dnsNames))
        addCertificate.bind(5, certificate.dnsNameCount)
        addCertificate.bind(6, certificate.notBefore.seconds)
        addCertificate.bind(7, certificate.notAfter.seconds)
        addCertificate.bind(8, certificate.key)
        try addCertificate.run()
    }
}
