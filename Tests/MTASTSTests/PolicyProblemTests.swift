import MTASTS
import Testing

@Suite("Policy: RFC 8461 §3.2, what is wrong and where")
struct PolicyProblemTests {
    /// A problem in short: its kind and line.
    struct Row: Sendable {
        let text: String, problems: [PolicyProblem.Kind], lines: [Int?], why: String
        init(_ text: String, _ problems: (PolicyProblem.Kind, Int?)..., why: String) {
            self.text = text
            self.problems = problems.map(\.0)
            self.lines = problems.map(\.1)
            self.why = why
        }

        /// A sound policy but for one line, the third.
        static func line(_ line: String, _ kind: PolicyProblem.Kind, why: String) -> Row {
            Row(
                "version: STSv1\nmode: enforce\n\(line)\nmx: mx.example.com\nmax_age: 86400\n",
                (kind, 3), why: why)
        }

        static func version(_ value: String, _ problem: PolicyValueProblem, why: String) -> Row {
            Row(
                "version: \(value)\nmode: enforce\nmx: mx.example.com\nmax_age: 86400\n",
                (.versionInvalid(problem), 1), why: why)
        }

        static func mode(_ value: String, _ problem: PolicyValueProblem, why: String) -> Row {
            Row(
                "version: STSv1\nmode: \(value)\nmx: mx.example.com\nmax_age: 86400\n",
                (.modeInvalid(problem), 2), why: why)
        }

        static func mx(_ value: String, _ problem: MXPatternProblem, why: String) -> Row {
            Row(
                "version: STSv1\nmode: enforce\nmx: \(value)\nmax_age: 86400\n",
                (.mxInvalid(problem), 3), why: why)
        }

        static func maxAge(_ value: String, _ problem: PolicyValueProblem, why: String) -> Row {
            Row(
                "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: \(value)\n",
                (.maxAgeInvalid(problem), 4), why: why)
        }
    }

    static let values: [Row] = [
        .version("STSv2", .unknown, why: "another version"),
        .version("stsv1", .wrongCase, why: "%s"),
        .version("STSv1.0", .unknown, why: "a longer version"),
        .version("", .empty, why: "no value"),
        .version("\"STSv1\"", .quoted, why: "no quotes"),
        .version("STSv1;", .trailingPunctuation, why: "the record's habit"),
        .mode("enforced", .unknown, why: "the most common slip"),
        .mode("test", .unknown, why: "not testing"),
        .mode("Enforce", .wrongCase, why: "%s"),
        .mode("", .empty, why: "no value"),
        .mode("[testing]", .quoted, why: "the brackets of a manual"),
        .mode("[enforce|testing]", .placeholder, why: "a choice that nobody made"),
        .mode("MODE", .placeholder, why: "a template's name"),
        .mode("[enforce|testing|none] # 1. Decide.", .placeholder, why: "a template published"),
        .mode("testing # for now", .comment, why: "no comments"),
        .mode("'enforce'", .quoted, why: "no quotes"),
        .mode("enforce,", .trailingPunctuation, why: "nothing behind the value"),
        .maxAge("a week", .unknown, why: "no number"),
        .maxAge("1w", .numberFormat, why: "a unit"),
        .maxAge("604,800", .numberFormat, why: "a separator"),
        .maxAge("-1", .numberFormat, why: "a sign"),
        .maxAge("+5", .numberFormat, why: "a sign"),
        .maxAge("12.5", .numberFormat, why: "a fraction"),
        .maxAge("0x10", .numberFormat, why: "hexadecimal"),
        .maxAge("5 5", .numberFormat, why: "a space inside"),
        .maxAge("604800 # a week", .comment, why: "no comments"),
        .maxAge("00000000060", .tooManyDigits, why: "11 digits"),
        .maxAge("99999999999999999999999999", .tooManyDigits, why: "no overflow"),
        .maxAge("", .empty, why: "no value"),
        .mx("mx.example.com.", .trailingDot, why: "Domain has no final dot"),
        .mx("mx1.example.com mx2.example.com", .severalNames, why: "a line for each"),
        .mx("mx1.example.com, mx2.example.com", .commaList, why: "a line for each"),
        .mx("10 mx.example.com", .priorityPrefix, why: "no preference"),
        .mx("Priority 5: ALT1.EXAMPLE.COM", .priorityPrefix, why: "no preference"),
        .mx("mail.*.example.com", .innerWildcard, why: "left-most label only"),
        .mx("münchen.example", .uLabel, why: "MUST be the A-label"),
        .mx("mx1.your_domain.tld      # 2. Add yours", .placeholder, why: "a template published"),
        .mx("mx.example.com # primary", .comment, why: "no comments"),
        .mx("", .empty, why: "no value"),
        Row(
            "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 31557601",
            (.maxAgeOverLimit, 4), why: "above the maximum"),
        Row(
            "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 9999999999",
            (.maxAgeOverLimit, 4), why: "ten digits above the maximum"),
        Row(
            "version: STSv1\nmode: bad\nmode: enforce\nmx: a.example\nmax_age: 1",
            (.modeInvalid(.unknown), 2), (.duplicateField, 3),
            why: "the first counts, and a later one does not mend it"),
    ]

