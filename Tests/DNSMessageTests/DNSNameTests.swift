import DNSMessage
import Testing

@Suite("Domain name: RFC 1035 §3.1, RFC 4343")
struct DNSNameTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        var labels: [[UInt8]]
        var description: String
        var why: String
        var testDescription: String { "\(text.prefix(40)): \(why)" }
    }

    static let good: [Row] = [
        .init(text: "", labels: [], description: "", why: "the root"),
        .init(text: ".", labels: [], description: "", why: "the root"),
        .init(
            text: "Mx.Example", labels: [Array("Mx".utf8), Array("Example".utf8)],
            description: "mx.example", why: "case is kept, and shown lower"),
        .init(
            text: "a.b.", labels: [[0x61], [0x62]], description: "a.b", why: "the final dot goes"),
        .init(
            text: "_mta-sts.a", labels: [Array("_mta-sts".utf8), [0x61]],
            description: "_mta-sts.a", why: "underscores are plain bytes"),
        .init(
            text: #"a\.b.c"#, labels: [Array("a.b".utf8), [0x63]], description: #"a\046b.c"#,
            why: "an escaped dot is part of the label"),
        .init(
            text: #"\000\255\032.c\\"#, labels: [[0, 255, 32], Array(#"c\"#.utf8)],
            description: #"\000\255\032.c\092"#, why: "decimal escapes"),
        .init(
            text: "é", labels: [[0xC3, 0xA9]], description: #"\195\169"#, why: "bytes above ASCII"),
        .init(
            text: String(repeating: "a", count: 63),
            labels: [Array(repeating: 0x61, count: 63)],
            description: String(repeating: "a", count: 63), why: "the longest label"),
    ]

    @Test("reads and shows", arguments: good)
    func reads(row: Row) throws {
        let name = try DNSName(row.text)
        #expect(name.labels == row.labels)
        #expect(name.description == row.description)
        #expect(try DNSName(labels: row.labels) == name)
        #expect(try DNSName(name.description) == name, "what is shown reads back")
    }

    struct BadRow: Sendable, CustomTestStringConvertible {
        var text: String
        var problem: DNSName.Problem
        var testDescription: String { "\(text.prefix(40))" }
    }

    static let bad: [BadRow] = [
        .init(text: "..", problem: .emptyLabel),
        .init(text: ".a", problem: .emptyLabel),
        .init(text: "a..b", problem: .emptyLabel),
        .init(text: #"a\046..b"#, problem: .emptyLabel),
        .init(text: String(repeating: "a", count: 64), problem: .labelTooLong),
        .init(
            text: Array(repeating: "abcdefg", count: 32).joined(separator: "."), problem: .tooLong),
        .init(text: #"a\"#, problem: .badEscape),
        .init(text: #"a\25"#, problem: .badEscape),
        .init(text: #"a\2x5"#, problem: .badEscape),
        .init(text: #"a\256"#, problem: .badEscape),
    ]

    @Test("refuses", arguments: bad)
    func refuses(row: BadRow) {
        #expect(throws: row.problem) { try DNSName(row.text) }
    }

    @Test("255 octets are allowed, 256 are not")
    func longest() throws {
        let longest = Array(repeating: "abcdefg", count: 31).joined(separator: ".") + ".abcde"
        #expect(try DNSName(longest).wire.count == 255)
        #expect(throws: DNSName.Problem.tooLong) { try DNSName(longest + "f") }
    }

    @Test("equality ignores ASCII case only")
    func equality() throws {
        #expect(try DNSName("EXAMPLE.com") == DNSName("example.COM"))
        #expect(try DNSName("EXAMPLE.com").hashValue == DNSName("example.COM").hashValue)
        #expect(try DNSName("a[") != DNSName("a{"), "0x5B and 0x7B are no letters")
        #expect(try DNSName("ab.c") != DNSName("a.bc"))
    }

    @Test(
        "within",
        arguments: [
            ("a.example", "example", true), ("example", "EXAMPLE", true), ("a", "", true),
            ("", "", true), ("example", "a.example", false), ("aexample", "example", false),
            ("", "a", false),
        ])
    func within(name: String, ancestor: String, isWithin: Bool) throws {
        #expect(try DNSName(name).isWithin(DNSName(ancestor)) == isWithin)
    }
}
