import DNSMessage
import Testing

@Suite("Encoding: RFC 1035 §4, RFC 2181 §9")
struct RoundTripTests {
    /// A message with every kind of data in every section.
    static let rich: Message = {
        func name(_ text: String) -> DNSName { (try? DNSName(text)) ?? .root }
        func record(_ owner: String, _ type: RecordType, _ data: RecordData) -> ResourceRecord {
            ResourceRecord(name: name(owner), type: type, ttl: 300, data: data)
        }
        return Message(
            id: 77, flags: [.response, .recursionDesired, .recursionAvailable, .authenticData],
            rcode: .badVersion,
            questions: [Message.Question(name: name("www.example.com"), type: .a)],
            answers: [
                record("www.example.com", .cname, .cname(name("host.example.com"))),
                record("host.example.com", .a, .a([192, 0, 2, 1])),
                record("host.example.com", .aaaa, .aaaa(Array(repeating: 9, count: 16))),
                record("example.com", .mx, .mx(preference: 0, exchange: .root)),
                record("Example.COM", .mx, .mx(preference: 20, exchange: name("mx.example.com"))),
                record(
                    "_mta-sts.example.com", .txt, .txt([Array("v=STSv1;".utf8), [], [0, 255]])),
            ],
            authorities: [
                record("example.com", .ns, .ns(name("ns.example.com"))),
                record(
                    "example.com", .soa,
                    .soa(
                        StartOfAuthority(
                            primary: name("ns.example.com"), mailbox: name("h.example.com"),
                            minimum: 60))),
            ],
            additionals: [
                record("x.example.com", RecordType(rawValue: 257), .other([0, 5, 1])),
                Message.opt(ExtendedDNS(payloadSize: 1232, flags: 0x8000, options: [0, 3, 0, 0])),
            ])
    }()

    @Test("decoding gives back what was encoded")
    func richMessage() throws {
        #expect(try Message.decode(Self.rich.encoded()) == Self.rich)
    }

    @Test("names are compressed")
    func compression() throws {
        let name = try DNSName("a.long-enough.example")
        let record = ResourceRecord(name: name, type: .a, ttl: 1, data: .a([1, 2, 3, 4]))
        let message = Message(
            id: 1, questions: [Message.Question(name: name, type: .a)],
            answers: Array(repeating: record, count: 10))
        // A header, the question in full, and ten records of pointer + 14 bytes.
        #expect(message.encoded().count == 12 + name.wire.count + 4 + 10 * 16)
    }

    @Test(
        "a string above 255 bytes becomes several (RFC 1035 §3.3.14)",
        arguments: [
            0, 1, 255, 256, 510, 511, 4000,
        ])
    func longString(count: Int) throws {
        let text = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let message = Message(
            id: 1,
            answers: [ResourceRecord(name: .root, type: .txt, ttl: 1, data: .txt([text]))])
        let read = try Message.decode(message.encoded()).answers.first?.data
        guard case .txt(let strings) = read else {
            Issue.record("no TXT")
            return
        }
        #expect(strings.flatMap(\.self) == text)
    }

    @Test("over the limit: whole records go, OPT stays, TC is set", arguments: 23...600)
    func limit(limit: Int) throws {
        let name = try DNSName("big.example")
        let answers = (0..<20).map { index in
            ResourceRecord(
                name: name, type: .txt, ttl: 1,
                data: .txt([Array(repeating: UInt8(index), count: 20)]))
        }
        let message = Message(
            id: 1, flags: [.response], questions: [Message.Question(name: name, type: .txt)],
            answers: answers, additionals: [Message.opt(ExtendedDNS(payloadSize: 512))])
        let bytes = message.encoded(limit: limit)
        let read = try Message.decode(bytes)
        #expect(bytes.count <= limit)
        #expect(read.edns != nil)
        #expect(read.answers == Array(answers.prefix(read.answers.count)))
        let isWhole = read.answers.count == answers.count && read.questions.count == 1
        #expect(read.flags.contains(.truncated) == !isWhole)
    }