    static let missing: [Row] = [
        Row("mode: enforce\nmx: a.example\nmax_age: 1", (.versionMissing, nil), why: "required"),
        Row("version: STSv1\nmx: a.example\nmax_age: 1", (.modeMissing, nil), why: "required"),
        Row("version: STSv1\nmode: enforce\nmx: a.example", (.maxAgeMissing, nil), why: "required"),
        Row("version: STSv1\nmode: enforce\nmax_age: 1", (.mxMissing, nil), why: "enforce"),
        Row("version: STSv1\nmode: testing\nmax_age: 1", (.mxMissing, nil), why: "testing"),
        Row(
            "version: STSv1\nmode: None\nmax_age: 1", (.modeInvalid(.wrongCase), 2),
            why: "none was meant, so no mx is missed"),
        Row(
            "version: STSv1", (.modeMissing, nil), (.maxAgeMissing, nil), (.mxMissing, nil),
            why: "three things to add"),
        Row(
            "version: STSv1\nMode: enforce\nmx: a.example\nmax_age: 1", (.modeMissing, 2),
            why: "names are case-sensitive; the line is told"),
        Row(
            "version: STSv1\nmode: enforce\nmx: a.example\nmax-age: 1", (.maxAgeMissing, 4),
            why: "misspelled; the line is told"),
        Row(
            "Version: STSv1\nMode: Enforce\nMX: a.example\nMax_Age: 1", (.versionMissing, 1),
            (.modeMissing, 2), (.maxAgeMissing, 4), (.mxMissing, 3), why: "four misspelled names"),
    ]

    static let lines: [Row] = [
        .line("", .syntax(.blankLine), why: "a field on every line"),
        .line("\n \t\n", .syntax(.blankLine), why: "a run of blank lines is one problem"),
        .line("this line says nothing", .syntax(.noColon), why: "no field"),
        .line("mode enforce", .syntax(.noColon), why: "no colon"),
        .line("# comment", .syntax(.comment), why: "no comments"),
        .line("# note: x", .syntax(.comment), why: "no comments, colon or not"),
        .line(" note: x", .syntax(.leadingWhiteSpace), why: "nothing before the name"),
        .line("note : x", .syntax(.whiteSpaceBeforeColon), why: "*WSP stands behind the colon"),
        .line("_note: x", .syntax(.fieldName), why: "ALPHA / DIGIT first"),
        .line("my note: x", .syntax(.fieldName), why: "no space in a name"),
        .line(": x", .syntax(.fieldName), why: "no name"),
        .line(String(repeating: "n", count: 33) + ": v", .syntax(.fieldName), why: "33 of a name"),
        .line("note:", .syntax(.emptyValue), why: "vchar at least once"),
        .line("note: \t ", .syntax(.emptyValue), why: "white space is no value"),
        .line("note: a\tb", .syntax(.tabInValue), why: "%x20 only inside a value"),
        .line("mode:", .syntax(.emptyValue), why: "a later duplicate has to be a field still"),
        Row(
            "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\n\n",
            (.syntax(.blankLine), 5), why: "one final line end at most"),
        Row(
            "version: STSv1\n      mode: enforce\n      mx: a.example\nmax_age: 1",
            (.syntax(.leadingWhiteSpace), 2), (.syntax(.leadingWhiteSpace), 3),
            why: "indented fields are not also missing"),
        Row(
            "version: STSv1\n mode: enforced\nmx: a.example\nmax_age: 1",
            (.syntax(.leadingWhiteSpace), 2), (.modeInvalid(.unknown), 2), why: "two mistakes"),
        Row(
            "version=STSv1\nmode=enforce\nmx=a.example\nmax_age: 1", (.syntax(.noColon), 1),
            (.syntax(.noColon), 2), (.syntax(.noColon), 3), why: "not also missing"),
        Row(
            "version: STSv1 mode: enforce mx: a.example max_age: 1", (.syntax(.severalFields), 1),
            why: "the line ends got lost"),
        Row(
            "version: STSv1\\nmode: enforce\\nmx: a.example\\nmax_age: 1",
            (.syntax(.severalFields), 1), why: "escapes for line ends"),
    ]

