import Audit
import Evidence
import MTASTS

/// The one sound domain that every row changes a single thing of.
enum Sound {
    /// 2026-11-23T12:00:00Z.
    static let now = Timestamp(seconds: 1_795_435_200)

    static var domain: DomainName { get throws { try DomainName("example.com") } }

    static let mxHosts = ["mx1.example.net", "mx2.example.net"]

    static let policy = policy()

    /// A policy text with one line or another replaced; nil leaves the line out.
    static func policy(
        version: String? = "version: STSv1", mode: String? = "mode: enforce",
        mx: [String] = ["mx: mx1.example.net", "mx: mx2.example.net"],
        maxAge: String? = "max_age: 604800", extra: [String] = []
    ) -> String {
        ([version, mode].compactMap(\.self) + mx + [maxAge].compactMap(\.self) + extra)
            .map { $0 + "\r\n" }.joined()
    }

    static var evidence: Evidence {
        Evidence(
            mx: Lookup(.found(mxRecords(mxHosts))),
            record: Lookup(.found(["v=STSv1; id=20261101T000000;"])),
            tlsrpt: Lookup(.found(["v=TLSRPTv1; rua=mailto:tls@example.com"])),
            policyHost: HostAddresses(v4: Lookup(.found([address])), v6: Lookup(.noData)),
            fetches: [fetch(policy)])
    }

    static func mxRecords(_ hosts: [String]) -> [MXRecord] {
        hosts.enumerated().map { MXRecord(preference: UInt16($0 * 10 + 10), host: $1) }
    }

    static let address = ip(203, 0, 113, 10)
    static let otherAddress = ip(203, 0, 113, 11)
    static let privateAddress = ip(10, 0, 0, 1)

    private static func ip(_ bytes: UInt8...) -> IPAddress {
        guard let address = IPAddress(bytes: bytes) else { preconditionFailure("four bytes") }
        return address
    }

    static func fetch(
        _ text: String, contentType: String? = "text/plain", from address: IPAddress = address
    ) -> Fetch {
        fetch(status: 200, contentType: contentType, body: Array(text.utf8), from: address)
    }

    static func fetch(
        status: Int, contentType: String? = "text/plain", location: String? = nil,
        body: [UInt8] = [], from address: IPAddress = address
    ) -> Fetch {
        let response = HTTPResponse(
            status: status, contentType: contentType, location: location,
            body: HTTPResponse.Body(digest: digest(of: body), bytes: body))
        return Fetch(
            address: address, outcome: .response(response), chain: [certificate()],
            tlsVersion: "TLSv1.3")
    }

    static func failure(
        _ failure: FetchFailure, chain: [Certificate] = [], from address: IPAddress = address
    ) -> Fetch {
        Fetch(address: address, outcome: .failed(failure), chain: chain)
    }

    /// - Parameters: days from `now`.
    static func certificate(
        names: [String] = ["mta-sts.example.com"], from: Int64 = -30, until: Int64 = 60
    ) -> Certificate {
        Certificate(
            digest: digest(of: Array(names.joined().utf8)), subject: "CN=mta-sts.example.com",
            issuer: "CN=Example Issuing CA", dnsNames: names, dnsNameCount: names.count,
            notBefore: now.adding(seconds: from * Timestamp.secondsPerDay),
            notAfter: now.adding(seconds: until * Timestamp.secondsPerDay), key: "EC P-256")
    }

    /// Stands in for SHA-256: different bytes give different values here too.
    static func digest(of bytes: [UInt8]) -> Digest {
        var words: [UInt64] = [0xCBF2_9CE4_8422_2325, 1, 2, 3]
        for (index, byte) in bytes.enumerated() {
            words[index % 4] = (words[index % 4] ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        let folded = words.flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (UInt64($0) * 8)) }
        }
        guard let digest = Digest(folded) else { preconditionFailure("32 bytes") }
        return digest
    }
}

extension Evidence {
    /// Replaces the policy text that the one address serves.
    mutating func serve(_ text: String, contentType: String? = "text/plain") {
        fetches = [Sound.fetch(text, contentType: contentType)]
    }

    mutating func publish(_ records: [TXTRecord]) { record = Lookup(.found(records)) }

    mutating func withdraw() {
        record = Lookup(.nameMissing)
        tlsrpt = Lookup(.nameMissing)
        policyHost = HostAddresses(v4: Lookup(.nameMissing), v6: Lookup(.nameMissing))
        fetches = []
    }
}
