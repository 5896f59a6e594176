import Evidence
import Foundation
import Testing

@testable import Store

@Suite("Evidence as stored text")
struct EvidenceTextTests {
    static let digest: Digest = {
        guard let digest = Digest(Array(0..<32)) else { preconditionFailure("32 bytes") }
        return digest
    }()

    static let certificate = Certificate(
        digest: digest, subject: "CN=mta-sts.example.com", issuer: "CN=\"odd\"\n",
        dnsNames: ["mta-sts.example.com"], dnsNameCount: 40, notBefore: Timestamp(seconds: 1),
        notAfter: Timestamp(seconds: 2), key: "EC P-256")

    static func fetched(_ outcome: Fetch.Outcome) -> Evidence {
        var evidence = Sample.absent()
        if let address = IPAddress("2001:db8::1") {
            evidence.fetches = [
                Fetch(
                    address: address, outcome: outcome, chain: [certificate, certificate],
                    tlsVersion: "TLSv1.3")
            ]
        }
        return evidence
    }

    static func failed(_ failure: LookupFailure) -> Evidence {
        Evidence(
            mx: Lookup(.failed(failure), aliases: ["a.example", "b.example"]),
            record: Lookup(.nameMissing), tlsrpt: Lookup(.noData))
    }

    static func probed(_ outcome: MailProbe.Outcome) -> Evidence {
        var evidence = Sample.absent()
        evidence.mailProbes = [
            MailProbe(host: "mx\u{1}.example.net", outcome: outcome),
            MailProbe(
                host: "mx2.example.net", address: IPAddress("192.0.2.25"), outcome: outcome,
                chain: [certificate], tlsVersion: "TLSv1.2", cipher: "ECDHE-RSA-AES128-GCM-SHA256"),
        ]
        return evidence
    }

    static let lookupFailures: [LookupFailure] = [
        .serverFailure, .refused, .formatError, .notImplemented, .responseCode(23), .timeout,
        .transport, .malformedReply, .aliasLoop, .unaskableName,
    ]

    static let tlsProblems: [TLSProblem] = [
        .alert(40), .oldVersion, .notTLS, .reset, .other(-1),
    ]

    static let certificateProblems: [CertificateProblem] = [
        .expired, .notYetValid, .nameMismatch, .noSubjectAlternativeName, .selfSigned, .untrusted,
        .chainIncomplete, .weak, .other(99),
    ]

    static let probeFailures: [MailProbeFailure] =
        [
            .noAddress, .guarded, .connectRefused, .connectTimeout, .unreachable, .portBlocked,
            .silent, .notSMTP, .refused(code: 554), .refused(code: 421), .startTLSMissing,
            .startTLSRefused(code: 454), .tlsTimeout, .certificate([]),
            .certificate(certificateProblems), .connectionLost, .local(code: -111),
            .local(code: 35),
        ]
        + lookupFailures.map(MailProbeFailure.lookupFailed)
        + tlsProblems.map(MailProbeFailure.tls)
        + certificateProblems.map { .certificate([$0]) }

    /// Every case of every enum, and every field.
    static let samples: [Evidence] =
        lookupFailures.map(failed)
        + tlsProblems.map { fetched(.failed(.tls($0))) }
        + ([
            .connectRefused, .connectTimeout, .unreachable, .tlsTimeout,
            .certificate(certificateProblems),
            .tooLarge(limitBytes: 65536), .responseTimeout, .brokenResponse(.notHTTP),
            .brokenResponse(.truncated), .brokenResponse(.badChunk), .brokenResponse(.badHeader),
            .brokenResponse(.empty), .connectionLost, .proxy(status: 0), .proxy(status: 503),
            .local(code: 24),
        ] as [FetchFailure]).map { fetched(.failed($0)) }
        + [
            fetched(
                .response(
                    HTTPResponse(
                        status: 302, contentType: "text/plain; charset=\"x\"",
                        location: "https://\u{1F600}/", retryAfter: "3",
                        body: HTTPResponse.Body(digest: digest, bytes: [1, 2, 3])))),
            whole,
            probed(.verified),
        ] + probeFailures.map { probed(.failed($0)) }

