import DNSMessage
import Testing

@Suite("Decoding: RFC 1035 §4")
struct DecodingTests {
    struct Malformed: Sendable, CustomTestStringConvertible {
        var why: String
        var bytes: Bytes
        var failure: DecodingFailure
        var testDescription: String { why }
    }

    static let malformed: [Malformed] = [
        .init(why: "nothing at all", bytes: Bytes(), failure: .truncated(at: 0)),
        .init(
            why: "a header cut short", bytes: Bytes(bytes: Array(repeating: 0, count: 11)),
            failure: .truncated(at: 11)),
        .init(
            why: "65,535 questions in no bytes", bytes: .header(0xFFFF),
            failure: .countTooLarge(at: 12)),
        .init(
            why: "65,535 answers in a few bytes",
            bytes: .header(0, 0xFFFF).name("a").record(.a, [1, 2, 3, 4]),
            failure: .countTooLarge(at: 12)),
        .init(
            why: "a question without its class", bytes: .header(1).name("aa").word(1),
            failure: .truncated(at: 18)),
        .init(
            why: "a label beyond the end", bytes: .header(1).raw([63, 1, 2, 3, 4, 5]),
            failure: .truncated(at: 18)),
        .init(
            why: "a pointer to itself", bytes: .header(1).pointer(12).word(1).word(1),
            failure: .pointer(at: 12)),
        .init(
            why: "two pointers in a ring",
            bytes: .header(0, 1).raw([1, 0x61]).pointer(12).word(1).word(1).long(0).word(0),
            failure: .pointer(at: 14)),
        .init(
            why: "a pointer to what comes after", bytes: .header(1).pointer(14).name("a").word(1),
            failure: .pointer(at: 12)),
        .init(
            why: "a pointer into the header", bytes: .header(1).pointer(0).word(1).word(1),
            failure: .pointer(at: 12)),
        .init(
            why: "half a pointer", bytes: .header(1).raw([1, 0x61, 1, 0x61, 0xC0]),
            failure: .truncated(at: 17)),
        .init(
            why: "label type 01", bytes: .header(1).raw([0x41, 0, 0, 0, 0, 0]),
            failure: .labelType(at: 12)),
        .init(
            why: "label type 10", bytes: .header(1).raw([0x80, 0, 0, 0, 0, 0]),
            failure: .labelType(at: 12)),
        .init(
            why: "a name of 257 octets",
            bytes: .header(1).name(Array(repeating: "abcdefg", count: 32).joined(separator: "."))
                .word(1).word(1),
            failure: .nameTooLong(at: 12)),
        .init(
            why: "data beyond the end",
            bytes: .header(0, 1).name("a").record(.a, [1, 2, 3, 4], length: 5),
            failure: .truncated(at: 29)),
        .init(
            why: "an address of 3 bytes", bytes: .header(0, 1).name("a").record(.a, [1, 2, 3]),
            failure: .recordData(.a, at: 25)),
        .init(
            why: "an IPv6 address of 4 bytes",
            bytes: .header(0, 1).name("a").record(.aaaa, [1, 2, 3, 4]),
            failure: .recordData(.aaaa, at: 25)),
        .init(
            why: "TXT without a string", bytes: .header(0, 1).name("a").record(.txt, []),
            failure: .recordData(.txt, at: 25)),
        .init(
            why: "a string beyond its TXT",
            bytes: .header(0, 1).name("a").record(.txt, [5, 0x61]).raw([0, 0, 0, 0, 0]),
            failure: .recordData(.txt, at: 26)),
        .init(
            why: "bytes after the exchange of MX",
            bytes: .header(0, 1).name("a").record(.mx, [0, 10, 0, 9]),
            failure: .recordData(.mx, at: 12)),
        .init(
            why: "an exchange that runs beyond its MX",
            bytes: .header(0, 1).name("a").record(.mx, [0, 10, 1], length: 3).raw([0x61, 0]),
            failure: .recordData(.mx, at: 12)),
        .init(
            why: "SOA cut short",
            bytes: .header(0, 0, 1).name("a").record(.soa, [0, 0, 0, 0, 0, 1]),
            failure: .truncated(at: 31)),
        .init(
            why: "OPT among the answers", bytes: .header(0, 1).name("").record(.opt, []),
            failure: .misplacedOPT(at: 12)),
        .init(
            why: "OPT owned by a name", bytes: .header(0, 0, 0, 1).name("a").record(.opt, []),
            failure: .misplacedOPT(at: 12)),
        .init(
            why: "two OPT",
            bytes: .header(0, 0, 0, 2).name("").record(.opt, []).name("").record(.opt, []),
            failure: .misplacedOPT(at: 23)),
        .init(
            why: "a byte after the end", bytes: .header().raw([0]),
            failure: .trailingBytes(at: 12)),
    ]

