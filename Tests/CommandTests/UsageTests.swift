import Testing

@testable import stsaudit

@Suite("Exit status and streams", .timeLimit(.minutes(6)))
struct UsageTests {
    struct Row: CustomStringConvertible, Sendable {
        var arguments: [String]
        /// Part of what standard error says.
        var says: String
        var why: String
        var description: String { arguments.joined(separator: " ") + ": " + why }

        init(_ arguments: [String], says: String, why: String) {
            self.arguments = arguments
            self.says = says
            self.why = why
        }
    }

    static let usage: [Row] = [
        .init(["bogus"], says: "bogus", why: "there is no such command"),
        .init(["audit"], says: "<portfolio>", why: "nothing to audit"),
        .init(["audit", "a.csv", "b.csv"], says: "b.csv", why: "one portfolio at a time"),
        .init(["audit", "a.csv", "--concurrency", "0"], says: "1 to 8000", why: "below the range"),
        .init(["audit", "a.csv", "--concurrency", "8001"], says: "1 to 8000", why: "above it"),
        .init(["audit", "a.csv", "--concurrency", "many"], says: "many", why: "no number"),
        .init(["audit", "a.csv", "--reactors", "0"], says: "1 to 256", why: "below the range"),
        .init(["audit", "a.csv", "--per-address", "0"], says: "1 to 1000", why: "below the range"),
        .init(["audit", "a.csv", "--retries", "11"], says: "0 to 10", why: "above the range"),
        .init(
            ["audit", "a.csv", "--dns-timeout", "nan"], says: "0.05 to 600", why: "not a number"),
        .init(
            ["audit", "a.csv", "--dns-timeout", "0"], says: "0.05 to 600", why: "no time at all"),
        .init(
            ["audit", "a.csv", "--resolver-patience", "86401"], says: "0 to 86400",
            why: "more than a day"),
        .init(["audit", "a.csv", "--fetch-timeout", "inf"], says: "0.05 to 600", why: "for ever"),
        .init(["audit", "a.csv", "--policy-port", "70000"], says: "70000", why: "no port"),
        .init(["audit", "a.csv", "--resolver", "dns.example"], says: "dns.example", why: "a name"),
        .init(
            ["audit", "a.csv", "--proxy", "http://proxy.example:3128"], says: "proxy.example",
            why: "a name, which somebody would have to look up"),
        .init(
            ["audit", "a.csv", "--proxy", "http://me:secret@192.0.2.1:3128"],
            says: "HTTP proxy's IP address", why: "no credentials are sent to anybody"),
        .init(["audit", "a.csv", "--proxy", "192.0.2.1"], says: "with a port", why: "no port"),
        .init(
            ["check", "a.example", "--proxy", "socks5://192.0.2.1:1080"], says: "HTTP proxy",
            why: "another protocol"),
        .init(
            ["audit", "a.csv", "--proxy", "192.0.2.1:3128", "--probe-mx"], says: "leave out one",
            why: "SMTP does not go through it"),
        .init(["audit", "a.csv", "--allow-network", "10/8"], says: "10/8", why: "half a network"),
        .init(["audit", "a.csv", "--shard", "0/4"], says: "from 1 to n", why: "counted from 1"),
        .init(["audit", "a.csv", "--shard", "half"], says: "i/n", why: "no part"),
        .init(["merge"], says: "<file>", why: "nothing to merge"),
        .init(["audit", "a.csv", "--fail-on", "all"], says: "never", why: "lists what there is"),
        .init(["audit", "a.csv", "--progress", "fast"], says: "plain", why: "lists what there is"),
        .init(["check"], says: "<domains>", why: "no domain"),
        .init(["check", "https://example.com/"], says: "URL", why: "says what it is instead"),
        .init(["check", "a@example.com"], says: "e-mail", why: "says what it is instead"),
        .init(["check", "localhost"], says: "single label", why: "no mail domain"),
        .init(["lint"], says: "--record", why: "nothing to judge"),
        .init(["lint", "--record", "x", "--domain", "a b"], says: "--domain", why: "no domain"),
        .init(
            ["lint", "--record", "x", "--format", "xml"], says: "json", why: "lists what there is"),
        .init(["report", "--format", "pdf"], says: "jsonl", why: "lists what there is"),
        .init(["report", "--run", "last"], says: "last", why: "no number"),
        .init(["report", "--fail-on", "never"], says: "not never", why: "JUnit has to fail a row"),
        .init(["report", "--split-by", "account"], says: "--output", why: "a folder is missing"),
        .init(
            ["report", "--split-by", "account", "--output", "x", "--account", "a"],
            says: "leave out --format", why: "one account is not all of them"),
        .init(
            ["report", "--split-by", "account", "--output", "x", "--format", "html"],
            says: "leave out --format", why: "it writes every format"),
        .init(
            ["report", "--account", "a", "--format", "junit"], says: "of a whole run",
            why: "what watches a run wants all of it"),
        .init(
            ["report", "--account", "a", "--prometheus", "x.prom"], says: "of a whole run",
            why: "what watches a run wants all of it"),
        .init(["rejudge", "--run", "last"], says: "latest or the number", why: "no number"),
        .init(["demo", "--domains", "0"], says: "1 to 10000000", why: "an empty world"),
        .init(["demo", "--seed=-1"], says: "-1", why: "below the range"),
        .init(["demo", "--mix", "lucky"], says: "hostile", why: "lists what there is"),
        .init(
            ["demo", "--mix", "adversarial"], says: "--probe-mx", why: "its truth is with probes"),
    ]

