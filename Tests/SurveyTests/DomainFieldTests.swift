import Audit
import MTASTS
import Testing

@testable import Survey

@Suite("Portfolio: what stands in a domain field")
struct DomainFieldTests {
    struct Row: CustomTestStringConvertible {
        var input: String
        var name: String?
        var problem: InputProblem?
        var why: String

        static func good(_ input: String, _ name: String, _ why: String) -> Row {
            Row(input: input, name: name, problem: nil, why: why)
        }
        static func bad(_ input: String, _ problem: InputProblem, _ why: String) -> Row {
            Row(input: input, name: nil, problem: problem, why: why)
        }
        var testDescription: String { why }
    }

    static let label63 = String(repeating: "a", count: 63)
    static let name253 = "\(label63).\(label63).\(label63)." + String(repeating: "b", count: 61)

    static let rows: [Row] = [
        .good("example.com", "example.com", "plain"),
        .good("EXAMPLE.Com", "example.com", "upper case"),
        .good("example.com.", "example.com", "trailing dot"),
        .good(" \t example.com \r", "example.com", "white space around"),
        .good("\u{A0}example.com\u{200B}", "example.com", "no-break and zero-width spaces"),
        .good("\u{FEFF}example.com", "example.com", "a byte order mark from a joined file"),
        .good("münchen.example", "xn--mnchen-3ya.example", "a U-label"),
        .good("MÜNCHEN.EXAMPLE", "xn--mnchen-3ya.example", "upper case beyond ASCII"),
        .good("mu\u{308}nchen.example", "xn--mnchen-3ya.example", "decomposed: NFC first"),
        .good("straße.example", "xn--strae-oqa.example", "non-transitional: sharp s stays"),
        .good("例え。テスト", "xn--r8jz45g.xn--zckzah", "an ideographic full stop"),
        .good("xn--mnchen-3ya.example", "xn--mnchen-3ya.example", "an A-label as it is"),
        .good("xn--i-7iq.ws", "xn--i-7iq.ws", "an emoji name exists in DNS, IDNA2008 or not"),
        .good("1and1.example", "1and1.example", "begins with a digit"),
        .good("192.0.2.example", "192.0.2.example", "nearly an address"),
        .good("3com.com", "3com.com", "a digit first"),
        .good("\(label63).example", "\(label63).example", "63 octets"),
        .good(name253, name253, "253 octets"),
        .bad("", .empty, "nothing"),
        .bad("  \t", .empty, "white space only"),
        .bad("https://example.com/", .url, "scheme and path"),
        .bad("HTTP://EXAMPLE.COM", .url, "scheme only"),
        .bad("https://user@example.com/", .url, "a URL with a user is no e-mail address"),
        .bad("https://192.0.2.1/", .url, "a URL of an address"),
        .bad("example.com/path", .url, "path only"),
        .bad("postmaster@example.com", .emailAddress, "e-mail"),
        .bad("mailto:a@example.com", .emailAddress, "mailto"),
        .bad("müller@example.com", .emailAddress, "e-mail beyond ASCII"),
        .bad("@example.com", .emailAddress, "only the second half"),
        .bad("192.0.2.1", .ipAddress, "IPv4"),
        .bad("192.0.2.1.", .ipAddress, "IPv4 with a dot"),
        .bad("192.0.2.1%eth0", .ipAddress, "IPv4 with a zone"),
        .bad("192.0.2.1:25", .ipAddress, "IPv4 with a port"),
        .bad("192.0.2.0/24", .ipAddress, "an IPv4 network"),
        .bad("[192.0.2.1]", .ipAddress, "address literal"),
        .bad("[IPv6:2001:db8::1]", .ipAddress, "RFC 5321 address literal"),
        .bad("[2001:db8::1]:443", .ipAddress, "bracketed IPv6 with a port"),
        .bad("2001:db8::1", .ipAddress, "IPv6"),
        .bad("fe80::1%eth0", .ipAddress, "IPv6 with a zone"),
        .bad("\(label63)a.example", .labelTooLong, "64 octets"),
        .bad("b" + name253, .tooLong, "254 octets"),
        .bad(String(repeating: "ü", count: 60) + ".example", .labelTooLong, "long as an A-label"),
        .bad(String(repeating: "ü.", count: 600), .tooLong, "beyond any name"),
        .bad("example..com", .emptyLabel, "two dots"),
        .bad(".example.com", .emptyLabel, "leading dot"),
        .bad(".", .emptyLabel, "the root"),
        .bad("-example.com", .hyphenAtEdge, "leading hyphen"),
        .bad("example-.com", .hyphenAtEdge, "trailing hyphen"),
        .bad("mail_server.example.com", .badCharacter, "underscore"),
        .bad("_mta-sts.example.com", .badCharacter, "the record's name, not the domain"),
        .bad("*.example.com", .badCharacter, "wildcard"),
        .bad("exa mple.com", .badCharacter, "inner space"),
        .bad("\"example.com\"", .badCharacter, "quotes in a plain list"),
        .bad("example.com:25", .badCharacter, "port"),
        .bad("exa\u{0}mple.com", .badCharacter, "zero byte"),
        .bad("exä\u{0}mple.com", .badCharacter, "zero byte beside a U-label"),
        .bad("mü_ller.example", .badCharacter, "underscore beside a U-label"),
        .bad("xn--aä.example", .badUnicode, "punycode prefix and unicode"),
        .bad("a\u{202E}b.example", .badUnicode, "a disallowed control"),
        .bad("localhost", .singleLabel, "one label"),
        .bad("com.", .singleLabel, "a top-level domain"),
        .bad("münchen", .singleLabel, "one U-label"),
    ]

    @Test("reads", arguments: rows)
    func reads(row: Row) {
        let bytes = Array(row.input.utf8)
        switch DomainField.read(DomainField.trimmed(bytes[...])) {
        case .success(let name):
            #expect(name.description == row.name, "\(row.why)")
        case .failure(let problem):
            #expect(problem == row.problem, "\(row.why)")
        }
    }

    @Test("bytes that are no UTF-8")
    func badEncoding() {
        let bytes = Array("ex".utf8) + [0xFC] + Array("ample.com".utf8)
        #expect(DomainField.read(bytes[...]) == .failure(.badEncoding))
    }
}