    static let wholes: [Row] = [
        Row("", (.empty, nil), why: "no bytes"),
        Row("\n", (.empty, nil), why: "a line end"),
        Row(" \r\n\t\n", (.empty, nil), why: "white space"),
        Row("\u{FEFF}\n", (.empty, nil), why: "a byte order mark and nothing"),
        Row("<!DOCTYPE html>\n<html><head>", (.notAPolicy(.html), nil), why: "a web page"),
        Row(
            "<html><body>version: STSv1<br>\nmode: enforce\nmx: a.example\nmax_age: 60</body>",
            (.notAPolicy(.html), nil), why: "a policy in a web page"),
        Row(
            "version: STSv1<br />\nmode: enforce<br />\nmx: a.example<br />\nmax_age: 60",
            (.notAPolicy(.html), nil), why: "a page editor"),
        Row(
            "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>",
            (.notAPolicy(.html), nil), why: "a bucket's error"),
        Row(
            "{\"version\": \"STSv1\", \"mode\": \"enforce\"}", (.notAPolicy(.json), nil),
            why: "JSON"),
        Row(
            "{\\rtf1\\ansi\n\\f0\\fs24 \\cf0 version: STSv1\\\nmode: enforce\\\n}",
            (.notAPolicy(.rtf), nil), why: "a word processor"),
        Row(
            "version: STSv1\\\nmode: enforce\\\nmx: *.example.com\\\nmax_age: 86400}",
            (.notAPolicy(.rtf), nil), why: "rich text without its head"),
        Row(
            "---\nlayout: none\n---\nversion: STSv1\nmode: testing\nmx: a.example\nmax_age: 1",
            (.notAPolicy(.frontMatter), nil), why: "a site generator"),
        Row(
            "---\nversion: STSv1\nmode: testing\nmx: a.example\nmax_age: 1",
            (.notAPolicy(.yaml), nil), why: "a YAML document"),
        Row(
            "version: STSv1\nmode: testing\nmx:\n  - a.example\n  - b.example\nmax_age: 1",
            (.notAPolicy(.yaml), nil), why: "a YAML list"),
        Row(
            "_mta-sts.example.com. TXT \"v=STSv1; id=20250802\"", (.notAPolicy(.dnsRecord), nil),
            why: "the record for the policy"),
        Row("v=STSv1; id=20250802;", (.notAPolicy(.dnsRecord), nil), why: "the record"),
        Row("garbage", (.notAPolicy(.other), nil), why: "prose"),
        Row("404: not found", (.notAPolicy(.other), nil), why: "no field of a policy"),
    ]

    static let encodings: [Row] = [
        Row(
            "\u{FEFF}version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1",
            (.encoding(.byteOrderMark), 1), why: "the text behind it is read"),
        Row(
            "\u{FEFF}version: STSv1\nmode: enforced\nmx: a.example\nmax_age: 1",
            (.encoding(.byteOrderMark), 1), (.modeInvalid(.unknown), 2), why: "two mistakes"),
        Row(
            "version: STSv1\nmode: enforce\nnote: a\u{1}b\nmx: a.example\nmax_age: 1\u{0}\n",
            (.encoding(.controlCharacter), 3), why: "once for a text"),
        Row(
            "version: STSv1\rmode: enforce\rmx: a.example\rmax_age: 1\r", (.lineEnds, 1),
            why: "CR only is one problem"),
        Row(
            "version: STSv1\rmode: enforced\rmx: a.example\rmax_age: 1\r", (.lineEnds, 1),
            (.modeInvalid(.unknown), 2), why: "two mistakes"),
        Row(
            "version: STSv1\r\r\nmode: enforce\r\r\nmx: a.example\r\r\nmax_age: 1\r\r\n",
            (.lineEnds, 1), why: "line ends converted twice"),
        Row(
            "version: STSv1\r\nmode: enforce\rmx: a.example\r\nmax_age: 1", (.lineEnds, 2),
            why: "one CR among CRLF"),
    ]

