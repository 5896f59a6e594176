import Testing
@testable import Lab

@Suite("Policy server: handshakes, RFC 8461 §3.3", .timeLimit(.minutes(6)))
struct PolicyHandshakeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var handshake: HandshakeBehaviour
        var end: PolicyProbe.End
        var why: String
        var testDescription: String { why }
    }

    static let rows: [Row] = [
        .init(
            handshake: .alert, end: .alert(112),
            why: "unrecognized_name in reply to the ClientHello"),
        .init(
            handshake: .oldVersion, end: .alert(70),
            why: "protocol_version: the server knows TLS 1.1 at most"),
        .init(
            handshake: .noCertificate, end: .alert(40),
            why: "handshake_failure: no cipher suite goes without a certificate"),
        .init(handshake: .plainText, end: .notTLS, why: "plain HTTP on the TLS port"),
        .init(
            handshake: .hang, end: .handshakePending,
            why: "the ClientHello is read and never answered"),
        .init(handshake: .reset, end: .reset, why: "a TCP reset in reply to the ClientHello"),
    ]

    @Test("faults", arguments: rows)
    func fault(row: Row) async throws {
        let host = HostBehaviour(handshake: row.handshake, response: .reply(body: []))
        try await withPolicyServer(["mta-sts.fault.test": host]) { server in
            var probe = PolicyProbe(server, "mta-sts.fault.test")
            if row.end == .handshakePending { probe.patience = .seconds(2) }
            let seen = await probe.visit()
            #expect(seen.end == row.end)
            #expect(seen.version == nil)
        }
    }

    @Test("an old server is real: an old client gets the policy over TLS 1.1")
    func oldClient() async throws {
        let host = HostBehaviour(handshake: .oldVersion, response: .reply(body: Array("old".utf8)))
        try await withPolicyServer(["mta-sts.old.test": host]) { server in
            var probe = PolicyProbe(server, "mta-sts.old.test")
            probe.isOld = true
            let seen = await probe.visit()
            #expect(seen.version == "TLSv1.1")
            #expect(seen.body == "old")
        }
    }

    @Test("a server of TLS 1.2 alone serves a client that knows TLS 1.3")
    func onlyTLS12() async throws {
        let host = HostBehaviour(handshake: .onlyTLS12, response: .reply(body: Array("12".utf8)))
        try await withPolicyServer(["mta-sts.twelve.test": host]) { server in
            let seen = await PolicyProbe(server, "mta-sts.twelve.test").visit()
            #expect(seen.verifyResult == 0)
            #expect(seen.version == "TLSv1.2")
            #expect(seen.body == "12")
        }
    }

    @Test("a client without a server name gets a certificate for nobody and no policy")
    func noServerName() async throws {
        try await withPolicyServer { server in
            let seen = await PolicyProbe(server, nil).visit()
            #expect(seen.verifyResult == 0)
            #expect(seen.status == 404)
        }
    }

    struct CertificateRow: Sendable, CustomTestStringConvertible {
        var recipe: CertificateRecipe
        /// X509_V_*.
        var result: Int
        var why: String
        var testDescription: String { why }
    }

    static let certificates: [CertificateRow] = [
        .init(recipe: .init(), result: 0, why: "sound"),
        .init(recipe: .init(names: .wildcard), result: 0, why: "a wildcard for the parent"),
        .init(recipe: .init(key: .rsa2048), result: 0, why: "an RSA key of 2,048 bits"),
        .init(recipe: .init(notBeforeDays: -90, notAfterDays: -1), result: 10, why: "expired"),
        .init(recipe: .init(notBeforeDays: 2, notAfterDays: 90), result: 9, why: "not yet valid"),
        .init(recipe: .init(names: .other), result: 62, why: "a name for another host"),
        .init(recipe: .init(names: .commonNameOnly), result: 62, why: "no subjectAltName"),
        .init(recipe: .init(issuer: .selfSigned), result: 18, why: "self-signed"),
        .init(
            recipe: .init(issuer: .untrusted), result: 19, why: "a root nobody trusts, presented"),
        .init(
            recipe: .init(issuer: .missingIntermediate), result: 20,
            why: "the intermediate is left out"),
        .init(recipe: .init(key: .rsa1024), result: 66, why: "an RSA key of 1,024 bits"),
    ]

    @Test("certificates", arguments: certificates)
    func certificate(row: CertificateRow) async throws {
        let host = HostBehaviour(handshake: .certificate(row.recipe), response: .reply(body: []))
        try await withPolicyServer(["mta-sts.row.test": host]) { server in
            let seen = await PolicyProbe(server, "mta-sts.row.test").visit()
            #expect(seen.verifyResult == row.result)
        }
    }

    @Test("a P-384 intermediate and a name beyond 64 bytes verify too")
    func otherShapes() async throws {
        let label = String(repeating: "a", count: 60)
        try await withPolicyServer(options: .init(intermediate: .p384)) { server in
            let seen = await PolicyProbe(server, "mta-sts.\(label).\(label).test").visit()
            #expect(seen.verifyResult == 0)
            #expect(seen.status == 200)
        }
    }
}