    @Test("an additional record left out does not set TC (RFC 2181 §9)")
    func optionalAdditional() throws {
        var message = Message(id: 1, flags: [.response])
        message.additionals = [
            ResourceRecord(
                name: .root, type: .txt, ttl: 1, data: .txt([Array(repeating: 1, count: 200)]))
        ]
        let read = try Message.decode(message.encoded(limit: 100))
        #expect(read.additionals.isEmpty)
        #expect(!read.flags.contains(.truncated))
    }

    @Test("data too large for any message is left out, not written wrong")
    func impossibleRecord() throws {
        let huge = ResourceRecord(
            name: .root, type: RecordType(rawValue: 99), ttl: 1,
            data: .other(Array(repeating: 0, count: 70_000)))
        let read = try Message.decode(Message(id: 1, answers: [huge]).encoded())
        #expect(read.answers.isEmpty)
        #expect(read.flags.contains(.truncated))
    }

    @Test("generated messages survive the round trip", arguments: 0..<200 as Range<UInt64>)
    func property(seed: UInt64) throws {
        var source = Generator(seed: seed)
        let message = source.message()
        #expect(try Message.decode(message.encoded()) == message)
    }
    @Test(
        "a query written straight down is the encoded message",
        arguments: [nil, 512, 1232] as [UInt16?], ["", "a", "A.Example", #"a\.b.\000c.example"#])
    func straight(payloadSize: UInt16?, name: String) throws {
        let name = try DNSName(name)
        var message = Message.query(id: 0xBEEF, name, .mx, payloadSize: payloadSize)
        message.flags.insert(.authenticData)
        let bytes = Message.encodedQuery(
            id: 0xBEEF, Message.Question(name: name, type: .mx),
            flags: [.recursionDesired, .authenticData], payloadSize: payloadSize)
        #expect(bytes == message.encoded())
    }
}

/// Messages by number (SplitMix64): any failing seed can be run again.
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in .random(in: 0...255, using: &self) }
    }

    /// Few different labels, so that suffixes repeat and are compressed.
    private mutating func name() -> DNSName {
        let labels = (0..<Int.random(in: 0...4, using: &self)).map { _ in
            Int.random(in: 0...9, using: &self) == 0
                ? bytes(.random(in: 1...63, using: &self))
                : [UInt8.random(in: 0x61...0x64, using: &self)]
        }
        return (try? DNSName(labels: labels)) ?? .root
    }

    private mutating func record() -> ResourceRecord {
        let (type, data): (RecordType, RecordData) =
            switch Int.random(in: 0...7, using: &self) {
            case 0: (.a, .a(bytes(4)))
            case 1: (.aaaa, .aaaa(bytes(16)))
            case 2: (.cname, .cname(name()))
            case 3: (.ns, .ns(name()))
            case 4:
                (.mx, .mx(preference: .random(in: 0...UInt16.max, using: &self), exchange: name()))
            case 5:
                (
                    .txt,
                    .txt(
                        (0..<Int.random(in: 1...4, using: &self)).map { _ in
                            bytes(.random(in: 0...255, using: &self))
                        })
                )
            case 6: (.soa, .soa(StartOfAuthority(primary: name(), mailbox: name(), minimum: 5)))
            default:
                (RecordType(rawValue: 65_280), .other(bytes(.random(in: 0...40, using: &self))))
            }
        return ResourceRecord(
            name: name(), type: type, ttl: .random(in: 0...UInt32(Int32.max), using: &self),
            data: data)
    }

    mutating func message() -> Message {
        func records() -> [ResourceRecord] {
            (0..<Int.random(in: 0...12, using: &self)).map { _ in record() }
        }
        return Message(
            id: .random(in: 0...UInt16.max, using: &self), flags: [.response],
            rcode: ResponseCode(rawValue: .random(in: 0...15, using: &self)),
            questions: [Message.Question(name: name(), type: .txt)], answers: records(),
            authorities: records(), additionals: records())
    }
}
