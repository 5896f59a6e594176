import Audit
import Foundation
import Testing

@Suite("Severity profile: the file")
struct SeverityProfileFileTests {
    struct GoodRow: CustomTestStringConvertible, Sendable {
        var text: String, settings: [String: String], why: String
        init(_ text: String, _ settings: [String: String], why: String) {
            self.text = text
            self.settings = settings
            self.why = why
        }
        var testDescription: String { why }
    }

    static let good: [GoodRow] = [
        .init("", [:], why: "nothing set is the default"),
        .init("# only a comment\n\n  \t\r\n", [:], why: "comments and blank lines"),
        .init("mode-testing = error", ["mode-testing": "error"], why: "no final line end"),
        .init("mode-testing=error\r\n", ["mode-testing": "error"], why: "CRLF, no spaces"),
        .init("\tmode-testing\t=\terror # why\n", ["mode-testing": "error"], why: "tabs, comment"),
        .init("mode-testing = advice\n", [:], why: "set to what it is"),
        .init("short_max_age = 3600\n", ["short_max_age": "3600"], why: "seconds"),
        .init("expiry_days = 0\n", ["expiry_days": "0"], why: "never"),
        .init("base = default\nmx-null=error\n", ["mx-null": "error"], why: "the base, named"),
    ]

    @Test("is read", arguments: good)
    func reads(row: GoodRow) throws {
        #expect(try SeverityProfile(file: row.text).settings == row.settings)
    }

    @Test("a base is changed only where the file says so")
    func base() throws {
        let profile = try SeverityProfile(file: "base = strict\nmode-testing = advice\n")
        #expect(profile.severity(of: .modeTesting) == .advice)
        #expect(profile.severity(of: .modeUnexpected) == .error)
        #expect(profile.shortMaxAge == SeverityProfile.strict.shortMaxAge)
    }

    struct BadRow: CustomTestStringConvertible, Sendable {
        var text: String, line: Int, says: [String], why: String
        init(_ text: String, line: Int = 1, says: String..., why: String) {
            self.text = text
            self.line = line
            self.says = says
            self.why = why
        }
        var testDescription: String { why }
    }

    static let bad: [BadRow] = [
        .init("mode-testing error", says: "name = value", why: "no equals sign"),
        .init("[causes]\n", says: "name = value", why: "no sections"),
        .init(
            "\nrecord-mising = error\n", line: 2, says: "record-missing", "record-version",
            why: "a mistyped cause: its neighbours are listed"),
        .init(
            "expiry = 3\n", says: "short_max_age", "expiry_days", "base", "mx-null",
            why: "a mistyped name: everything is listed"),
        .init("= error\n", says: "expiry_days", why: "no name"),
        .init("mode-testing =\n", says: "error, warning or advice", why: "no value"),
        .init(
            "mode-testing = fatal\n", says: "error, warning or advice", "fatal",
            why: "no such severity"),
        .init("mode-testing = Error\n", says: "error, warning or advice", why: "case counts"),
        .init(
            "mode-testing = unmeasured\n", says: "error, warning or advice",
            why: "nothing can be moved into unmeasured"),
        .init(
            "mx-lookup-failed = error\n", says: "not measured", why: "nothing out of it either"),
        .init("short_max_age = 1d\n", says: "0 to 31557600", why: "a unit"),
        .init("short_max_age = 31557601\n", says: "0 to 31557600", why: "above the limit"),
        .init("short_max_age = -1\n", says: "0 to 31557600", why: "a sign"),
        .init("expiry_days =\n", says: "0 to 365", why: "no number"),
        .init(
            "expiry_days = 99999999999999999999999\n", says: "0 to 365", why: "beyond every Int"),
        .init("base = lenient\n", says: "default, strict", why: "no such base"),
        .init("expiry_days = 3\nbase = strict\n", line: 2, says: "before", why: "a late base"),
        .init(
            "expiry_days = 3\n#\nexpiry_days = 4\n", line: 3, says: "line 1", why: "set twice"),
        .init("\u{FEFF}expiry_days = 3\n", says: "expiry_days", why: "a byte order mark"),
    ]

    @Test("is refused with the line and what is possible", arguments: bad)
    func refuses(row: BadRow) throws {
        let error = try #require(throws: SeverityProfileError.self) {
            try SeverityProfile(file: row.text)
        }
        #expect(error.problems.map(\.line) == [row.line])
        #expect(error.description.hasPrefix("line \(row.line): "))
        for words in row.says { #expect(error.description.contains(words)) }
    }

    @Test("every broken line is named, hostile text stays on its line and bounded")
    func severalProblems() throws {
        let text =
            "mode-testing = x\nexpiry_days = 3\n\u{1B}[2J = \(String(repeating: "y", count: 9999))\n"
        let error = try #require(throws: SeverityProfileError.self) {
            try SeverityProfile(file: text + String(repeating: "z\n", count: 1000))
        }
        #expect(error.problems.map(\.line).prefix(3) == [1, 3, 4])
        #expect(error.problems.count == 50)
        #expect(!error.description.contains("\u{1B}"))
        #expect(error.description.count < 20_000)
    }

    @Test("strict is at least as loud as the default, and leaves unmeasured alone")
    func strict() {
        let strict = SeverityProfile.strict
        for cause in Cause.allCases {
            let (before, after) = (cause.defaultSeverity, strict.severity(of: cause))
            #expect(after >= before)
            #expect((after == .unmeasured) == (before == .unmeasured))
        }
        #expect(strict.severity(of: .policyContentType) == .error)
        #expect(strict.severity(of: .modeTesting) == .warning)
        #expect(strict.severity(of: .tlsrptSyntax) == .warning)
        #expect(strict.severity(of: .mxNull) == .advice)
    }

    @Test(
        "what settings says of a profile reads as the same profile",
        arguments: ["default", "strict"])
    func roundTrip(name: String) throws {
        let profile = try #require(SeverityProfile(named: name))
        let text = profile.settings.map { "\($0) = \($1)\n" }.joined()
        let again = try SeverityProfile(file: text)
        #expect(again.settings == profile.settings)
        for cause in Cause.allCases {
            #expect(again.severity(of: cause) == profile.severity(of: cause))
        }
    }

    @Test("the example file is followed to the end")
    func example() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../inputs/profile.conf")
        let profile = try SeverityProfile(file: String(contentsOf: file, encoding: .utf8))
        #expect(profile.settings.count == 5)
        #expect(profile.severity(of: .tlsrptMissing) == .warning)
    }
}
