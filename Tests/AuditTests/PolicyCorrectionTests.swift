import Testing

@testable import Audit

@Suite("Policy text: the corrected line")
struct PolicyCorrectionTests {
    struct Row: CustomTestStringConvertible, Sendable {
        /// One line in a policy that is sound otherwise.
        var line: String, writes: String?, why: String
        init(_ line: String, _ writes: String?, why: String) {
            self.line = line
            self.writes = writes
            self.why = why
        }
        var testDescription: String { "\(line): \(why)" }

        /// The line takes the place of that of the field it was meant as.
        var text: String {
            let meant = line.lowercased().filter { $0.isLetter || $0 == "_" }
            let sound = [
                "version": "version: STSv1", "mode": "mode: enforce", "mx": "mx: mx.example.com",
                "max": "max_age: 604800",
            ]
            let lines = ["version", "mode", "mx", "max"].map { name in
                meant.hasPrefix(name) ? line : sound[name] ?? ""
            }
            return lines.map { $0 + "\n" }.joined()
        }
    }

    static let mx: [Row] = [
        .init("mx: a.example, b.example", "mx: a.example / mx: b.example", why: "commas"),
        .init("mx: a.example,b.example;", "mx: a.example / mx: b.example", why: "no spaces"),
        .init("mx: a.example b.example", "mx: a.example / mx: b.example", why: "spaces"),
        .init("mx: a.example, b_c.example", nil, why: "one of them cannot be mended"),
        .init("mx: 10 a.example.", "mx: a.example", why: "as in the zone"),
        .init("mx: Priority 5: A.EXAMPLE", "mx: a.example", why: "as in a panel"),
        .init("mx: a.example.", "mx: a.example", why: "a final dot"),
        .init("mx: *.a.example.", "mx: *.a.example", why: "the wildcard stays"),
        .init("mx: \"a.example\"", "mx: a.example", why: "quotes"),
        .init("mx: a.example # ours", "mx: a.example", why: "a comment"),
        .init(
            "mx: a.example # \(String(repeating: "x", count: 200))", "mx: a.example",
            why: "cut off within the comment only"),
        .init("mx: a.example\u{200B}", "mx: a.example", why: "a mark that does not show"),
        .init("mx: https://a.example:25/", "mx: a.example", why: "a URL"),
        .init("mx: a.example:25", "mx: a.example", why: "a port"),
        .init("mx: user@a.example", nil, why: "an e-mail address names no MX host"),
        .init("mx: 192.0.2.1, a.example", nil, why: "an address is no MX host"),
        .init("mx: b\u{FC}cher.example", "mx: xn--bcher-kva.example", why: "the A-label"),
        .init("mx: *.B\u{DC}CHER.example.", "mx: *.xn--bcher-kva.example", why: "capitals too"),
        .init("mx: stra\u{DF}e.example", nil, why: "two A-labels, by the version of IDNA"),
        .init("mx: bu\u{308}cher.example", nil, why: "a mark that has to be composed first"),
        .init("mx: mx1.your_domain.tld", nil, why: "a template: only the owner knows"),
        .init("mx: *", nil, why: "a guess"),
        .init("mx: a.*.example", nil, why: "a guess"),
        .init("MX: a.example", "mx: a.example", why: "names are lower case"),
        .init("mx a.example", "mx: a.example", why: "no colon"),
        .init(
            "mx: \(String(repeating: "a.example, ", count: 9))", nil,
            why: "cut off: half a list is no list"),
    ]

