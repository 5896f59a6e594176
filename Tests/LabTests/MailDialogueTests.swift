import Testing
@testable import Lab

@Suite("Mail server: dialogue and counts, RFC 5321 §4.1", .timeLimit(.minutes(6)))
struct MailDialogueTests {
    @Test("one byte a second is no greeting in a moment")
    func dripping() async throws {
        try await withMailServer { server in
            var client = MailClient(server, LabMailHost.dripping.address)
            client.patience = .milliseconds(700)
            let seen = await client.visit()
            guard case .pending(let bytes) = seen.end else {
                Issue.record("\(seen)")
                return
            }
            #expect(seen.step == .greeting && (1...2).contains(bytes))
        }
    }

    @Test("a busy host heals with the next connection; each address counts for itself")
    func busy() async throws {
        let twice = MailBehaviour(busyConnections: 2)
        let world = MailTable(hosts: [LabAddress.second: twice])
        try await withMailServer(world) { server in
            let once = MailClient(server, LabMailHost.busyOnce.address)
            #expect(await once.visit().end == .reply(421))
            #expect(await once.visit().end == .reply(221))
            let other = MailClient(server, LabAddress.second)
            #expect(await other.visit().end == .reply(421))
            #expect(await other.visit().end == .reply(421))
            #expect(await other.visit().end == .reply(221))
            #expect(server.tally.connections(to: LabMailHost.busyOnce.address) == 2)
            #expect(server.tally.connections(to: LabAddress.second) == 3)
            #expect(server.tally.connections == 5)
        }
    }

    @Test("connections are refused, or hang, where they are for policies")
    func deadAddresses() async throws {
        try await withMailServer { server in
            var client = MailClient(server, LabAddress.refusing)
            #expect(await client.visit().end == .refused)
            // Nothing of the world is there.
            client.address = "127.0.2.1"
            #expect(await client.visit().end == .refused)
            client.address = LabAddress.hanging
            client.patience = .milliseconds(300)
            let seen = await client.visit()
            #expect(seen.step == .connect && seen.end == .pending(bytes: 0))
        }
    }

    @Test("mail is refused and counted, in plain text and through TLS", arguments: [true, false])
    func mail(isPlain: Bool) async throws {
        try await withMailServer { server in
            var client = MailClient(server, LabAddress.normal)
            client.shunsTLS = isPlain
            client.commands = [
                "mail FROM:<a@client.test>", "RCPT TO:<b@example.test>", "DATA", "RSET", "VRFY b",
                "HELO client.test", "noop", "QUIT",
            ]
            let seen = await client.visit()
            #expect(seen.codes.suffix(8) == [554, 554, 554, 250, 502, 250, 250, 221])
            #expect(server.tally.mailCommands == 3)
            #expect(server.tally.hellos(from: "client.test") == 2)
            #expect(server.tally.handshakes == (isPlain ? 0 : 1))
        }
    }

