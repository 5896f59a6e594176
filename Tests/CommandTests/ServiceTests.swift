import Foundation
import Testing

@testable import stsaudit

@Suite("Nightly service", .timeLimit(.minutes(6)))
struct ServiceTests {
    /// A portfolio's path with all that systemd, a shell and cron would read otherwise.
    static let path = "/srv/a b%c$HOME'\"\\/é.csv"

    private static func units(in scratch: Scratch) async throws -> Tool.Outcome {
        try scratch.write("retries = 1\n", to: "my config.toml")
        return try await Tool.run(
            [
                "service", "systemd", path, "--config", "my config.toml", "--at", "02:30",
                "--prometheus", "/var/lib/prometheus/node-exporter/sts audit.prom", "--output",
                "units",
            ], in: scratch)
    }

    @Test(
        "systemd takes service and timer as they are",
        .enabled(if: Checker.systemdAnalyze.isUsable, "systemd-analyze (Debian: systemd)"))
    func systemd() async throws {
        let scratch = try Scratch()
        let outcome = try await Self.units(in: scratch)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let verify = try await Tool.shell(
            "systemd-analyze verify --man=no units/stsaudit.service units/stsaudit.timer",
            in: scratch)
        #expect(verify.status == 0)
        // It warns of what it does not know or cannot find, and says so with status 0.
        #expect(verify.out + verify.errors == "")
        let calendar = try await Tool.shell(
            "systemd-analyze calendar \"$(sed -n s/OnCalendar=//p units/stsaudit.timer)\"",
            in: scratch)
        #expect(calendar.status == 0)
        #expect(calendar.out.contains("02:30:00"))
    }

    @Test("each night is a run of its own", arguments: ["systemd", "cron"])
    func everyNight(kind: String) async throws {
        // With it, an unchanged portfolio whose last run has finished would not be looked at.
        let outcome = try await Tool.run(["service", kind, "p.csv"], in: Scratch())
        #expect(!outcome.out.contains("--resume"))
    }

    @Test("findings do not fail the service, and only the night's own folder may be written to")
    func hardening() async throws {
        let scratch = try Scratch()
        _ = try await Self.units(in: scratch)
        let service = try scratch.text("units/stsaudit.service").split(separator: "\n")
        for line in [
            "SuccessExitStatus=1", "DynamicUser=yes", "ProtectSystem=strict",
            "StateDirectory=stsaudit", "NoNewPrivileges=yes", "CapabilityBoundingSet=",
        ] {
            #expect(service.contains(Substring(line)), "\(line)")
        }
        let timer = try scratch.text("units/stsaudit.timer")
        #expect(timer.contains("RandomizedDelaySec="))
        #expect(!scratch.exists("stsaudit.sqlite"))
    }

    @Test("both units together are what is printed without a folder")
    func printed() async throws {
        let scratch = try Scratch()
        let outcome = try await Tool.run(["service", "systemd", "p.csv"], in: scratch)
        #expect(outcome.out.hasPrefix("# /etc/systemd/system/stsaudit.service\n[Unit]\n"))
        #expect(outcome.out.contains("\n# /etc/systemd/system/stsaudit.timer\n[Unit]\n"))
        // A relative path would mean something else where the service runs.
        #expect(outcome.out.contains(" audit /"))
        #expect(outcome.out.contains("/p.csv --store /var/lib/stsaudit/stsaudit.sqlite"))
    }

    @Test("the shell reads the crontab's command as it was meant")
    func cron() async throws {
        let scratch = try Scratch()
        let outcome = try await Tool.run(
            ["service", "cron", Self.path, "--at", "02:30"], in: scratch)
        let line = try #require(outcome.out.split(separator: "\n").last)
        let fields = line.split(separator: " ", maxSplits: 6)
        #expect(fields[..<6] == ["30", "2", "*", "*", "*", "stsaudit"])
        // As cron does: an escaped per cent sign is one. Then the shell, with a tool that shows
        // its words.
        let command = fields[6].replacing("\\%", with: "%")
            .replacing(Shell.quoted(ProgramPath.tool), with: "printf '%s\\n'")
            .replacing("cd /var/lib/stsaudit", with: "true")
        let words = try await Tool.shell(command + "; cat summary.txt", in: scratch)
        #expect(words.out.split(separator: "\n").dropFirst().first == Self.path[...])
    }

    @Test("a crontab has no line that a path has made up", arguments: ["\n", "\r", "\u{1B}"])
    func cronLines(control: String) async throws {
        let scratch = try Scratch()
        let path = "/srv/a\(control)* * * * * root id"
        for arguments in [[path], ["p", "--prometheus", path]] {
            let outcome = try await Tool.run(["service", "cron"] + arguments, in: scratch)
            #expect(outcome.status == 64, "\(outcome.out)")
            #expect(outcome.out == "")
        }
    }

    static let words: [(word: String, quoted: String, why: String)] = [
        ("/usr/bin/stsaudit", "/usr/bin/stsaudit", "a path"),
        ("100%", "100%%", "a specifier"),
        ("$HOME", "$$HOME", "a variable"),
        ("a b", "\"a b\"", "a space"),
        ("a\"b\\c", "\"a\\\"b\\\\c\"", "quotes and backslashes"),
        ("it's", "\"it's\"", "a single quote quotes, too"),
        ("", "\"\"", "an empty word"),
        (";", "\";\"", "alone it would begin the next command"),
        ("a\nb", "\"a\\x0ab\"", "the end of a line"),
        ("a\rb", "\"a\\x0db\"", "a carriage return ends a line, too"),
        ("a\r\n\u{1B}\u{7F}", "\"a\\x0d\\x0a\\x1b\\x7f\"", "control characters"),
    ]

    @Test("words of an Exec line: systemd.service(5)", arguments: words)
    func quoting(row: (word: String, quoted: String, why: String)) {
        #expect(NightlyUnits.systemdWord(row.word) == row.quoted, "\(row.why)")
    }
}

extension ProgramPath {
    /// Where the tool under test says that it is.
    static var tool: String { Folder.absolute(Tool.path) }
}

@Suite("Lines for the journal", .timeLimit(.minutes(6)))
struct LogTests {
    @Test("each line of a message has its priority, where it is asked for")
    func marking() {
        #expect(LogPriority.error.marking("a\nb") == "<3>a\n<3>b")
        #expect(LogPriority.progress.marking("") == "<6>")
    }

    @Test("the journal is told by its stream, not by the variable alone")
    func journal() async throws {
        let line = "'\(Tool.path)' audit none.csv"
        let other = try await Tool.shell("JOURNAL_STREAM=1:1 " + line, in: Scratch())
        #expect(other.errors.hasPrefix("stsaudit: portfolio"))
        let same = try await Tool.shell(
            "exec 2>e; JOURNAL_STREAM=$(stat -L -c %d:%i e) \(line); cat e", in: Scratch())
        #expect(same.out.hasPrefix("<3>stsaudit: portfolio"), "\(same.out)")
        #expect(same.out.split(separator: "\n").allSatisfy { $0.hasPrefix("<3>") })
        let asked = try await Tool.shell(line + " --log journald", in: Scratch())
        #expect(asked.errors.hasPrefix("<3>"))
    }
}
