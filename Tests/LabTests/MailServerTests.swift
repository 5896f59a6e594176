import DNSMessage
import Testing
@testable import Lab

/// A world of mail hosts alone.
struct MailTable: World {
    var mailAddresses = LabAddress.answering + LabMailHost.allCases.map(\.address)
    var hosts: [String: MailBehaviour] = [:]

    func answer(to name: String, type: RecordType) -> DNSBehaviour { .nameError }

    func policyHost(_ serverName: String, at address: String) -> HostBehaviour { Surroundings.host }

    func mailHost(at address: String) -> MailBehaviour {
        hosts[address] ?? LabMailHost(address: address)?.behaviour ?? .sound
    }
}

func withMailServer<Value>(
    _ world: MailTable = MailTable(), _ body: (MailServer) async throws -> Value
) async throws -> Value {
    let server = try await MailServer.start(world: world, port: 0)
    return try await lend(server, stop: { await $0.stop() }, body)
}

@Suite("Mail server: RFC 5321, RFC 3207", .timeLimit(.minutes(6)))
struct MailServerTests {
    @Test("a sound host, at every address that answers", arguments: ["127.0.0.1", "127.0.0.4"])
    func sound(address: String) async throws {
        try await withMailServer { server in
            let seen = await MailClient(server, address).visit()
            #expect(seen.step == .commands && seen.end == .reply(221))
            #expect(seen.codes == [220, 250, 220, 250, 250, 221])
            #expect(seen.replies.first == ["[\(address)] ESMTP stsaudit lab"])
            #expect(seen.replies[1] == ["[\(address)]", "SIZE 35882577", "8BITMIME", "STARTTLS"])
            // RFC 3207 §4.2: not offered again.
            #expect(seen.replies[3] == ["[\(address)]", "SIZE 35882577", "8BITMIME"])
            #expect(seen.version == "TLSv1.3")
            #expect(seen.verifyResult == 0)
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var host: LabMailHost
        var step: MailClient.Step
        var end: MailClient.End
        var why: String
        var testDescription: String { host.rawValue }
    }

    static let rows: [Row] = [
        .init(host: .noStartTLS, step: .hello, end: .noOffer, why: "EHLO without STARTTLS"),
        .init(
            host: .startTLSDeferred, step: .startTLS, end: .reply(454), why: "offered, and 454"),
        .init(host: .startTLSRefused, step: .startTLS, end: .reply(502), why: "offered, and 502"),
        .init(host: .greetingDeferred, step: .greeting, end: .reply(421), why: "4xx greeting"),
        .init(host: .greetingRefused, step: .greeting, end: .reply(554), why: "5xx greeting"),
        .init(host: .helloRefused, step: .hello, end: .reply(550), why: "5xx to EHLO"),
        .init(
            host: .silent, step: .greeting, end: .pending(bytes: 0), why: "nothing after connect"),
        .init(
            host: .silentAfterHello, step: .hello, end: .pending(bytes: 0),
            why: "nothing after EHLO"),
        .init(
            host: .silentAfterStartTLS, step: .startTLS, end: .pending(bytes: 0),
            why: "nothing after STARTTLS"),
        .init(host: .web, step: .greeting, end: .notSMTP, why: "an HTTP banner"),
        .init(host: .mute, step: .greeting, end: .closed, why: "closed without a word"),
        .init(host: .endlessGreeting, step: .greeting, end: .endless, why: "220- without end"),
        .init(
            host: .dropAfterStartTLS, step: .handshake, end: .tls(.bareClose),
            why: "closed in place of a handshake"),
        .init(
            host: .resetInHandshake, step: .handshake, end: .tls(.reset),
            why: "reset in reply to the ClientHello"),
        .init(
            host: .silentInHandshake, step: .handshake, end: .pending(bytes: 0),
            why: "the ClientHello is read and never answered"),
        .init(host: .alert, step: .handshake, end: .tls(.alert(112)), why: "unrecognized_name"),
        .init(
            host: .oldTLS, step: .handshake, end: .tls(.alert(70)),
            why: "protocol_version: TLS 1.1 at most"),
        .init(
            host: .plainText, step: .handshake, end: .tls(.notTLS), why: "SMTP where TLS should be"),
    ]

    @Test("faults before the handshake is done", arguments: rows)
    func fault(row: Row) async throws {
        try await withMailServer { server in
            var client = MailClient(server, row.host.address)
            if case .pending = row.end { client.patience = .milliseconds(500) }
            let seen = await client.visit()
            #expect(seen.step == row.step && seen.end == row.end, "\(row.why): \(seen)")
            #expect(seen.version == nil)
        }
    }

    /// X509_V_* of a whole handshake.
    static let certificates: [(LabMailHost, Int)] = [
        (.expired, 10), (.notYetValid, 9), (.otherName, 62), (.commonNameOnly, 62),
        (.selfSigned, 18), (.untrustedRoot, 19), (.missingIntermediate, 20), (.weak, 66),
        (.expiredOtherName, 62), (.expiring, 0), (.wildcard, 0), (.manyLines, 0), (.slow, 0),
    ]

    @Test("certificates, for the name in SNI", arguments: certificates)
    func certificate(host: LabMailHost, result: Int) async throws {
        try await withMailServer { server in
            let seen = await MailClient(server, host.address, host: "mx9.example.test").visit()
            #expect(seen.end == .reply(221), "\(seen)")
            #expect(seen.verifyResult == result)
            #expect(server.tally.handshakes(for: "mx9.example.test") == 1)
        }
    }

    static let elsewhere: Set<LabMailHost> = [.dripping, .busyOnce]

    @Test("every kind of host has a test, and an address of its own")
    func coverage() {
        let tested = Self.rows.map(\.host) + Self.certificates.map(\.0) + Self.elsewhere
        #expect(tested.count == LabMailHost.allCases.count)
        #expect(Set(tested) == Set(LabMailHost.allCases))
        let addresses = LabMailHost.allCases.map(\.address) + LabAddress.answering
        #expect(Set(addresses).count == addresses.count)
        for host in LabMailHost.allCases {
            #expect(LabMailHost(address: host.address) == host)
            #expect(LabAddress.mail(host) == host.address)
        }
        for address in ["127.0.1.0", "127.0.1.254", "127.0.1.", "127.0.0.1", "", "::1"] {
            #expect(LabMailHost(address: address) == nil)
        }
    }
}