    @Test("usage errors: 64, said on standard error, nothing on standard output", arguments: usage)
    func refuses(row: Row) async throws {
        let scratch = try Scratch()
        let outcome = try await Tool.run(row.arguments, in: scratch)
        #expect(outcome.status == 64)
        #expect(outcome.out == "")
        #expect(outcome.errors.contains(row.says), "\(outcome.errors)")
        #expect(!scratch.exists("stsaudit.sqlite"))
    }

    static let failures: [Row] = [
        .init(["audit", "none.csv"], says: "none.csv: cannot be opened", why: "no such file"),
        .init(["audit", "."], says: "Is a directory", why: "a folder"),
        .init(["report"], says: "no file stsaudit.sqlite", why: "no store; none is made"),
        .init(["report", "--store", "x/y"], says: "no file x/y", why: "no folder either"),
        .init(["lint", "--policy", "none.txt"], says: "no such file", why: "no such file"),
        .init(["lint", "--policy", "."], says: "folder", why: "a folder"),
    ]

    @Test("what cannot be done: 2, and nothing is left behind", arguments: failures)
    func fails(row: Row) async throws {
        let scratch = try Scratch()
        let outcome = try await Tool.run(row.arguments, in: scratch)
        #expect(outcome.status == 2)
        #expect(outcome.out == "")
        #expect(outcome.errors.contains(row.says), "\(outcome.errors)")
        #expect(!scratch.exists("stsaudit.sqlite"))
    }

    static let commands = ["audit", "check", "lint", "report", "causes", "demo"]

    @Test("help: 0, on standard output, with examples", arguments: commands)
    func help(command: String) async throws {
        let outcome = try await Tool.run([command, "--help"], in: Scratch())
        #expect(outcome.status == 0)
        #expect(outcome.out.contains("EXAMPLES"))
        #expect(outcome.out.contains("USAGE: stsaudit \(command)"))
        #expect(outcome.errors == "")
    }

    @Test("with nothing to do: the three commands that matter, and where the others are")
    func firstSteps() async throws {
        let outcome = try await Tool.run([], in: Scratch())
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        for command in ["check", "audit", "demo", "--help"] {
            #expect(outcome.out.contains("stsaudit \(command)"), "\(command)")
        }
        #expect(outcome.out.split(separator: "\n").count <= 8)
    }

