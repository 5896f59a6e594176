import MTASTS
import Testing

@Suite("MX pattern: RFC 8461 §3.2 sts-policy-mx-value, §4.1")
struct MXPatternTests {
    struct Coverage: Sendable {
        let pattern: String, host: String, covers: Bool, why: String
        init(_ pattern: String, _ host: String, covers: Bool, why: String) {
            (self.pattern, self.host, self.covers, self.why) = (pattern, host, covers, why)
        }
    }

    static let coverage: [Coverage] = [
        .init("*.example.com", "mx.example.com", covers: true, why: "one label"),
        .init("*.example.com", "example.com", covers: false, why: "zero labels"),
        .init("*.example.com", "a.b.example.com", covers: false, why: "two labels"),
        .init("*.example.com", ".example.com", covers: false, why: "an empty label is none"),
        .init("*.example.com", "mxexample.com", covers: false, why: "no label boundary"),
        .init("*.example.com", "example.com.", covers: false, why: "zero labels, final dot"),
        .init("*.example.com", "MX.EXAMPLE.COM.", covers: true, why: "case and final dot"),
        .init("*.com", "example.com", covers: true, why: "a wildcard on a TLD is valid"),
        .init("*.mx.example", "a-b.h.mx.example", covers: false, why: "hyphens make no label"),
        .init("mx.example.com", "mx.example.com", covers: true, why: "equal"),
        .init("MX.Example.com", "mx.example.COM", covers: true, why: "names ignore case"),
        .init("mx.example.com", "mx.example.com.", covers: true, why: "final dot of the host"),
        .init("mx.example.com", "mx.example.com..", covers: false, why: "no name at all"),
        .init("mx.example.com", "x.mx.example.com", covers: false, why: "no suffix match"),
        .init("mx.example.com", "mx.example.co", covers: false, why: "shorter"),
        .init("mx.example.com", "mx.example.comm", covers: false, why: "longer"),
        .init("mx.example.com", "", covers: false, why: "the null MX"),
        .init("*.example.com", "", covers: false, why: "the null MX"),
        .init("xn--mnchen-3ya.example", "xn--mnchen-3ya.example", covers: true, why: "A-labels"),
        .init("127.0.0.1", "mx.example.com", covers: false, why: "an address is no name"),
    ]

    @Test("covers", arguments: coverage)
    func covers(row: Coverage) throws {
        #expect(try MXPattern(row.pattern).covers(row.host) == row.covers, "\(row.why)")
    }

    struct Refusal: Sendable {
        let text: String, problem: MXPatternProblem, why: String
        init(_ text: String, _ problem: MXPatternProblem, why: String) {
            (self.text, self.problem, self.why) = (text, problem, why)
        }
    }