    @Test("refuses", arguments: malformed)
    func refuses(row: Malformed) {
        #expect(throws: row.failure) { try Message.decode(row.bytes.bytes) }
    }

    @Test("a chain of pointers to pointers is cut off")
    func pointerChain() throws {
        // 200 pointers, each to the one before it, hidden in data that nobody reads as names.
        var chain: [UInt8] = [0]
        let start = 12 + 11
        for index in 0..<200 {
            let target = index == 0 ? start : start + 1 + 2 * (index - 1)
            chain += [0xC0 | UInt8(target >> 8), UInt8(target & 0xFF)]
        }
        func message(pointingAt index: Int) -> [UInt8] {
            Bytes.header(0, 2).name("").record(RecordType(rawValue: 99), chain)
                .pointer(UInt16(start + 1 + 2 * index)).record(.a, [1, 2, 3, 4]).bytes
        }
        #expect(try Message.decode(message(pointingAt: 100)).answers.last?.name == .root)
        #expect(throws: DecodingFailure.self) { try Message.decode(message(pointingAt: 199)) }
    }

    @Test("header bits")
    func header() throws {
        let message = try Message.decode(Bytes.header(flags: 0b1010_1011_1011_0101).bytes)
        #expect(message.id == 0x0102)
        #expect(message.opcode == 5)
        #expect(message.rcode == .refused)
        #expect(
            message.flags == [
                .response, .truncated, .recursionDesired, .recursionAvailable, .authenticData,
                .checkingDisabled,
            ])
    }

    @Test("OPT: the upper bits of the response code (RFC 6891 §6.1.3)")
    func extendedCode() throws {
        let bytes = Bytes.header(flags: 0x8180, 0, 0, 0, 1).name("")
            .word(41).word(1232).long(0x0100_8000).word(5).raw([0, 10, 0, 1, 7])
        let message = try Message.decode(bytes.bytes)
        #expect(message.rcode == .badVersion)
        #expect(
            message.edns
                == ExtendedDNS(payloadSize: 1232, flags: 0x8000, options: [0, 10, 0, 1, 7]))
    }

    @Test(
        "a TTL above 2^31 - 1 counts as zero (RFC 2181 §8)",
        arguments: [
            (UInt32(0x7FFF_FFFF), UInt32(0x7FFF_FFFF)), (0x8000_0000, 0), (0xFFFF_FFFF, 0),
        ])
    func hugeTTL(given: UInt32, read: UInt32) throws {
        let bytes = Bytes.header(0, 1).name("a").record(.a, [1, 2, 3, 4], ttl: given)
        #expect(try Message.decode(bytes.bytes).answers.first?.ttl == read)
    }

    @Test("records of another class are kept unread")
    func otherClass() throws {
        let bytes = Bytes.header(0, 1).name("a").word(1).word(3).long(1).word(1).raw([9])
        #expect(try Message.decode(bytes.bytes).answers.first?.data == .other([9]))
    }

    @Test("compressed names in MX data")
    func compressedData() throws {
        let bytes = Bytes.header(1, 1).name("a.example").word(15).word(1)
            .pointer(12).record(.mx, [0, 10, 2, 0x6D, 0x78, 0xC0, 14])
        let message = try Message.decode(bytes.bytes)
        #expect(
            message.answers.first?.data
                == .mx(preference: 10, exchange: try DNSName("mx.example")))
    }

    @Test("no prefix and no changed byte of a good message traps")
    func hostileVariants() throws {
        let good = RoundTripTests.rich.encoded()
        for count in 0..<good.count {
            #expect(throws: DecodingFailure.self) { try Message.decode(Array(good[..<count])) }
        }
        for index in good.indices {
            for value in [0x00, 0x01, 0x3F, 0x40, 0x80, 0xC0, 0xFF] as [UInt8] {
                var changed = good
                changed[index] = value
                _ = try? Message.decode(changed)
            }
        }
    }
}
