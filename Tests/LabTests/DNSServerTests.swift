import DNSMessage
import LoopbackPorts
import Testing

@testable import Lab

/// A world that is a table; what is not in it does not exist.
struct TableWorld: World {
    var table: [String: DNSBehaviour]

    func answer(to name: String, type: RecordType) -> DNSBehaviour { table[name] ?? .nameError }

    func policyHost(_ serverName: String, at address: String) -> HostBehaviour {
        HostBehaviour(response: .empty)
    }
}

@Suite("Lab DNS server", .timeLimit(.minutes(6)))
struct DNSServerTests {
    static func text(_ name: String, _ value: String) throws -> ResourceRecord {
        ResourceRecord(
            name: try DNSName(name), type: .txt, ttl: 60, data: .txt([Array(value.utf8)]))
    }

    static func query(
        _ name: String, _ type: RecordType = .txt, id: UInt16 = 7, payloadSize: UInt16? = 1232
    ) throws -> Message {
        Message.query(id: id, try DNSName(name), type, payloadSize: payloadSize)
    }

    static func withServer(
        _ table: [String: DNSBehaviour], idleLimit: Duration = .seconds(10),
        _ body: (DNSTestClient) async throws -> Void
    ) async throws {
        let server = try await DNSServer.start(
            world: TableWorld(table: table), port: 0, idleLimit: idleLimit)
        do {
            try await body(DNSTestClient(port: server.port))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    struct Row: CustomTestStringConvertible, Sendable {
        var name: String
        var behaviour: DNSBehaviour
        var rcode: ResponseCode
        var answers: Int
        var hasSOA: Bool
        var why: String
        var testDescription: String { "\(name): \(why)" }
    }

    static let alias = ResourceRecord(
        name: .root, type: .cname, ttl: 60, data: .cname(.root))

    static let rows: [Row] = [
        Row(
            name: "found", behaviour: .records([alias, alias]), rcode: .noError, answers: 2,
            hasSOA: true, why: "an alias with nothing behind it is NODATA"),
        Row(
            name: "nodata", behaviour: .records([]), rcode: .noError, answers: 0, hasSOA: true,
            why: "RFC 2308 §2.2"),
        Row(
            name: "nxdomain", behaviour: .nameError, rcode: .nameError, answers: 0, hasSOA: true,
            why: "RFC 2308 §2.1"),
        Row(
            name: "dangling", behaviour: .danglingAlias([alias]), rcode: .nameError, answers: 1,
            hasSOA: true, why: "NXDOMAIN is about the end of the chain"),
        Row(
            name: "servfail", behaviour: .responseCode(2), rcode: .serverFailure, answers: 0,
            hasSOA: false, why: "a bare code"),
        Row(
            name: "refused", behaviour: .responseCode(5), rcode: .refused, answers: 0,
            hasSOA: false, why: "a bare code"),
        Row(
            name: "out-of-range", behaviour: .responseCode(-1), rcode: .noError, answers: 0,
            hasSOA: false, why: "clamped, no trap"),
    ]

    @Test("codes and sections", arguments: rows)
    func codes(row: Row) async throws {
        try await Self.withServer([row.name: row.behaviour]) { client in
            let query = try Self.query(row.name)
            let overUDP = try #require(try client.datagram(query))
            let stream = client.stream()
            stream.write(DNSTestClient.framed(query))
            let overTCP = try #require(try stream.next())
            for reply in [overUDP, overTCP] {
                #expect(reply.id == 7)
                #expect(reply.rcode == row.rcode)
                #expect(reply.answers.count == row.answers)
                #expect(reply.authorities.contains { $0.type == .soa } == row.hasSOA)
                #expect(reply.flags.isSuperset(of: [.response, .recursionAvailable]))
                #expect(reply.questions == query.questions)
                #expect(reply.edns != nil)
            }
        }
    }

    @Test("upper case in the question is kept and does not matter")
    func questionCase() async throws {
        try await Self.withServer(["found.example": .records([try Self.text("x", "y")])]) {
            client in
            let reply = try #require(try client.datagram(try Self.query("FoUnd.Example")))
            #expect(reply.answers.count == 1)
            #expect(reply.questions.first?.name.wire == (try DNSName("FoUnd.Example")).wire)
        }
    }

    @Test("a dropped query has no answer, and the next one has")
    func drop() async throws {
        try await Self.withServer(["lost": .drop, "found": .records([])]) { client in
            #expect(try client.datagram(try Self.query("lost"), waitMilliseconds: 100) == nil)
            let stream = client.stream()
            stream.write(DNSTestClient.framed(try Self.query("lost", id: 1)))
            stream.write(DNSTestClient.framed(try Self.query("found", id: 2)))
            #expect(try stream.next()?.id == 2)
            #expect(try client.datagram(try Self.query("found")) != nil)
        }
    }

    @Test("a delayed answer comes, not before its time and not in the way of others")
    func delay() async throws {
        let delayed = DNSBehaviour.delayed(milliseconds: 150, .records([]))
        try await Self.withServer(["late": delayed, "found": .records([])]) { client in
            let start = ContinuousClock.now
            #expect(try client.datagram(try Self.query("late")) != nil)
            #expect(start.duration(to: .now) >= .milliseconds(150))
            let stream = client.stream()
            stream.write(DNSTestClient.framed(try Self.query("late", id: 1)))
            stream.write(DNSTestClient.framed(try Self.query("found", id: 2)))
            stream.endWriting()
            #expect(try stream.next()?.id == 2)
            #expect(try stream.next()?.id == 1)
            #expect(stream.isClosed())
        }
    }

    @Test("RFC 7766: truncated over UDP, whole over TCP")
    func truncation() async throws {
        let behaviour = DNSBehaviour.truncated(.records([try Self.text("cut", "whole")]))
        try await Self.withServer(["cut": behaviour]) { client in
            let query = try Self.query("cut")
            let reply = try #require(try client.datagram(query))
            #expect(reply.flags.contains(.truncated))
            #expect(reply.answers.isEmpty)
            let stream = client.stream()
            stream.write(DNSTestClient.framed(query))
            let whole = try #require(try stream.next())
            #expect(!whole.flags.contains(.truncated))
            #expect(whole.answers.count == 1)
        }
    }

    @Test("RFC 6891 §6.2.5: no UDP answer is above what the query offers")
    func size() async throws {
        let records = try (0..<80).map { try Self.text("big.example", "record number \($0)") }
        try await Self.withServer(["big.example": .records(records)]) { client in
            let offers: [(UInt16?, Int)] = [
                (nil, 512), (100, 512), (512, 512), (1232, 1232), (65_535, 4_096),
            ]
            for (offer, limit) in offers {
                let query = try Self.query("big.example", payloadSize: offer)
                let bytes = try #require(client.datagram(query.encoded()))
                let reply = try Message.decode(bytes)
                #expect(bytes.count <= limit)
                #expect(reply.flags.contains(.truncated) == (reply.answers.count < 80))
                #expect((reply.edns != nil) == (offer != nil))
            }
            let stream = client.stream()
            stream.write(DNSTestClient.framed(try Self.query("big.example")))
            #expect(try stream.next()?.answers.count == 80)
        }
    }

    @Test("FORMERR to OPT is answered without OPT, and a query without it is served")
    func formatErrorWithOPT() async throws {
        try await Self.withServer(["old": .formatErrorWithOPT(.records([]))]) { client in
            let refused = try #require(try client.datagram(try Self.query("old")))
            #expect(refused.rcode == .formatError)
            #expect(refused.edns == nil)
            let served = try client.datagram(try Self.query("old", payloadSize: nil))
            #expect(served?.rcode == .noError)
        }
    }

    @Test("raw bytes leave as they are behind the query's id")
    func raw() async throws {
        try await Self.withServer(["raw": .raw([9, 9, 1, 2, 3]), "tiny": .raw([9])]) { client in
            let raw = try Self.query("raw", id: 0x1234).encoded()
            #expect(client.datagram(raw) == [0x12, 0x34, 1, 2, 3])
            let tiny = try Self.query("tiny").encoded()
            #expect(client.datagram(tiny) == [9])
        }
    }

    @Test("a name fails as often as it should, each type by itself")
    func failing() async throws {
        let behaviour = DNSBehaviour.failing(times: 2, .responseCode(2), then: .records([]))
        try await Self.withServer(["shaky": behaviour]) { client in
            for type in [RecordType.txt, .mx] {
                var codes: [ResponseCode] = []
                for _ in 0..<4 {
                    let reply = try client.datagram(try Self.query("shaky", type))
                    codes.append(try #require(reply).rcode)
                }
                #expect(codes == [.serverFailure, .serverFailure, .noError, .noError])
            }
        }
    }

    @Test("RFC 7766 §6.2.1: several queries on a connection, however the bytes are cut")
    func pipelining() async throws {
        try await Self.withServer(["found": .records([])]) { client in
            let stream = client.stream()
            let first = DNSTestClient.framed(try Self.query("found", id: 1))
            let second = DNSTestClient.framed(try Self.query("found", id: 2))
            stream.write(first + second + first.prefix(1))
            #expect(try stream.next()?.id == 1)
            #expect(try stream.next()?.id == 2)
            for byte in first.dropFirst() { stream.write([byte]) }
            #expect(try stream.next()?.id == 1)
        }
    }

    @Test("a connection without a whole query is closed")
    func idleLimit() async throws {
        try await Self.withServer(["found": .records([])], idleLimit: .milliseconds(150)) {
            client in
            let silent = client.stream()
            let slow = client.stream()
            slow.write([0xFF, 0xFF, 0, 1, 2])
            #expect(silent.isClosed())
            #expect(slow.isClosed())
            let reply = try client.datagram(try Self.query("found"))
            #expect(reply != nil)
        }
    }

    static let malformed: [(bytes: [UInt8], isAnswered: Bool, why: String)] = [
        ([], false, "nothing at all"),
        ([1], false, "one byte"),
        (Array(repeating: 0, count: 11), false, "less than a header"),
        (Array(repeating: 0, count: 12), true, "a header without a question"),
        (Array(repeating: 0xFF, count: 12), false, "a header that says it is an answer"),
        (
            [0, 1, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], true,
            "counts beyond the end"
        ),
        (
            [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 0x0C, 0, 1, 0, 1], true,
            "a pointer at itself"
        ),
        ([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, 65], true, "a label beyond the end"),
        (Array(repeating: 0x41, count: 60_000), true, "far above any query"),
    ]

    @Test(
        "malformed bytes: FORMERR or silence, and the server goes on", arguments: malformed.indices)
    func malformedBytes(index: Int) async throws {
        let row = Self.malformed[index]
        try await Self.withServer(["found": .records([])]) { client in
            let answer = client.datagram(row.bytes, waitMilliseconds: row.isAnswered ? 5_000 : 50)
            #expect((answer != nil) == row.isAnswered, "\(row.why)")
            if let answer { #expect(try Message.decode(answer).rcode == .formatError) }
            let stream = client.stream()
            let length = [UInt8(row.bytes.count >> 8), UInt8(row.bytes.count & 0xFF)]
            stream.write(length + row.bytes)
            stream.write(DNSTestClient.framed(try Self.query("found", id: 99)))
            while let reply = try stream.next() {
                if reply.id == 99 { break }
                #expect(reply.rcode == .formatError)
            }
            #expect(try client.datagram(try Self.query("found")) != nil)
        }
    }

    @Test("random bytes do no harm")
    func noise() async throws {
        try await Self.withServer(["found": .records([])]) { client in
            var state: UInt64 = 42
            let query = try Self.query("found").encoded()
            for _ in 0..<300 {
                var bytes = query
                for _ in 0..<3 {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
                }
                _ = client.datagram(bytes, waitMilliseconds: 0)
            }
            #expect(try client.datagram(try Self.query("found")) != nil)
        }
    }

    @Test("what is no plain query for one Internet name is refused with its code")
    func unusualQueries() async throws {
        try await Self.withServer(["found": .records([])]) { client in
            var notify = try Self.query("found")
            notify.opcode = 4
            #expect(try client.datagram(notify)?.rcode == .notImplemented)
            var chaos = try Self.query("found")
            chaos.questions[0].recordClass = RecordClass(rawValue: 3)
            #expect(try client.datagram(chaos)?.rcode == .refused)
            var double = try Self.query("found")
            double.questions.append(double.questions[0])
            #expect(try client.datagram(double)?.rcode == .formatError)
            var version = try Self.query("found", payloadSize: nil)
            version.additionals = [Message.opt(ExtendedDNS(payloadSize: 1232, version: 1))]
            #expect(try client.datagram(version)?.rcode == .badVersion)
        }
    }

    @Test("the port is taken while it runs and free when it has stopped")
    func port() async throws {
        let world = TableWorld(table: [:])
        let port = try LoopbackPort.free()
        let first = try await DNSServer.start(world: world, port: port)
        await #expect(throws: DNSServerFailure.portInUse(port)) {
            _ = try await DNSServer.start(world: world, port: port)
        }
        await first.stop()
        await first.stop()
        let second = try await DNSServer.start(world: world, port: port)
        #expect(second.port == port)
        await second.stop()
    }
}