    static let refused: [Refusal] = [
        .init("", .empty, why: "nothing"),
        .init(".", .emptyLabel, why: "only a dot"),
        .init(".example.com", .emptyLabel, why: "a dot in front"),
        .init("mail..example.com", .emptyLabel, why: "two dots"),
        .init("mail.example.com..", .emptyLabel, why: "two dots at the end"),
        .init("mail.example.com.", .trailingDot, why: "zone file habit"),
        .init("*", .bareWildcard, why: "any host of one label"),
        .init("*.", .bareWildcard, why: "no domain"),
        .init("*.*.example.com", .innerWildcard, why: "the left-most label only"),
        .init("mail.*.example.com", .innerWildcard, why: "inner label"),
        .init("mx*.example.com", .innerWildcard, why: "the entire label only"),
        .init("*mx.example.com", .innerWildcard, why: "the entire label only"),
        .init("**.example.com", .innerWildcard, why: "one star"),
        .init("a.example.com,b.example.com", .commaList, why: "one mx line each"),
        .init("a.example.com, b.example.com", .commaList, why: "comma and space"),
        .init("mx.example.com;", .commaList, why: "a semicolon separates nothing here"),
        .init("a.example.com b.example.com", .severalNames, why: "space between names"),
        .init("a.example.com\tb.example.com", .severalNames, why: "tab between names"),
        .init("10 mx.example.com", .priorityPrefix, why: "copied from the MX record"),
        .init("Priority 5: MX.EXAMPLE.COM", .priorityPrefix, why: "copied from a DNS panel"),
        .init("Priority: MX.EXAMPLE.COM", .priorityPrefix, why: "copied from a DNS panel"),
        .init("mx.example.com # primary", .comment, why: "there are no comments"),
        .init("mx.example.com (primary)", .comment, why: "there are no comments"),
        .init("mail_x.example.com", .underscore, why: "Domain has no underscore"),
        .init("_dc-mx.7448e41c9abd.example.com", .underscore, why: "a panel's generated name"),
        .init("münchen.example", .uLabel, why: "MUST be the A-label"),
        .init("*.пример.example", .uLabel, why: "MUST be the A-label"),
        .init("mx.example.com\u{200B}", .invisibleCharacter, why: "pasted from a web page"),
        .init("mx.example\u{A0}.com", .invisibleCharacter, why: "no-break space"),
        .init("-mail.example.com", .hyphenAtEdge, why: "Let-dig first"),
        .init("mail-.example.com", .hyphenAtEdge, why: "Let-dig last"),
        .init("mail.example.com-", .hyphenAtEdge, why: "Let-dig last, in the last label"),
        .init("[192.0.2.1]", .ipLiteral, why: "an address literal is no Domain"),
        .init("2001:db8::25", .ipLiteral, why: "IPv6 is no Domain"),
        .init("https://mx.example.com", .notAName, why: "a URL"),
        .init("mx.example.com:25", .notAName, why: "a port"),
        .init("postmaster@example.com", .notAName, why: "a mail address"),
        .init("\"mx.example.com\"", .quoted, why: "no quotes"),
        .init("PRIMARY_HOSTNAME", .placeholder, why: "a template's name"),
        .init("mx1.your_domain.tld", .placeholder, why: "a template's name"),
        .init("${MX}", .placeholder, why: "a template's marks"),
        .init("{{ mx }}", .placeholder, why: "a template's marks"),
        .init("not!a-name", .character(0x21), why: "no letter, digit or hyphen"),
        .init(
            String(repeating: "a", count: 64) + ".example", .labelTooLong(bytes: 64),
            why: "RFC 1035 §2.3.4: 63 octets"),
        .init(
            String(repeating: "abcdefghi.", count: 25) + "abcd", .tooLong(bytes: 254),
            why: "RFC 1035 §2.3.4: 253 octets of text"),
    ]

    @Test("refused, with the reason", arguments: refused)
    func refuses(row: Refusal) {
        #expect(throws: row.problem, "\(row.why)") { try MXPattern(row.text) }
    }

    static let accepted: [(text: String, wildcard: Bool, labels: Int, why: String)] = [
        ("mx.example.com", false, 3, "a host"),
        ("*.example.com", true, 3, "a wildcard"),
        ("*.com", true, 2, "valid, if too broad"),
        ("localhost", false, 1, "one label is a Domain"),
        ("MX-1.Example.COM", false, 3, "either case"),
        ("1and1.example", false, 2, "a digit first"),
        ("a--b.example", false, 2, "hyphens inside"),
        ("212.114.86.56", false, 4, "the grammar takes an IPv4 address"),
        (String(repeating: "a", count: 63) + ".example", false, 2, "the longest label"),
        (String(repeating: "abcdefghi.", count: 25) + "abc", false, 26, "the longest name"),
    ]

    @Test("accepted", arguments: accepted)
    func accepts(text: String, wildcard: Bool, labels: Int, why: String) throws {
        let pattern = try MXPattern(text)
        #expect(pattern.isWildcard == wildcard, "\(why)")
        #expect(pattern.labelCount == labels, "\(why)")
        #expect(pattern.description == text.lowercased(), "\(why)")
        #expect(pattern.isAddress == (text == "212.114.86.56"))
    }

    @Test("a wildcard stands for exactly one label, whatever the names")
    func wildcardProperty() throws {
        var generator = SeededGenerator(seed: 8461)
        for _ in 0..<2_000 {
            let domain = generator.domain()
            let (one, two) = (generator.label(), generator.label())
            let pattern = try MXPattern("*." + domain)
            #expect(pattern.covers("\(one).\(domain)"))
            #expect(pattern.covers("\(one).\(domain)".uppercased() + "."))
            #expect(!pattern.covers(domain) || domain.hasPrefix("*"))
            #expect(!pattern.covers("\(two).\(one).\(domain)"))
            #expect(!pattern.covers("\(one)\(domain)"))
            let exact = try MXPattern(domain)
            #expect(exact.covers(domain))
            #expect(!exact.covers("\(one).\(domain)"))
        }
    }
}
