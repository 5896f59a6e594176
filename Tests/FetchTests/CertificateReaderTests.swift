import Evidence
import Testing

@testable import Fetch

@Suite("Certificate facts: RFC 5280")
struct CertificateReaderTests {
    /// Ed25519, self-signed, valid from 1950 to 9999, two dNSNames and an rfc822Name.
    static let der = bytes(
        """
        3082017530820127a003020102020101300506032b65703042310b30090603550406130243483115
        3013060355040a0c0c4578616d706c652c204c7464311c301a06035504030c136d74612d7374732e
        6578616d706c652e636f6d3020170d3530303130313030303030305a180f39393939313233313233
        353935395a3042310b300906035504061302434831153013060355040a0c0c4578616d706c652c20
        4c7464311c301a06035504030c136d74612d7374732e6578616d706c652e636f6d302a300506032b
        65700321004a9d03a67375d2b8f138357bc0042af255e762a3b277cdbed7939740778b1ff6a34030
        3e303c0603551d110435303382136d74612d7374732e6578616d706c652e636f6d820d2a2e657861
        6d706c652e636f6d810d61406578616d706c652e636f6d300506032b657003410094a45b5121bdc0
        143d0596298af0b2b61ef4dcce106e250f252704a8d1d5a4f805d1d8e8f57131079571fd4a0542b5
        58c6565d33041df2780a8e2de0d8fd9203
        """)

    @Test("facts of one certificate") func facts() throws {
        let certificate = try #require(CertificateReader.certificate(der: Self.der))
        #expect(certificate.digest == .sha256(Self.der))
        // RFC 2253 §2.1 and §2.4: last first, a comma in a value is escaped.
        #expect(certificate.subject == #"CN=mta-sts.example.com,O=Example\, Ltd,C=CH"#)
        #expect(certificate.issuer == certificate.subject)
        #expect(certificate.dnsNames == ["*.example.com", "mta-sts.example.com"])
        #expect(certificate.dnsNameCount == 2)
        #expect(certificate.key == "Ed25519")
        // RFC 5280 §4.1.2.5: UTCTime reaches from 1950, GeneralizedTime to 9999.
        #expect(certificate.notBefore.description == "1950-01-01T00:00:00Z")
        #expect(certificate.notAfter.description == "9999-12-31T23:59:59Z")
    }

    @Test("cut anywhere: refused, never a crash") func cut() {
        for count in 0..<Self.der.count {
            #expect(CertificateReader.certificate(der: Array(Self.der.prefix(count))) == nil)
        }
    }

    @Test("any byte changed: facts within their bounds, or refused") func changed() {
        for index in Self.der.indices {
            for change in [0x01, 0x80, 0xFF] as [UInt8] {
                var der = Self.der
                der[index] ^= change
                guard let certificate = CertificateReader.certificate(der: der) else { continue }
                #expect(certificate.subject.utf8.count <= CertificateReader.nameLimitBytes)
                #expect(certificate.issuer.utf8.count <= CertificateReader.nameLimitBytes)
                #expect(certificate.dnsNames.count <= CertificateReader.dnsNameLimit)
                #expect(certificate.dnsNames.count <= certificate.dnsNameCount)
            }
        }
    }

    @Test(
        "text is cut between scalars and within the limit",
        arguments: [
            ("", 4, ""), ("abcd", 4, "abcd"), ("abcde", 4, "abcd"), ("abcé", 4, "abc"),
            ("ab€", 4, "ab"), ("a😀", 4, "a"), ("😀", 4, "😀"),
        ])
    func bounded(text: String, limit: Int, expected: String) {
        #expect(String(bounded: Array(text.utf8), limitBytes: limit) == expected)
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.filter(\.isHexDigit)
        return stride(from: 0, to: digits.count, by: 2).compactMap { offset in
            let start = digits.index(digits.startIndex, offsetBy: offset)
            return UInt8(digits[start...].prefix(2), radix: 16)
        }
    }
}

@Suite("SHA-256: FIPS 180-4")
struct SHA256Tests {
    @Test(
        "known values",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func known(text: String, hex: String) {
        #expect(Digest.sha256(Array(text.utf8)).hex == hex)
    }
}