    @Test("problems", arguments: values + missing + lines + wholes + encodings)
    func explains(row: Row) {
        let reading = STSPolicyReading.read(bytes(row.text))
        #expect(reading.problems.map(\.kind) == row.problems, "\(row.why)")
        #expect(reading.problems.map(\.line) == row.lines, "\(row.why)")
        #expect(reading.policy == nil, "\(row.why)")
    }

    @Test("bytes that are no text")
    func binary() {
        let sound = bytes("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\n")
        let latin = STSPolicyReading.read(sound + bytes("note: caf") + [0xE9])
        #expect(latin.problems.map(\.kind) == [.encoding(.notUTF8)])
        #expect(latin.problems.map(\.column) == [10])
        for overlong: [UInt8] in [
            [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
        ] {
            // RFC 3629 §4: neither overlong forms nor surrogates nor above U+10FFFF.
            let reading = STSPolicyReading.read(sound + bytes("note: ") + overlong)
            #expect(reading.problems.map(\.kind) == [.encoding(.notUTF8)])
        }
        let little: [UInt8] = [0xFF, 0xFE] + sound.flatMap { [$0, 0] as [UInt8] }
        let big: [UInt8] = sound.flatMap { [0, $0] as [UInt8] }
        for wide in [little, big] {
            #expect(STSPolicyReading.read(wide).problems.map(\.kind) == [.encoding(.wide)])
        }
    }

    @Test("places and texts")
    func places() {
        let text = "version: STSv1\nmode:   enforced \nmx: a.example\nmax_age: 1"
        let problem = STSPolicyReading.read(bytes(text)).problems.first
        #expect(problem?.line == 2 && problem?.column == 9 && problem?.text == "enforced")
        #expect(problem?.isFatal == true)
    }

    @Test(
        "hostile texts end, with a bounded report",
        arguments: [
            "\n", "\r", ":", "x\n", "mx:\n", "mx: \u{FC}\n", " mode: x\n", "a: b\n", "<", "\\\n",
            "mode:mode:",
            "-\n", "\u{0}", "mx: -.\n", "version: STSv1\n", "*.", "mx: *.*.*\n", "#", "\t",
        ])
    func hostile(unit: String) {
        let text = bytes(String(repeating: unit, count: 65_536 / unit.utf8.count))
        let prefix = bytes("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\n")
        for body in [text, prefix + text, prefix + bytes("note: ") + text] {
            let reading = STSPolicyReading.read(body)
            #expect(reading.problems.count <= ProblemLimit.count)
            #expect(
                reading.problems.allSatisfy { $0.text.utf8.count <= 3 * ProblemLimit.textBytes })
        }
    }

    @Test("random bytes never crash a reader, and decide the same twice")
    func noise() {
        var generator = SeededGenerator(seed: 65_536)
        let pieces = [
            "version: STSv1", "mode: ", "enforce", "mx: ", "*.", "a.example", "max_age: ", "1",
            "\n", "\r\n", "\r", "\t", " ", ":", "\u{FC}", "#", "<", "{", "-", ";", "v=STSv1", "id=",
            "rua=mailto:", ",", "%", "@", "https://",
        ]
        for _ in 0..<3_000 {
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 0...24, using: &generator) {
                text += bytes(pieces.randomElement(using: &generator) ?? "")
                if Int.random(in: 0..<8, using: &generator) == 0 {
                    text.append(UInt8.random(in: 0...255, using: &generator))
                }
            }
            let reading = STSPolicyReading.read(text)
            #expect((reading.policy == nil) == reading.problems.contains(where: \.isFatal))
            #expect(reading == STSPolicyReading.read(text))
            let record = STSRecord.parse(text)
            #expect((record.record == nil) == !record.problems.isEmpty)
            let report = TLSRPTRecord.parse(text)
            #expect((report.record == nil) == !report.problems.isEmpty)
        }
    }
}
