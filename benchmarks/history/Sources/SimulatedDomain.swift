import Evidence
import MTASTS

/// A domain of the simulated portfolio, and what would be seen of it.
///
/// Everything is told by its number and by how often it has changed, so that a night needs no
/// memory of the nights before. The shapes are those of real portfolios: half of the domains have
/// MX hosts of their own name, the rest share a provider's; one in a hundred has MTA-STS.
struct SimulatedDomain {
    let number: Int
    let name: DomainName

    init(_ number: Int) throws(DomainName.Problem) {
        self.number = number
        name = try DomainName("customer-\(String(number + 1_000_000).dropFirst()).example")
    }

    static let adopterShare = 100
    var isAdopter: Bool { number.isMultiple(of: Self.adopterShare) }

    /// - Parameters:
    ///   - version: how often the domain has changed.
    ///   - mark: 0 to 89: other facts of the same size, for nights that are all copies.
    func evidence(version: Int, mark: Int = 0) -> Evidence {
        let mail = Numbers(number, isAdopter ? version / 5 : version).below(50)
        var evidence = Evidence(
            mx: Lookup(.found(mxRecords(provider: mail, version: version, mark: mark))),
            record: Lookup(.nameMissing), tlsrpt: Lookup(.nameMissing),
            policyHost: HostAddresses(v4: Lookup(.nameMissing), v6: Lookup(.nameMissing)))
        if isAdopter { publish(into: &evidence, mailProvider: mail, version: version) }
        return evidence
    }

    private func mxRecords(provider: Int, version: Int, mark: Int) -> [MXRecord] {
        let preference = UInt16(10 + mark)
        if number.isMultiple(of: 2), !isAdopter {
            let host = "mail\(version % 10).\(name)"
            return [MXRecord(preference: preference, host: host)]
        }
        return (1...2).map {
            MXRecord(preference: preference, host: "mx\($0).provider-\(provider).example")
        }
    }

    private func publish(into evidence: inout Evidence, mailProvider: Int, version: Int) {
        let host = "mta-sts.host-\(number / Self.adopterShare % 7).example"
        let id = 20_260_101 + version / 3
        evidence.record = Lookup(.found([Octets(Array("v=STSv1; id=\(id)T000000;".utf8))]))
        evidence.tlsrpt = Lookup(
            .found([Octets(Array("v=TLSRPTv1; rua=mailto:tls-reports@\(name)".utf8))]))
        let address = IPAddress("192.0.2.\(1 + number / Self.adopterShare % 7)")
        let addresses = [address].compactMap(\.self)
        evidence.policyHost = HostAddresses(
            v4: Lookup(.found(addresses), aliases: [host]), v6: Lookup(.noData, aliases: [host]))
        let text = """
            version: STSv1\r\nmode: enforce\r\nmx: *.provider-\(mailProvider).example\r\n\
            max_age: 604800\r\n
            """
        let body = HTTPResponse.Body(
            digest: Numbers(mailProvider, 1).digest, bytes: Array(text.utf8))
        // Now and then one lets its certificate run out.
        let isBroken = Numbers(number, version).below(12) == 0
        evidence.fetches = addresses.map { address in
            Fetch(
                address: address,
                outcome: isBroken
                    ? .failed(.certificate([.expired]))
                    : .response(HTTPResponse(status: 200, contentType: "text/plain", body: body)),
                chain: [leaf(version), Self.intermediate], tlsVersion: "TLSv1.3")
        }
    }

    private func leaf(_ version: Int) -> Certificate {
        Certificate(
            digest: Numbers(number, version).digest, subject: "CN=mta-sts.\(name)",
            issuer: Self.intermediate.subject, dnsNames: ["mta-sts.\(name)"], dnsNameCount: 1,
            notBefore: Timestamp(seconds: 1_700_000_000),
            notAfter: Timestamp(seconds: 1_990_000_000),
            key: "EC P-256")
    }

    private static let intermediate = Certificate(
        digest: Numbers(-1, 0).digest, subject: "CN=R10,O=Let's Simulate,C=XX",
        issuer: "CN=Simulated Root X1,O=Simulation,C=XX", dnsNames: [], dnsNameCount: 0,
        notBefore: Timestamp(seconds: 1_600_000_000), notAfter: Timestamp(seconds: 2_000_000_000),
        key: "RSA 2048")
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct Numbers {
    private var state: UInt64

    init(_ first: Int, _ second: Int) {
        state = UInt64(bitPattern: Int64(first)) &* 0x9E37_79B9_7F4A_7C15
        state ^= UInt64(bitPattern: Int64(second)) &* 0xD1B5_4A32_D192_ED03
        _ = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    func below(_ limit: Int) -> Int {
        var copy = self
        return Int(copy.next() % UInt64(limit))
    }

    /// Stands for a SHA-256 value.
    var digest: Digest {
        var copy = self
        let bytes = (0..<4).flatMap { _ in
            let word = copy.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
        guard let digest = Digest(bytes) else { preconditionFailure("four words are 32 bytes") }
        return digest
    }
}
