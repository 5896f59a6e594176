import Foundation
import Testing

@testable import Report

@Suite("CSV: RFC 4180, and nothing a spreadsheet would calculate")
struct CSVTests {
    struct Row: Sendable, CustomStringConvertible {
        var text: String
        var cell: String
        var why: String
        var description: String { why }
    }

    static let rows = [
        Row(text: "", cell: "", why: "empty"),
        Row(text: "example.com", cell: "example.com", why: "plain"),
        Row(text: "a,b", cell: "\"a,b\"", why: "a comma"),
        Row(text: "say \"x\"", cell: "\"say \"\"x\"\"\"", why: "quotes are doubled"),
        Row(text: "a;b", cell: "\"a;b\"", why: "a separator in some locales"),
        Row(text: " a", cell: "\" a\"", why: "a leading space, which some readers trim"),
        Row(text: "=1+1", cell: "\"'=1+1\"", why: "a formula"),
        Row(text: "+1+1", cell: "\"'+1+1\"", why: "a formula that begins with a plus"),
        Row(text: "-2+3", cell: "\"'-2+3\"", why: "a formula that begins with a minus"),
        Row(text: "@SUM(A1)", cell: "\"'@SUM(A1)\"", why: "a formula of older programs"),
        Row(text: "=cmd|' /C calc'!A0", cell: "\"'=cmd|' /C calc'!A0\"", why: "DDE"),
        Row(text: "  =1+1", cell: "\"'  =1+1\"", why: "spaces before it are stripped by some"),
        Row(text: "\u{A0}=1", cell: "\"'\u{A0}=1\"", why: "a no-break space before it"),
        Row(text: "\"=1+1", cell: "\"'\"\"=1+1\"", why: "a quote before it"),
        Row(text: "'=1+1", cell: "\"''=1+1\"", why: "an apostrophe before it"),
        Row(text: "\u{FF1D}1+1", cell: "\"'\u{FF1D}1+1\"", why: "a full-width sign"),
        Row(text: "\t=1", cell: "\"'\t=1\"", why: "a tab"),
        Row(text: "\r=1", cell: "\"'\r=1\"", why: "a carriage return"),
        Row(text: "\n=1", cell: "\"'\n=1\"", why: "a line feed"),
        Row(text: "\r\n=1", cell: "\"'\r\n=1\"", why: "both, which Swift takes for one character"),
        Row(text: "-5", cell: "-5", why: "a number stays a number"),
        Row(text: "+49.5", cell: "+49.5", why: "so does one with a sign and a point"),
        Row(text: "-", cell: "\"'-\"", why: "a sign alone is no number"),
        Row(text: "-5.", cell: "\"'-5.\"", why: "a point without digits"),
        Row(text: "+49 30 1", cell: "\"'+49 30 1\"", why: "a telephone number is text"),
        Row(text: "-1e5", cell: "\"'-1e5\"", why: "only plain numbers"),
        Row(text: "two\r\nlines", cell: "\"two\r\nlines\"", why: "line ends stay in a cell"),
        Row(text: "\u{1B}[31m\u{0}", cell: "\\u{1B}[31m\\u{0}", why: "control characters"),
        Row(text: "a\u{202E}b", cell: "a\\u{202E}b", why: "a direction override"),
        Row(text: "münchen.example", cell: "münchen.example", why: "UTF-8 is welcome"),
    ]

    @Test("a portfolio cell", arguments: rows)
    func cell(row: Row) {
        var csv = CSVRow()
        csv.carried(row.text)
        #expect(String(decoding: csv.bytes, as: UTF8.self) == row.cell)
    }

    @Test("text from the network is one line")
    func oneLine() {
        var csv = CSVRow()
        csv.text("a\r\nb\tc")
        #expect(String(decoding: csv.bytes, as: UTF8.self) == "a\\u{D}\\u{A}b\\u{9}c")
    }

    @Test("no cell that a program reads back begins like a formula", arguments: rows)
    func safe(row: Row) {
        var csv = CSVRow()
        csv.carried(row.text)
        var cell = String(decoding: csv.bytes, as: UTF8.self)
        if cell.hasPrefix("\"") {
            cell = cell.dropFirst().dropLast().replacingOccurrences(of: "\"\"", with: "\"")
        }
        let dangerous: [Unicode.Scalar] = ["=", "@", "\t", "\r", "\n", "\u{FF1D}"]
        #expect(cell.unicodeScalars.first.map { !dangerous.contains($0) } ?? true)
    }

    @Test("records end with CRLF")
    func recordEnd() {
        var csv = CSVRow()
        csv.word("a")
        csv.number(1)
        csv.number(nil)
        csv.end()
        csv.word("b")
        #expect(String(decoding: csv.bytes, as: UTF8.self) == "a,1,\r\nb")
    }

    @Test("carried columns get names of their own")
    func columnNames() {
        let names = CarriedColumns.names(
            ["note", "Verdict", "note", "input_verdict", ""], besides: ["verdict", "line"])
        #expect(names == ["note", "input_Verdict", "note_2", "input_verdict_2", ""])
    }
}

@Suite("Text that is shown and not acted on")
struct InertTextTests {
    @Test(
        "active characters are written out",
        arguments: [
            ("plain", "plain"), ("\u{1B}]0;title\u{7}", "\\u{1B}]0;title\\u{7}"),
            ("a\nb", "a\\u{A}b"), ("\u{9B}31m", "\\u{9B}31m"), ("\u{7F}", "\\u{7F}"),
            ("x\u{2066}y\u{2028}", "x\\u{2066}y\\u{2028}"), ("\u{200B}", "\\u{200B}"),
            ("grüße 😀", "grüße 😀"), ("\r\n", "\\u{D}\\u{A}"),
        ])
    func line(text: String, expected: String) {
        #expect(InertText.line(text) == expected)
    }

    @Test("a long text of active characters costs no more than its length", .timeLimit(.minutes(6)))
    func long() {
        let count = 500_000
        let text = InertText.line(String(repeating: "\u{1B}", count: count))
        #expect(text.utf8.count == count * "\\u{1B}".utf8.count)
    }
}