    /// What people do wrong, with what they are told to do next.
    static let mistakes: [Row] = [
        .init(["adit"], says: "audit", why: "a mistyped command: the nearest"),
        .init(["example.com"], says: "--help", why: "a domain for a command"),
        .init(["audit"], says: "--help", why: "no portfolio"),
        .init(["audit", "none.csv"], says: "Check the path", why: "a mistyped path"),
        .init(
            ["audit", "p.csv", "--ca-file", "none.pem"], says: "with --ca-file", why: "no roots"),
        .init(["audit", "p.csv", "--store", "."], says: "path of a file", why: "a folder"),
        .init(["audit", "p.csv", "--store", "x/y"], says: "the folder exists", why: "no folder"),
        .init(["audit", "p.csv", "--output", "p.csv"], says: "give a folder", why: "a file"),
        .init(["audit", "p.csv", "--config", "c.toml"], says: "check the path", why: "no file"),
        .init(["audit", "p.csv", "--profile", "lax"], says: "check the path", why: "no profile"),
        .init(["audit", "p.csv", "--resolver", "::1:53x"], says: "IP address", why: "no address"),
        .init(["audit", "p.csv.zip"], says: "give CSV", why: "an archive"),
        .init(["check", "someone@example.com"], says: "after the @", why: "an address"),
        .init(["check", "https://example.com"], says: "the domain alone", why: "a URL"),
        .init(["report"], says: "stsaudit audit PORTFOLIO", why: "nothing was audited"),
        .init(["report", "--store", "p.csv"], says: "give another path", why: "another file"),
        .init(["report", "--store", "my.db"], says: "--store my.db", why: "a store to be made"),
        .init(["history", "example.com"], says: "stsaudit audit PORTFOLIO", why: "no history"),
        .init(["groups"], says: "stsaudit audit PORTFOLIO", why: "nothing was audited"),
        .init(["causes", "no-such"], says: "stsaudit causes", why: "a mistyped code"),
        .init(["lint", "--policy", "none.txt"], says: "check the path", why: "a mistyped path"),
        .init(["service", "systemd", "-"], says: "the portfolio's path", why: "no input there"),
        .init(["service", "cron", "p", "--at", "25:00"], says: "00:00 to 23:59", why: "no time"),
    ]

    @Test("every mistake is told with what to do next", arguments: mistakes)
    func hints(row: Row) async throws {
        let scratch = try Scratch()
        try scratch.write("domain\nexample.com\n", to: "p.csv")
        try scratch.write("PK\u{3}\u{4}", to: "p.csv.zip")
        let outcome = try await Tool.run(row.arguments, in: scratch)
        #expect([2, 64].contains(outcome.status))
        #expect(outcome.out == "")
        #expect(outcome.errors.contains(row.says), "\(row.why): \(outcome.errors)")
    }

    @Test("help and version of the tool itself")
    func version() async throws {
        let help = try await Tool.run(["--help"], in: Scratch())
        #expect(help.status == 0)
        for command in Self.commands { #expect(help.out.contains("  \(command) "), "\(command)") }
        let version = try await Tool.run(["--version"], in: Scratch())
        #expect(version.status == 0)
        #expect(version.out == Version.current + "\n")
    }

    @Test("a reader that has gone is no failure")
    func closedPipe() async throws {
        // `exec` closes its end before the tool, which starts later, has said a word.
        let line = """
            set -o pipefail; { sleep 0.2; '\(Tool.path)' causes; } | exec true
            """
        let outcome = try await Tool.shell(line, in: Scratch())
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
    }

    @Test("an output that cannot be written is a failure")
    func fullDisk() async throws {
        let outcome = try await Tool.shell("'\(Tool.path)' causes > /dev/full", in: Scratch())
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("standard output"))
    }
}
