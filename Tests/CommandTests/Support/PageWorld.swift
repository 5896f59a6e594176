import Audit
import Evidence
import MTASTS
import Store

/// A run of any size, put into a store without a network: what the page is tested with.
///
/// Domains `d0.page.example`... in turn: most publish nothing, the others are sound or have one
/// fault each. Certificates end on days of their own.
struct PageWorld {
    static let accounts = 40
    static let start = Timestamp(seconds: 1_795_435_200)

    var count: Int

    static func domain(_ number: Int) -> String { "d\(number).page.example" }

    func row(_ number: Int) throws -> PortfolioRow {
        let name = Self.domain(number)
        return PortfolioRow(
            line: number + 2, input: name, domain: try DomainName(name),
            account: "account-\(number % Self.accounts)")
    }

    /// Reads the portfolio and records what each domain is like.
    func fill(_ store: AuditStore) async throws -> Run {
        let request = RunRequest(portfolio: "pages", fingerprint: "f", toolVersion: "0")
        let run = try await store.beginRun(request, at: Self.start)
        for batch in stride(from: 0, to: count, by: 5000) {
            try await run.ingest(try (batch..<min(batch + 5000, count)).map(row))
        }
        let header = PortfolioHeader(carried: [], hasAccount: true, hasExpectedMode: false)
        try await run.finishIngest(header: header, at: Self.start)
        var last: Int64 = 0
        while true {
            let candidates = try await run.candidates(after: last, limit: 5000)
            guard let id = candidates.last?.id else { break }
            last = id
            try await run.record(candidates.map(Self.examined))
        }
        try await run.finish(.finished, at: Self.start.adding(seconds: 60))
        return try await store.run(run.id)
    }

    private static func examined(_ candidate: Candidate) -> Examined {
        let name = candidate.domain.description
        let number = Int(name.dropFirst().prefix { $0 != "." }) ?? 0
        let evidence = evidence(number, name)
        return Examined(
            candidate: candidate, evidence: evidence, measurement: Measurement(at: start),
            assessment: Judge().assess(
                evidence, of: candidate.domain, expecting: Expectations(), now: start),
            isProvisional: false)
    }

    /// What is at a domain, by its number modulo ten.
    enum Kind: Int {
        case sound = 0
        case badID = 1
        case expired = 2
        case uncovered = 3
    }

    private static func evidence(_ number: Int, _ name: String) -> Evidence {
        let hosts = ["mx1.mail\(number % 7).example", "mx2.mail\(number % 7).example"]
        var evidence = Evidence(
            mx: Lookup(.found(hosts.map { MXRecord(preference: 10, host: $0) })),
            record: Lookup(.nameMissing), tlsrpt: Lookup(.nameMissing))
        guard let kind = Kind(rawValue: number % 10) else { return evidence }
        let id = kind == .badID ? "2026-11-01" : "20261101T000000"
        evidence.record = Lookup(.found([TXTRecord("v=STSv1; id=\(id);")]))
        evidence.tlsrpt = Lookup(.found([TXTRecord("v=TLSRPTv1; rua=mailto:tls@\(name)")]))
        let address = IPAddress(bytes: [203, 0, 113, UInt8(number % 200)])
        evidence.policyHost = HostAddresses(
            v4: Lookup(.found([address].compactMap(\.self))), v6: Lookup(.noData))
        let covered = kind == .uncovered ? hosts.prefix(1) : hosts[...]
        let text =
            (["version: STSv1", "mode: enforce"] + covered.map { "mx: \($0)" })
            .map { $0 + "\r\n" }.joined() + "max_age: 604800\r\n"
        evidence.fetches = [address].compactMap(\.self).map { address in
            fetch(Array(text.utf8), from: address, number, name, isExpired: kind == .expired)
        }
        return evidence
    }

    private static func fetch(
        _ body: [UInt8], from address: IPAddress, _ number: Int, _ name: String, isExpired: Bool
    ) -> Fetch {
        let days = isExpired ? -3 - number % 30 : 20 + number % 60
        let leaf = Certificate(
            digest: digest(of: Array("certificate \(number)".utf8)), subject: "CN=mta-sts.\(name)",
            issuer: "CN=Page CA", dnsNames: ["mta-sts.\(name)"], dnsNameCount: 1,
            notBefore: start.adding(seconds: -90 * Timestamp.secondsPerDay),
            notAfter: start.adding(seconds: Int64(days) * Timestamp.secondsPerDay), key: "EC P-256")
        let response = HTTPResponse(
            status: 200, contentType: "text/plain",
            body: HTTPResponse.Body(digest: digest(of: body), bytes: body))
        return Fetch(
            address: address,
            outcome: isExpired ? .failed(.certificate([.expired])) : .response(response),
            chain: [leaf], tlsVersion: "TLSv1.3")
    }

    /// Stands in for SHA-256: different bytes give different values here too.
    static func digest(of bytes: [UInt8]) -> Digest {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let words = (0..<32).map { UInt8(truncatingIfNeeded: hash >> UInt64($0 % 8 * 8)) }
        guard let digest = Digest(words) else { preconditionFailure("32 bytes") }
        return digest
    }
}
