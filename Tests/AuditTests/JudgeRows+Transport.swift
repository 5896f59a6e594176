import Audit
import Evidence

extension JudgeRow {
    /// The second of two MX hosts has the fault, the first is sound.
    static let transport: [JudgeRow] = [
        unreachable("no address at all", .noAddress),
        unreachable("its addresses cannot be looked up", .lookupFailed(.serverFailure)),
        unreachable("nobody may contact it", .guarded),
        unreachable("port 25 is closed, or filtered here", .connectRefused),
        unreachable("port 25 takes nothing", .connectTimeout),
        unreachable("no route", .unreachable),
        unreachable("no greeting in time", .silent),
        unreachable("an endless line", .notSMTP),
        unreachable("a block list's 554 is about our address", .refused(code: 554)),
        unreachable("try again later", .refused(code: 421)),
        unreachable("dropped before STARTTLS", .connectionLost),
        unreachable("a handshake without an end", .tlsTimeout),
        unreachable("no descriptors left", .local(code: 2)),
        broken(.mxStartTLSMissing, "plain SMTP", .startTLSMissing),
        broken(.mxTLSFailed, "454 to STARTTLS", .startTLSRefused(code: 454)),
        broken(.mxTLSFailed, "an alert", .tls(.alert(40))),
        broken(.mxTLSFailed, "TLS 1.0", .tls(.oldVersion)),
        broken(.mxTLSFailed, "plain text after STARTTLS", .tls(.notTLS)),
        broken(.mxTLSFailed, "dropped after STARTTLS", .tls(.reset)),
        broken(.mxCertificateExpired, "last month", .certificate([.expired])),
        broken(.mxCertificateExpired, "next month", .certificate([.notYetValid])),
        broken(.mxCertificateNameMismatch, "another name", .certificate([.nameMismatch])),
        broken(
            .mxCertificateNameMismatch, "RFC 8461 §4.2: a common name alone is no DNS-ID",
            .certificate([.nameMismatch, .noSubjectAlternativeName])),
        broken(
            .mxCertificateUntrusted, "self-signed follows nothing",
            .certificate([.selfSigned, .untrusted])),
        broken(.mxCertificateUntrusted, "a private authority", .certificate([.untrusted])),
        broken(.mxCertificateUntrusted, "no intermediate", .certificate([.chainIncomplete])),
        broken(.mxCertificateUntrusted, "a short key", .certificate([.weak])),
        broken(.mxCertificateUntrusted, "a code without a name", .certificate([.other(79)])),
        broken(.mxCertificateUntrusted, "no reason given", .certificate([])),
        JudgeRow(.mxCertificateExpiring, "a 90-day certificate in its last week", .enforced) {
            $0.mailProbes = [
                Sound.probe(1), Sound.probe(2, chain: [Sound.certificate(from: -85, until: 5)]),
            ]
        },
    ]

    private static func unreachable(_ why: String, _ failure: MailProbeFailure) -> JudgeRow {
        JudgeRow(.mxUnreachable, why, .enforced) {
            $0.mailProbes = [Sound.probe(1), Sound.probe(2, failure)]
        }
    }

    private static func broken(
        _ cause: Cause, _ why: String, _ failure: MailProbeFailure
    ) -> JudgeRow {
        JudgeRow(cause, why, .degraded) {
            $0.mailProbes = [
                Sound.probe(1), Sound.probe(2, failure, chain: [Sound.certificate(until: -1)]),
            ]
        }
    }
}

extension Sound {
    static func probe(
        _ number: Int, _ failure: MailProbeFailure? = nil,
        chain: [Certificate] = [Sound.certificate()]
    ) -> MailProbe {
        MailProbe(
            host: "mx\(number).example.net", address: Sound.address,
            outcome: failure.map { .failed($0) } ?? .verified, chain: chain,
            tlsVersion: failure == nil ? "TLSv1.3" : nil,
            cipher: failure == nil ? "TLS_AES_256_GCM_SHA384" : nil)
    }
}