    static let whole: Evidence = {
        let addresses = [IPAddress("192.0.2.1"), IPAddress("2001:db8::2")].compactMap(\.self)
        let host = HostAddresses(
            v4: Lookup(.found(addresses), aliases: ["x.example"]), v6: Lookup(.noData))
        return Evidence(
            mx: Lookup(.found([MXRecord(preference: 0, host: "")])),
            record: Lookup(
                .found([Octets([0x00, 0x1F, 0x22, 0x5C, 0x7F, 0x80, 0xFF]), "v=STSv1"])),
            tlsrpt: Lookup(.found([])), domainAddresses: host, policyHost: host, fetches: [],
            guardedAddresses: addresses,
            misplacedRecords: MisplacedRecord.Place.allCases.map {
                MisplacedRecord(place: $0, record: "v=STSv1; id=1;")
            },
            wildcardProbe: Lookup(.found(["x"])), mxAliases: ["b": "\u{0}\u{202E}", "a\"": "y"],
            mailProbes: [], unanswered: SideQuestion.allCases)
    }()

    static func text(_ evidence: Evidence) -> [UInt8] {
        var writer = JSONWriter()
        writer.evidence(evidence)
        return writer.bytes
    }

    @Test(
        "reads back as it was, certificates and bodies by their digests", arguments: samples.indices
    )
    func roundTrip(index: Int) throws {
        let evidence = Self.samples[index]
        let decoded = try JSONDecoder().decode(Evidence.self, from: Data(Self.text(evidence)))
        // Certificates come back bare: compare in the coded form, and the rest as values.
        #expect(Self.text(decoded) == Self.text(evidence))
        #expect(Self.bare(decoded) == Self.bare(evidence))
    }

    static func bare(_ evidence: Evidence) -> Evidence {
        var evidence = evidence
        for index in evidence.fetches.indices { evidence.fetches[index].chain = [] }
        for index in evidence.mailProbes?.indices ?? 0..<0 {
            evidence.mailProbes?[index].chain = []
        }
        return evidence
    }

    @Test("probes that were not asked for leave no trace: old evidence keeps its hash")
    func notProbed() {
        var evidence = Sample.absent()
        #expect(!String(decoding: Self.text(evidence), as: UTF8.self).contains("mailProbes"))
        evidence.mailProbes = []
        #expect(String(decoding: Self.text(evidence), as: UTF8.self).contains("mailProbes"))
    }

    @Test("nor do questions that were all answered")
    func answered() {
        var evidence = Sample.absent()
        #expect(!String(decoding: Self.text(evidence), as: UTF8.self).contains("unanswered"))
        evidence.unanswered = [.wildcard]
        let text = String(decoding: Self.text(evidence), as: UTF8.self)
        #expect(text.hasSuffix(#","unanswered":["wildcard"]}"#))
    }

    @Test("says what Codable says", arguments: samples.indices)
    func agreesWithCodable(index: Int) throws {
        let evidence = Self.samples[index]
        let ours = try JSONSerialization.jsonObject(with: Data(Self.text(evidence)))
        let theirs = try JSONSerialization.jsonObject(with: JSONEncoder().encode(evidence))
        #expect(ours as? NSDictionary == theirs as? NSDictionary)
    }

    @Test("a new field of the evidence must be written here too")
    func everyFieldIsWritten() throws {
        let text = String(decoding: Self.text(Self.whole), as: UTF8.self)
        for child in Mirror(reflecting: Self.whole).children {
            let label = try #require(child.label)
            #expect(text.contains("\"\(label)\":"))
        }
        let fetch = Self.fetched(.failed(.timeoutSample))
        let fetchText = String(decoding: Self.text(fetch), as: UTF8.self)
        for child in try Mirror(reflecting: #require(fetch.fetches.first)).children {
            let label = try #require(child.label)
            #expect(fetchText.contains("\"\(label)\":"))
        }
        let probed = Self.probed(.verified)
        let probeText = String(decoding: Self.text(probed), as: UTF8.self)
        for child in try Mirror(reflecting: #require(probed.mailProbes?.last)).children {
            let label = try #require(child.label)
            #expect(probeText.contains("\"\(label)\":"))
        }
    }

    @Test("no two samples have the same text")
    func distinct() {
        #expect(Set(Self.samples.map(Self.text)).count == Self.samples.count)
    }

    @Test(
        "lists of strings survive",
        arguments: [[], [""], ["a", "b"], ["\"", "\\", ",", "\u{0}\n\u{7F}", "[\"x\"]", "é😀"]])
    func strings(list: [String]) throws {
        #expect(try JSONStrings.decode(Array(JSONStrings.encode(list).utf8)) == list)
    }

    @Test(
        "a list that was tampered with is refused",
        arguments: ["", "[", "[\"a", "[\"a\"\"b\"]", "[a]", "[\"\\u0\"]", "[\"a\",]", "[\"\\"])
    func malformedStrings(text: String) {
        #expect(throws: Damage.self) { try JSONStrings.decode(Array(text.utf8)) }
    }
}

extension FetchFailure {
    fileprivate static var timeoutSample: FetchFailure { .connectTimeout }
}
