internal import Evidence
internal import GRDB

/// Reads stored evidence back, with what it refers to, within one transaction.
///
/// Thousands of domains present the same chain and serve the same policy: what was read last is
/// kept, so that a page of them costs one look-up for each certificate and text.
struct EvidenceReader {
    private let body: RawStatement
    private let certificate: RawStatement
    private var bodies: [Digest: [UInt8]] = [:]
    private var certificates: [Digest: Certificate] = [:]

    /// A body has up to 64 KiB.
    static let keptBodies = 16
    static let keptCertificates = 256

    init(_ db: Database) throws {
        body = try RawStatement(db, "SELECT body FROM policy_body WHERE sha256 = ?")
        certificate = try RawStatement(
            db,
            """
            SELECT subject, issuer, dns_names, dns_name_count, not_before, not_after, key
            FROM certificate WHERE sha256 = ?
            """)
    }

    /// - Parameter facts: `evidence.facts`.
    mutating func read(_ facts: [UInt8]) throws -> Evidence {
        var evidence = try JSONReader.evidence(facts)
        evidence.mailProbes = try evidence.mailProbes?.map { probe in
            var probe = probe
            probe.chain = try probe.chain.map { try certificate($0.digest) }
            return probe
        }
        for index in evidence.fetches.indices {
            var fetch = evidence.fetches[index]
            fetch.chain = try fetch.chain.map { try certificate($0.digest) }
            if case .response(var response) = fetch.outcome {
                response.body.bytes = try body(response.body.digest)
                fetch.outcome = .response(response)
            }
            evidence.fetches[index] = fetch
        }
        return evidence
    }

    private mutating func body(_ digest: Digest) throws -> [UInt8] {
        if let known = bodies[digest] { return known }
        body.bind(1, digest.hex)
        defer { body.reset() }
        guard try body.step() else { throw Damage(detail: "a policy body is missing") }
        if bodies.count == Self.keptBodies { bodies.removeAll(keepingCapacity: true) }
        let bytes = body.blob(0)
        bodies[digest] = bytes
        return bytes
    }

    private mutating func certificate(_ digest: Digest) throws -> Certificate {
        if let known = certificates[digest] { return known }
        certificate.bind(1, digest.hex)
        defer { certificate.reset() }
        guard try certificate.step() else { throw Damage(detail: "a certificate is missing") }
        let found = Certificate(
            digest: digest, subject: certificate.string(0), issuer: certificate.string(1),
            dnsNames: try JSONStrings.decode(certificate.blob(2)),
            dnsNameCount: certificate.int(3),
            notBefore: Timestamp(seconds: certificate.int64(4)),
            notAfter: Timestamp(seconds: certificate.int64(5)), key: certificate.string(6))
        if certificates.count == Self.keptCertificates {
            certificates.removeAll(keepingCapacity: true)
        }
        certificates[digest] = found
        return found
    }
}
