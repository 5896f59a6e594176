import Audit
import Testing

@testable import stsaudit

@Suite("Words for a shell", .timeLimit(.minutes(6)))
struct ShellTests {
    static let rows: [(word: String, quoted: String, why: String)] = [
        ("audit", "audit", "letters"),
        ("/tmp/a-b_c.csv", "/tmp/a-b_c.csv", "a path"),
        ("127.0.0.1:53", "127.0.0.1:53", "an address"),
        ("", "''", "an empty word is still a word"),
        ("a b", "'a b'", "a space"),
        ("it's", "'it'\\''s'", "a quote ends the quotes, is escaped, begins them again"),
        ("$HOME", "'$HOME'", "would be expanded"),
        ("`id`", "'`id`'", "would be run"),
        ("a\nb", "'a\nb'", "a line end"),
        ("*.csv", "'*.csv'", "would be expanded"),
        ("~/x", "'~/x'", "would be expanded"),
        ("münchen", "'münchen'", "beyond ASCII: quoted to be safe"),
        ("#1", "'#1'", "would begin a comment"),
    ]

    @Test("quoting", arguments: rows)
    func quoted(row: (word: String, quoted: String, why: String)) {
        #expect(Shell.quoted(row.word) == row.quoted, "\(row.why)")
    }

    @Test("the shell reads back what was quoted")
    func roundTrip() async throws {
        let words = Self.rows.map(\.word).filter { !$0.contains("\n") }
        let line = "printf '%s\\n' " + words.map(Shell.quoted).joined(separator: " ")
        let outcome = try await Tool.shell(line, in: Scratch())
        #expect(outcome.out == words.map { $0 + "\n" }.joined())
    }

    @Test("the command that resumes is the one given, with --resume once")
    func resume() {
        #expect(
            AuditCommand.resumeCommand(["stsaudit", "audit", "my list.csv"])
                == "stsaudit audit 'my list.csv' --resume")
        #expect(
            AuditCommand.resumeCommand(["stsaudit", "audit", "--resume", "a.csv"])
                == "stsaudit audit --resume a.csv")
    }
}

@Suite("Progress")
struct ProgressTests {
    static func snapshot(
        _ examined: Int, before: Int = 0, of total: Int = 10_000, after seconds: Double = 10,
        unsettled: Int = 0, verdicts: [Verdict: Int] = [:]
    ) -> ProgressSnapshot {
        ProgressSnapshot(
            examined: examined, before: before, total: total, verdicts: verdicts,
            unsettled: unsettled, elapsed: .seconds(seconds))
    }

    static let rows: [(snapshot: ProgressSnapshot, line: String, why: String)] = [
        (snapshot(0, after: 0), "0/10,000 domains", "nothing to tell a rate from"),
        (snapshot(0), "0/10,000 domains", "no rate, so no time left"),
        (snapshot(5, after: 0.1), "5/10,000 domains", "too early for a rate"),
        (
            snapshot(1000), "1,000/10,000 domains  100/s  ETA 1:30", "the rest at the same rate"
        ),
        (
            snapshot(1000, before: 4000), "5,000/10,000 domains  100/s  ETA 0:50",
            "what was settled before the resume does not count for the rate"
        ),
        (snapshot(10_000), "10,000/10,000 domains  1,000/s", "done: nothing is left"),
        (
            snapshot(1, of: 1_000_000, after: 100), "1/1,000,000 domains  0/s  ETA 27777:45:00",
            "years are hours, too"
        ),
        (
            snapshot(1000, unsettled: 12, verdicts: [.absent: 900, .enforced: 88]),
            "1,000/10,000 domains  100/s  ETA 1:30  to ask again 12  enforced 88  absent 900",
            "verdicts in the order of protection"
        ),
        (snapshot(12, of: 10), "12/10 domains  1/s", "more than expected is no negative time"),
    ]

    @Test("a line", arguments: rows)
    func line(row: (snapshot: ProgressSnapshot, line: String, why: String)) {
        #expect(ProgressLine.render(row.snapshot, width: 200) == row.line, "\(row.why)")
    }

    @Test("a line keeps to the width, and to a least one")
    func width() {
        let snapshot = Self.snapshot(1000, verdicts: [.absent: 900])
        #expect(ProgressLine.render(snapshot, width: 30) == "1,000/10,000 domains  100/s  E")
        #expect(ProgressLine.render(snapshot, width: -1).count == 20)
    }

    @Test(
        "numbers in groups of three",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
            (Int.min, "-9,223,372,036,854,775,808"),
        ])
    func grouped(number: Int, text: String) { #expect(ProgressLine.grouped(number) == text) }

    @Test(
        "seconds as a clock",
        arguments: [
            (0, "0:00"), (59, "0:59"), (60, "1:00"), (3599, "59:59"), (3600, "1:00:00"),
            (90_061, "25:01:01"),
        ])
    func clock(seconds: Int, text: String) { #expect(ProgressLine.clock(seconds) == text) }
}

@Suite("Text for a terminal")
struct TextTests {
    @Test("words are wrapped, and one too long for a line stands alone")
    func wrapped() {
        #expect(Text.wrapped("aa bb cc", width: 7, indent: 2) == "aa bb\n  cc")
        #expect(Text.wrapped("aaaaaaaaaa b", width: 5, indent: 0) == "aaaaaaaaaa\nb")
        #expect(Text.wrapped("", width: 5, indent: 2) == "")
    }

    @Test("padding never cuts")
    func padded() {
        #expect(Text.padded("ab", to: 4) == "ab  ")
        #expect(Text.padded("abcd", to: 2) == "abcd")
    }
}

@Suite("Exit status of findings")
struct FailOnTests {
    static let rows: [(option: FailOn, reachedBy: [Severity])] = [
        (.never, []), (.error, [.error]), (.warning, [.warning, .error]),
        (.advice, [.advice, .warning, .error]),
    ]

    @Test("what is not measured is never a finding to fail on", arguments: rows)
    func reached(row: (option: FailOn, reachedBy: [Severity])) {
        for severity in Severity.allCases {
            #expect(row.option.isReached(by: severity) == row.reachedBy.contains(severity))
        }
        #expect(!row.option.isReached(by: nil))
    }
}