    static let others: [Row] = [
        .init("mode: enforced", "mode: enforce", why: "the most common slip"),
        .init("mode: Enforce", "mode: enforce", why: "case"),
        .init("Mode: Enforce", "mode: enforce", why: "case of both"),
        .init("mode: test", "mode: testing", why: "short"),
        .init("mode: [testing]", "mode: testing", why: "brackets of a manual"),
        .init("mode: testing # for now", "mode: testing", why: "a comment"),
        .init("mode: enforce;", "mode: enforce", why: "the record's habit"),
        .init("mode = enforce", "mode: enforce", why: "an equals sign"),
        .init("mode : enforce", "mode: enforce", why: "a space before the colon"),
        .init("  mode: enforced", "mode: enforce", why: "two slips in one line"),
        .init("mode: [enforce|testing|none]", nil, why: "nobody has chosen"),
        .init("mode: live", nil, why: "it may be either"),
        .init("max_age: 604,800", "max_age: 604800", why: "a separator"),
        .init("max_age: 1.209.600", "max_age: 1209600", why: "another"),
        .init("max_age: 604800 seconds", "max_age: 604800", why: "a unit"),
        .init("max_age: 604800s", "max_age: 604800", why: "a unit"),
        .init("max_age: 1w", "max_age: 604800", why: "a week"),
        .init("max_age: 7 days", "max_age: 604800", why: "days"),
        .init("max_age: \"604800\"", "max_age: 604800", why: "quotes"),
        .init("max_age: 00000604800", "max_age: 604800", why: "eleven digits"),
        .init("max-age: 604800", "max_age: 604800", why: "a hyphen"),
        .init("max_age: 99999999", "max_age: 31557600", why: "above the limit"),
        .init("max_age: 60,48,00", nil, why: "no groups of three"),
        .init("max_age: 12.5", nil, why: "a fraction"),
        .init("max_age: -1", nil, why: "a sign"),
        .init("max_age: a week", nil, why: "no number"),
        .init("max_age: 99999999999999999999 weeks", nil, why: "beyond every Int"),
        .init("version: STSv2", "version: STSv1", why: "there is no other"),
        .init("version: stsv1", "version: STSv1", why: "case"),
    ]

    @Test("is in the detail, and is right", arguments: mx + others)
    func suggestion(row: Row) throws {
        let findings = Lint().policy(Array(row.text.utf8)).findings.filter { $0.severity == .error }
        #expect(!findings.isEmpty)
        let written = findings.compactMap { finding in
            finding.detail.firstRange(of: "; write: ").map { finding.detail[$0.upperBound...] }
        }
        #expect(Set(written) == (row.writes.map { [$0[...]] } ?? []))
        for finding in findings {
            #expect(!finding.detail.contains("\n") && finding.detail.utf8.count < 600)
        }
        // Following the advice makes the policy valid.
        guard let line = row.writes else { return }
        let mended = row.text.replacing(row.line, with: line.replacing(" / ", with: "\n"))
        #expect(Lint().policy(Array(mended.utf8)).isValid)
    }

    @Test(
        "A-labels (RFC 3492)",
        arguments: [
            ("m\u{FC}nchen.example", "xn--mnchen-3ya.example"),
            ("mx.\u{43F}\u{440}\u{438}\u{43C}\u{435}\u{440}.example", "mx.xn--e1afmkfd.example"),
            (
                "mx.\u{5DE}\u{5D9}\u{5D9}\u{5DC}.\u{5E7}\u{5D5}\u{5DD}",
                "mx.xn--eebajf.xn--9dbq2a"
            ),
            ("\u{F1}aca.example", "xn--aca-6ma.example"),
            ("\u{4F8B}\u{3048}.example", "xn--r8jz45g.example"),
            ("a-\u{E9}\u{E8}-\u{E9}9.example", "xn--a--9-6oafc.example"),
            ("plain.example", "plain.example"),
        ])
    func aLabels(name: String, expected: String) {
        #expect(ALabel.name(name) == expected)
    }

    /// A text, and what the one finding says.
    static let wholes: [(text: String, says: String)] = [
        (
            "version: STSv1\nmode: enforce\nmx:\n  - a.example\nmax_age: 604800\n",
            "the text is YAML; write: mx: HOST, a line for each host"
        ),
        ("---\nversion: STSv1\nmode: none\nmax_age: 1\n", "the text is YAML; \(firstLine)"),
        (
            "---\nlayout: null\n---\nversion: STSv1\nmode: none\nmax_age: 1\n",
            "the front matter of a site generator stands before the policy; \(firstLine)"
        ),
        ("<!DOCTYPE html>\n<p>Hello\n", "the text is a web page (HTML); \(firstLine)"),
        ("{\"version\": \"STSv1\"}\n", "the text is JSON; \(firstLine)"),
        (
            "{\\rtf1\\ansi\nversion: STSv1\\\n}\n",
            "the text is a word processor's document (RTF); \(firstLine)"
        ),
        ("v=STSv1; id=20260101;\n", "the text is that of the DNS record; \(firstLine)"),
        ("Hello\n", "no line is a field of a policy"),
    ]

    private static let firstLine = "write: version: STSv1, the first line of a plain text"

    @Test("another text as a whole: what it is, and the line that mends or begins it")
    func whole() {
        for (text, says) in Self.wholes {
            let details = Lint().policy(Array(text.utf8)).findings.filter(\.isOfTheRFC)
                .map(\.detail)
            #expect(details == [says])
        }
    }
}
