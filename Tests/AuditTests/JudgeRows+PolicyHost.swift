import Audit
import Evidence

extension JudgeRow {
    static let policyHost: [JudgeRow] = [
        host(.policyHostMissing, "NXDOMAIN", answering: Lookup(.nameMissing)),
        host(.policyHostMissing, "a name without an address", answering: Lookup(.noData)),
        host(
            .policyHostDangling, "a CNAME to nothing",
            answering: Lookup(.nameMissing, aliases: ["x.example"])),
        host(
            .policyHostDangling, "a CNAME to a name without an address",
            answering: Lookup(.noData, aliases: ["x.example"])),
        host(
            .policyHostLookupFailed, "SERVFAIL is never a missing host", .unmeasured,
            answering: Lookup(.failed(.serverFailure))),
        JudgeRow(.policyHostLookupFailed, "the other family may have an address", .unmeasured) {
            $0.policyHost = HostAddresses(v4: Lookup(.noData), v6: Lookup(.failed(.timeout)))
            $0.fetches = []
        },
        JudgeRow(.policyHostLookupFailed, "a private A says nothing of the AAAA", .unmeasured) {
            $0.policyHost = HostAddresses(
                v4: Lookup(.found([Sound.privateAddress])), v6: Lookup(.failed(.timeout)))
            $0.fetches = []
            $0.guardedAddresses = [Sound.privateAddress]
        },
        JudgeRow(.policyHostSpecialAddress, "only an address nobody contacts") {
            $0.policyHost?.v4 = Lookup(.found([Sound.privateAddress]))
            $0.fetches = []
            $0.guardedAddresses = [Sound.privateAddress]
        },
        failed(.policyConnectRefused, "nothing listens", with: .connectRefused),
        failed(.policyConnectTimeout, "no answer to the SYN", .unmeasured, with: .connectTimeout),
        failed(.policyUnreachable, "no route from here", .unmeasured, with: .unreachable),
        failed(.policyUnreachable, "a failure on our side", .unmeasured, with: .local(code: 24)),
        failed(.policyUnreachable, "no proxy there", .unmeasured, with: .proxy(status: 0)),
        failed(.policyUnreachable, "the proxy forbids", .unmeasured, with: .proxy(status: 403)),
        failed(.policyUnreachable, "a tunnel that ends", .unmeasured, with: .proxy(status: 200)),
        failed(.policyTLSFailed, "an alert", with: .tls(.alert(112))),
        failed(.policyTLSFailed, "TLS 1.1 at most", with: .tls(.oldVersion)),
        failed(.policyTLSFailed, "plain HTTP on the port", with: .tls(.notTLS)),
        failed(.policyTLSFailed, "a reset", with: .tls(.reset)),
        failed(.policyTLSTimeout, "the handshake hangs", .unmeasured, with: .tlsTimeout),
    ]

    static let certificate: [JudgeRow] = [
        refused(.policyCertificateExpired, "not renewed", [.expired]),
        refused(.policyCertificateNotYetValid, "valid from tomorrow", [.notYetValid]),
        refused(.policyCertificateNameMismatch, "for another name", [.nameMismatch]),
        refused(
            .policyCertificateNoSAN, "which is why no name fits",
            [.nameMismatch, .noSubjectAlternativeName]),
        refused(.policyCertificateUntrusted, "a private root", [.untrusted]),
        refused(.policyCertificateUntrusted, "a reason without a name of its own", [.other(24)]),
        refused(
            .policyCertificateSelfSigned, "which is why it is not trusted",
            [.untrusted, .selfSigned, .chainIncomplete, .other(21)]),
        refused(
            .policyCertificateChainIncomplete, "which is why the root is not found",
            [.chainIncomplete, .untrusted]),
        refused(.policyCertificateWeak, "RSA 1024", [.weak]),
        JudgeRow(
            .policyCertificateExpired, "both real: renewing alone would not help",
            with: [.policyCertificateUntrusted]
        ) { $0.fetches = [Sound.failure(.certificate([.untrusted, .expired]))] },
        JudgeRow(.policyCertificateExpiring, "a 90-day certificate in its last week", .enforced) {
            $0.fetches[0].chain = [Sound.certificate(from: -85, until: 5)]
        },
    ]

    static let response: [JudgeRow] = [
        JudgeRow(.policyRedirected, "RFC 8461 §3.3: never followed") {
            $0.fetches = [Sound.fetch(status: 301, location: "https://www.example.com/")]
        },
        JudgeRow(.policyStatus, "404") { $0.fetches = [Sound.fetch(status: 404)] },
        JudgeRow(.policyStatus, "206 with a sound policy in it: only 200 counts") {
            $0.fetches = [Sound.fetch(status: 206, body: Array(Sound.policy.utf8))]
        },
        JudgeRow(.policyStatus, "429: we asked too often", .unmeasured) {
            $0.fetches = [Sound.fetch(status: 429)]
        },
        JudgeRow(.policyStatus, "503: come back later", .unmeasured) {
            $0.fetches = [Sound.fetch(status: 503)]
        },
        failed(.policyTooLarge, "above 64 KiB", with: .tooLarge(limitBytes: 65_536)),
        failed(
            .policyResponseTimeout, "a slow drip after a good handshake", with: .responseTimeout),
        failed(.policyResponseBroken, "cut short", with: .brokenResponse(.truncated)),
        failed(.policyResponseBroken, "not HTTP", with: .brokenResponse(.notHTTP)),
        failed(.policyResponseBroken, "lost after the handshake", with: .connectionLost),
        JudgeRow(
            .policyContentType, "HTML by name, a policy by text", .enforced,
            with: [.policySenderDisagreement]
        ) {
            $0.serve(Sound.policy, contentType: "text/html; charset=utf-8")
        },
        JudgeRow(.policyContentType, "no type at all", .enforced, with: [.policySenderDisagreement])
        {
            $0.serve(Sound.policy, contentType: nil)
        },
        JudgeRow(
            .policyContentType, "a type that only begins with it", .enforced,
            with: [.policySenderDisagreement]
        ) {
            $0.serve(Sound.policy, contentType: "text/plainer")
        },
        JudgeRow(.policyAddressInconsistent, "the other address refuses", .enforced) {
            $0.fetches.append(Sound.failure(.connectRefused, from: Sound.otherAddress))
        },
    ]

    private static func host(
        _ cause: Cause, _ why: String, _ verdict: Verdict = .ineffective,
        answering lookup: Lookup<[IPAddress]>
    ) -> JudgeRow {
        JudgeRow(cause, why, verdict) {
            $0.policyHost = HostAddresses(v4: lookup, v6: lookup)
            $0.fetches = []
        }
    }

    private static func failed(
        _ cause: Cause, _ why: String, _ verdict: Verdict = .ineffective, with failure: FetchFailure
    ) -> JudgeRow {
        JudgeRow(cause, why, verdict) { $0.fetches = [Sound.failure(failure)] }
    }

    private static func refused(
        _ cause: Cause, _ why: String, _ problems: [CertificateProblem]
    ) -> JudgeRow {
        JudgeRow(cause, why) {
            $0.fetches = [
                Sound.failure(.certificate(problems), chain: [Sound.certificate(until: -1)])
            ]
        }
    }
}