    @Test("a probe sends no mail, and is counted by address and name")
    func counts() async throws {
        try await withMailServer { server in
            for host in ["mx1.a.test", "mx1.a.test", "mx2.a.test"] {
                #expect(
                    await MailClient(server, LabAddress.normal, host: host).visit().end
                        == .reply(221))
            }
            #expect(server.tally.connections(to: LabAddress.normal) == 3)
            #expect(server.tally.handshakes(for: "mx1.a.test") == 2)
            #expect(server.tally.handshakes(for: "mx2.a.test") == 1)
            #expect(server.tally.mailCommands == 0)
        }
    }

    @Test("STARTTLS that is not offered is unknown; TLS within TLS is out of order")
    func startTLSOutOfPlace() async throws {
        try await withMailServer { server in
            var client = MailClient(server, LabMailHost.noStartTLS.address)
            client.insists = true
            #expect(await client.visit().end == .reply(502))
            var again = MailClient(server, LabAddress.normal)
            again.commands = ["STARTTLS", "QUIT"]
            #expect(await again.visit().codes.suffix(2) == [503, 221])
        }
    }

    @Test("a host that refuses in its greeting knows QUIT alone")
    func refusing() async throws {
        let refusing = MailBehaviour(greeting: .refused(code: 554))
        try await withMailServer(MailTable(hosts: [LabAddress.normal: refusing])) { server in
            var client = MailClient(server, LabAddress.normal)
            client.commands = ["STARTTLS", "NOOP", "QUIT"]
            client.shunsTLS = true
            client.isUndeterred = true
            #expect(await client.visit().codes == [554, 503, 503, 503, 221])
        }
    }

    struct InsideRow: Sendable, CustomTestStringConvertible {
        var inside: MailBehaviour.Inside
        var end: MailClient.End
        /// Of EHLO, NOOP and QUIT.
        var codes: [Int]
        var why: String
        var testDescription: String { why }
    }

    static let inside: [InsideRow] = [
        .init(inside: .sound, end: .reply(221), codes: [250, 250, 221], why: "as it should be"),
        .init(
            inside: .helloRefused(code: 550), end: .reply(221), codes: [550, 250, 221],
            why: "EHLO refused"),
        .init(inside: .closed, end: .closed, codes: [], why: "closed at EHLO"),
        .init(inside: .silence, end: .pending(bytes: 0), codes: [], why: "silent at EHLO"),
        .init(
            inside: .noopRefused(code: 421), end: .reply(221), codes: [250, 421, 221],
            why: "NOOP refused"),
        .init(
            inside: .quitIgnored, end: .pending(bytes: 0), codes: [250, 250], why: "QUIT ignored"),
    ]

    @Test("what comes after a good handshake", arguments: inside)
    func afterHandshake(row: InsideRow) async throws {
        let world = MailTable(hosts: [LabAddress.normal: MailBehaviour(inside: row.inside)])
        try await withMailServer(world) { server in
            var client = MailClient(server, LabAddress.normal)
            if case .pending = row.end { client.patience = .milliseconds(500) }
            let seen = await client.visit()
            #expect(seen.step == .commands && seen.end == row.end, "\(seen)")
            #expect(Array(seen.codes.dropFirst(3)) == row.codes)
            #expect(seen.verifyResult == 0)
            #expect(server.tally.commands(at: LabAddress.normal, "STARTTLS") == 1)
        }
    }

    @Test("an old host is real: an old client gets TLS 1.1")
    func oldClient() async throws {
        try await withMailServer { server in
            var client = MailClient(server, LabMailHost.oldTLS.address)
            client.isOld = true
            let seen = await client.visit()
            #expect(seen.version == "TLSv1.1" && seen.end == .reply(221))
        }
    }

    struct LineRow: Sendable, CustomTestStringConvertible {
        var line: String
        var command: MailCommand
        var why: String
        var testDescription: String { why }
    }

    static let lines: [LineRow] = [
        .init(
            line: "EHLO a.test", command: .hello(isExtended: true, name: "a.test"), why: "EHLO"),
        .init(
            line: "helo A.Test", command: .hello(isExtended: false, name: "a.test"),
            why: "RFC 5321 §2.4: verbs and names in any case"),
        .init(
            line: "EHLO", command: .hello(isExtended: true, name: ""),
            why: "a client that does not name itself"),
        .init(line: "StartTLS", command: .startTLS, why: "RFC 3207 §4"),
        .init(line: "MAIL FROM:<>", command: .mail, why: "a sender"),
        .init(line: "RCPT TO:<a@b>", command: .mail, why: "a recipient"),
        .init(line: "DATA", command: .mail, why: "a message"),
        .init(line: "NOOP x", command: .idle, why: "NOOP may have a parameter"),
        .init(line: "RSET", command: .idle, why: "nothing to reset"),
        .init(line: "QUIT", command: .quit, why: "the end"),
        .init(line: "BDAT 5", command: .unknown, why: "not offered"),
        .init(line: "", command: .unknown, why: "an empty line"),
        .init(line: "\u{0}\u{301}", command: .unknown, why: "any bytes"),
    ]

    @Test("commands, whole and byte by byte", arguments: lines)
    func command(row: LineRow) {
        let bytes = Array((row.line + "\r\nREST").utf8)
        var whole = MailLines()
        whole.append(bytes[...])
        var pieces = MailLines()
        for byte in bytes { pieces.append([byte]) }
        for var lines in [whole, pieces] {
            let (line, rest) = (lines.next(), lines.next())
            #expect(line.map(MailCommand.init) == row.command)
            #expect(rest == nil && !lines.isTooLong)
        }
    }

    @Test("lines without end and dialogues without end are ended")
    func limits() async throws {
        try await withMailServer { server in
            var client = MailClient(server, LabAddress.normal)
            client.commands = [String(repeating: "x", count: 10_000)]
            #expect(await client.visit().end == .reply(500))
            client.commands = Array(repeating: "NOOP", count: 999)
            #expect(await client.visit().end == .reply(421))
        }
        var lines = MailLines()
        lines.append(Array(repeating: 0x78, count: MailLines.limitBytes)[...])
        #expect(!lines.isTooLong)
        lines.append([0x78])
        #expect(lines.isTooLong)
    }
}
