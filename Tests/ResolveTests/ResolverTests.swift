import DNSMessage
import Evidence
import Loop
import LoopbackPorts
import Synchronization
import Testing

@testable import Resolve

@Suite("Resolver: outcomes over the wire", .timeLimit(.minutes(6)))
struct ResolverTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var why: String
        var outcome: Reply.Outcome
        var queries = 1
        var script: NameServer.Script
        var testDescription: String { why }

        init(
            _ why: String, _ outcome: Reply.Outcome, queries: Int = 1,
            script: @escaping NameServer.Script
        ) {
            self.why = why
            self.outcome = outcome
            self.queries = queries
            self.script = script
        }
    }

    static let text = record("x.example", .txt("hello"))
    static let found = Reply.Outcome.found([.txt("hello")])
    /// Above 512 and below 1,232 bytes.
    static let medium = record(
        "x.example",
        .txt([
            Array(repeating: 0x61, count: 200),
            Array(repeating: 0x62, count: 200), Array(repeating: 0x63, count: 200),
        ]))
    static let big = (0..<20).map {
        record("x.example", .txt([Array(repeating: UInt8($0), count: 200)]))
    }

    static let rows: [Row] = [
        .init("found", found) { [.message($0.message.reply(answers: [text]))] },
        .init("no data", .noData) { [.message($0.message.reply())] },
        .init("NXDOMAIN", .nameMissing) { [.message($0.message.reply(.nameError))] },
        .init("SERVFAIL is not a connection failure", .failed(.serverFailure)) {
            [.message($0.message.reply(.serverFailure))]
        },
        .init("REFUSED", .failed(.refused)) { [.message($0.message.reply(.refused))] },
        .init("NOTIMP", .failed(.notImplemented)) {
            [.message($0.message.reply(.notImplemented))]
        },
        .init("FORMERR with OPT: the server knows EDNS", .failed(.formatError)) {
            [.message($0.message.reply(.formatError))]
        },
        .init("BADVERS, a code that needs OPT", .failed(.responseCode(16))) {
            [.message($0.message.reply(.badVersion))]
        },
        .init("an answer that comes late but in time", found) {
            [.later(.milliseconds(150), .message($0.message.reply(answers: [text])))]
        },
        .init("a wrong id is ignored", found) { query in
            var spoofed = query.message.reply(.nameError)
            spoofed.id ^= 1
            return [.message(spoofed), .message(query.message.reply(answers: [text]))]
        },
        .init("a wrong question is ignored", found) { query in
            var spoofed = query.message.reply(.nameError)
            spoofed.questions[0].name = name("y.example")
            return [.message(spoofed), .message(query.message.reply(answers: [text]))]
        },
        .init("a query sent back is no reply", .failed(.malformedReply)) {
            [.message($0.message)]
        },
        .init("a reply cut off in its answer", .failed(.malformedReply)) {
            [.raw(Array($0.message.reply(answers: [text]).encoded().dropLast(15)))]
        },
        .init("a pointer loop", .failed(.malformedReply)) { query in
            var bytes = Message(
                id: query.message.id, flags: [.response], questions: query.message.questions
            ).encoded()
            bytes[7] = 1
            let loop = UInt8(bytes.count)
            return [.raw(bytes + [0xC0, loop, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0])]
        },
        .init("above 512 bytes and within the EDNS size", .found([medium.data])) {
            [.message($0.message.reply(answers: [medium]))]
        },
        .init("truncated: asked again over TCP", .found(big.map(\.data))) {
            [.message($0.message.reply(answers: big))]
        },
        .init("TC over TCP as well is no whole answer", .failed(.malformedReply)) {
            var reply = $0.message.reply()
            reply.flags.insert(.truncated)
            return [.message(reply)]
        },
        .init("FORMERR without OPT to a query with OPT", found) { query in
            guard query.message.edns != nil else {
                return [.message(query.message.reply(answers: [text]))]
            }
            var reply = query.message.reply(.formatError)
            reply.additionals = []
            return [.message(reply)]
        },
        .init("FORMERR without OPT, whatever is asked", .failed(.formatError), queries: 2) {
            var reply = $0.message.reply(.formatError)
            reply.additionals = []
            return [.message(reply)]
        },
    ]

    @Test("outcome", arguments: rows)
    func outcome(row: Row) async throws {
        try await withResolver(script: row.script) { resolver, _ in
            let reply = await resolver.query("x.example", .txt)
            #expect(reply.outcome == row.outcome)
            #expect(reply.queries == row.queries)
        }
    }

    @Test("no answer is a timeout, and its neighbours do not wait for it")
    func timeout() async throws {
        try await withResolver(
            configure: { $0.timeout = .milliseconds(500) },
            script: { $0.name.hasPrefix("drop") ? [] : [.message($0.message.reply(.nameError))] }
        ) { resolver, _ in
            async let dropped = resolver.query("drop.example", .a)
            #expect(await resolver.query("other.example", .a).outcome == .nameMissing)
            #expect(await dropped.outcome == .failed(.timeout))
            let statistics = await resolver.statistics
            #expect(statistics.queries == 2)
            #expect(statistics.timeouts == 1)
            #expect(statistics.inFlight == 0)
            #expect((statistics.receiveBufferBytes ?? 0) > 0)
        }
    }

    @Test("a lost first datagram is made good by the next try; one query is counted")
    func nextTry() async throws {
        final class Counter: Sendable {
            let count = Atomic<Int>(0)
        }
        let seen = Counter()
        try await withResolver(
            configure: {
                $0.timeout = .milliseconds(200)
                $0.tries = 3
            },
            script: { query in
                seen.count.add(1, ordering: .relaxed).oldValue == 0
                    ? [] : [.message(query.message.reply(.nameError))]
            }
        ) { resolver, server in
            #expect(await resolver.query("x", .a).outcome == .nameMissing)
            #expect(await server.queries.count >= 2)
            #expect(await resolver.statistics.queries == 1)
        }
    }

    @Test("no server there")
    func nobody() async throws {
        let loop = try Loop.start()
        let server = Endpoint("127.0.0.1:\(try LoopbackPort.free())")
        let resolver = try Resolver(
            loop: loop,
            configuration: ResolverConfiguration(
                servers: [try #require(server)], timeout: .seconds(20), tries: 1))
        #expect(await resolver.query("x.example", .a).outcome == .failed(.transport))
        await resolver.close()
        await loop.stop()
    }

    @Test("an IPv6 server")
    func v6() async throws {
        do {
            try await withResolver(
                host: "::1", script: { [.message($0.message.reply(answers: [Self.text]))] }
            ) { resolver, _ in
                #expect(await resolver.query("x.example", .txt).outcome == Self.found)
            }
        } catch is NameServer.Failure {
            // No IPv6 on this machine.
        }
    }

    @Test("the query: recursion, AD, one question, an OPT with our size")
    func query() async throws {
        try await withResolver(script: { [.message($0.message.reply())] }) { resolver, server in
            _ = await resolver.query(#"Odd\.label.\000\255.example."#, .mx)
            let query = try #require(await server.queries.first?.message)
            #expect(query.flags == [.recursionDesired, .authenticData])
            #expect(
                query.questions == [.init(name: name(#"odd\.label.\000\255.example"#), type: .mx)])
            #expect(query.edns == ExtendedDNS(payloadSize: 1232))
        }
    }

    struct Unaskable: Sendable {
        var name: String
        var outcome: Reply.Outcome
    }

    @Test(
        "names that are never sent",
        arguments: [
            Unaskable(
                name: String(repeating: "a", count: 64) + ".example",
                outcome: .failed(.unaskableName)),
            Unaskable(
                name: Array(repeating: "abcdefg", count: 32).joined(separator: "."),
                outcome: .failed(.unaskableName)),
            Unaskable(name: "a..example", outcome: .failed(.unaskableName)),
            Unaskable(name: #"a\999"#, outcome: .failed(.unaskableName)),
            // RFC 7686 §2
            Unaskable(name: "expyuzz4wqqyqhjn.Onion", outcome: .nameMissing),
        ])
    func unaskable(row: Unaskable) async throws {
        try await withResolver(script: { [.message($0.message.reply())] }) { resolver, server in
            #expect(await resolver.query(row.name, .a) == Reply(row.outcome, queries: 0))
            #expect(await server.queries.isEmpty)
        }
    }

    @Test("a TCP connection closed by the server is a failure, not the end")
    func hangUp() async throws {
        try await withResolver(
            configure: { $0.timeout = .seconds(2) },
            script: { query in
                query.isTCP ? [.hangUp] : [.message(query.message.reply(answers: Self.big))]
            }
        ) { resolver, _ in
            let failure = await resolver.query("x.example", .txt).outcome
            #expect([.failed(.transport), .failed(.timeout)].contains(failure))
        }
    }

    @Test("bad configurations are refused")
    func configuration() async throws {
        let loop = try Loop.start()
        var rows: [ResolverConfiguration] = Array(repeating: .init(), count: 6)
        rows[0].timeout = .zero
        rows[1].tries = 0
        rows[2].channels = 0
        rows[3].inFlightPerChannel = -1
        rows[4].ednsPayload = 100
        rows[5].queriesPerChannel = 0
        for row in rows {
            #expect(throws: ResolverFailure.invalidConfiguration) {
                try Resolver(loop: loop, configuration: row)
            }
        }
        await loop.stop()
    }
}
