internal import Evidence
@testable internal import Store

extension Seeds {
    /// Stored evidence with each kind of part in it, and policy bodies behind it.
    static var evidence: [[UInt8]] {
        let policy =
            "version: STSv1\r\nmode: enforce\r\nmx: mx1.example.com\r\nmax_age: 604800\r\n"
        return samples.flatMap { sample in
            var writer = JSONWriter()
            writer.evidence(sample)
            return [writer.bytes, writer.bytes + [0] + Array(policy.utf8)]
        } + [Array(JSONStrings.encode(["mx1.example.com", "a\"\\\u{7}é"]).utf8)]
    }

    private static var samples: [Evidence] {
        guard let v4 = IPAddress("192.0.2.1"), let v6 = IPAddress("2001:db8::1") else { return [] }
        let digest = Digest(hex: String(repeating: "0a", count: 32))
        guard let digest else { return [] }
        let certificate = Certificate(
            digest: digest, subject: "", issuer: "", dnsNames: [], dnsNameCount: 0,
            notBefore: Timestamp(seconds: 0), notAfter: Timestamp(seconds: 0), key: "")
        let mx = Lookup<[MXRecord]>(
            .found([
                MXRecord(preference: 10, host: "mx1.example.com"),
                MXRecord(preference: 20, host: "mx2.example.com"),
            ]))
        let record = Lookup<[TXTRecord]>(.found(["v=STSv1; id=1;"]), aliases: ["a.example"])
        let addresses = HostAddresses(
            v4: Lookup(.found([v4])), v6: Lookup(.found([v6]), aliases: ["b.example"]))
        var whole = Evidence(
            mx: mx, record: record, tlsrpt: Lookup(.found(["v=TLSRPTv1; rua=mailto:a@b.example"])),
            domainAddresses: addresses, policyHost: addresses,
            guardedAddresses: [v4],
            misplacedRecords: [
                MisplacedRecord(place: .apex, record: "v=STSv1; id=2;")
            ],
            wildcardProbe: Lookup(.nameMissing), mxAliases: ["mx1.example.com": "x.example"],
            unanswered: [.mxAliases])
        let response = HTTPResponse(
            status: 200, contentType: "text/plain", location: "/", retryAfter: "3",
            body: HTTPResponse.Body(digest: digest, bytes: []))
        whole.fetches = [
            Fetch(
                address: v4, outcome: .response(response), chain: [certificate],
                tlsVersion: "TLSv1.3")
        ]
        var samples = [
            whole,
            Evidence(mx: Lookup(.nameMissing), record: Lookup(.noData), tlsrpt: Lookup(.noData)),
            Evidence(
                mx: Lookup(.failed(.responseCode(23))), record: Lookup(.failed(.timeout)),
                tlsrpt: Lookup(.failed(.aliasLoop))),
        ]
        let failures: [FetchFailure] = [
            .connectRefused, .connectTimeout, .unreachable, .tlsTimeout, .tls(.alert(40)),
            .tls(.oldVersion), .certificate([.expired, .nameMismatch, .other(7)]),
            .tooLarge(limitBytes: 65_536), .responseTimeout, .brokenResponse(.badChunk),
            .connectionLost, .proxy(status: 503), .local(code: -24),
        ]
        for failure in failures {
            var broken = whole
            broken.fetches.append(
                Fetch(address: v6, outcome: .failed(failure), chain: [certificate]))
            samples.append(broken)
        }
        let probes: [MailProbe.Outcome] = [
            .verified, .failed(.noAddress), .failed(.refused(code: 554)), .failed(.silent),
            .failed(.startTLSMissing), .failed(.tls(.notTLS)), .failed(.certificate([.selfSigned])),
            .failed(.lookupFailed(.serverFailure)),
        ]
        for probe in probes {
            var probed = whole
            probed.mailProbes = [
                MailProbe(
                    host: "mx1.example.com", address: v4, outcome: probe, chain: [certificate],
                    tlsVersion: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256")
            ]
            samples.append(probed)
        }
        return samples
    }
}
