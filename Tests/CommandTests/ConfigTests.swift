import ArgumentParser
import ConfigText
import Testing

@testable import stsaudit

@Suite("Configuration file", .timeLimit(.minutes(6)))
struct ConfigTests {
    @Test("every long option of audit has a key, and every key is one")
    func keys() {
        let flags = Set(ConfigKey.all.filter { $0.kind == .boolean }.map { "no-" + $0.name })
        let options = ToolHelp(AuditCommand.self).longOptions
            .subtracting(flags).subtracting(["config", "help", "version"])
        #expect(options == Set(ConfigKey.all.map(\.name)))
        #expect(Set(ConfigKey.all.map(\.name)).count == ConfigKey.all.count)
    }

    @Test("every flag can be turned off on the command line")
    func flags() {
        let options = ToolHelp(AuditCommand.self).longOptions
        for key in ConfigKey.all where key.kind == .boolean {
            #expect(options.contains("no-" + key.name), "\(key.name)")
        }
    }

    struct Bad: CustomStringConvertible, Sendable {
        var text: String
        var says: String
        var why: String
        var description: String { why }

        init(_ text: String, says: String, why: String) {
            self.text = text
            self.says = says
            self.why = why
        }
    }

    static let bad: [Bad] = [
        .init("a = ", says: "f:1:", why: "no value"),
        .init("\nstore = \"a\nb\"", says: "f:2:", why: "a line end in a string"),
        .init("retries = 1\n\nretries = 2", says: "f:3:", why: "a key twice"),
        .init("# x\nresolvers = []", says: "f:2: resolvers: there is no", why: "a key too many"),
        .init("store.path = \"a\"", says: "f:1: store: write a string", why: "a dotted key"),
        // These ended the process: an assertion of toml++.
        .init("[=]", says: "f:1: a table header", why: "a header without a key"),
        .init("[[[a]]]", says: "f:1: a table header", why: "a bracket too many"),
        .init("retries = 1\r\n\t[ .a]", says: "f:2: a table header", why: "a dot, and no key"),
        .init("\u{FEFF}[,]", says: "f:1: a table header", why: "behind a byte order mark"),
        .init("[\nretries = 1", says: "f:1: a table header", why: "the header's line ends"),
        .init("[", says: "f:1:", why: "the text ends"),
        .init("ehlo = 1979-05-27T'x'", says: "f:1: a date without", why: "a date, T, and no time"),
        .init(
            "resolver = [\n\t1979-05-27t]", says: "f:2: a date without", why: "first on its line"),
        .init("a = [1,1979-05-27 x]", says: "f:1: a date without", why: "behind a comma"),
        .init(
            "store = 1979-05-27T07:32:00", says: "f:1: store: write a string", why: "a whole one"),
        .init("\n[network]\nretries = 1", says: "f:2: network: there is no", why: "a table"),
        .init("store = 1", says: "f:1: store: write a string", why: "a number for a string"),
        .init("store = true", says: "f:1: store: write a string", why: "a flag for a string"),
        .init("retries = \"1\"", says: "write a whole number", why: "a string for a number"),
        .init("retries = 1.0", says: "write a whole number", why: "a fraction for a count"),
        .init("dns-timeout = \"1\"", says: "write a number", why: "a string for seconds"),
        .init("probe-mx = \"yes\"", says: "write true or false", why: "a string for a flag"),
        .init("probe-mx = 1", says: "write true or false", why: "a number for a flag"),
        .init("resolver = \"127.0.0.1\"", says: "write a list", why: "one for a list"),
        .init("resolver = [1]", says: "write a list of strings", why: "a list of something else"),
        .init("concurrency = 0", says: "f:1: concurrency: --concurrency is 1", why: "below"),
        .init("dns-timeout = nan", says: "0.05 to 600", why: "not a number"),
        .init("policy-port = 70000", says: "f:1: policy-port:", why: "no port"),
        .init("retries = -1", says: "0 to 10", why: "a value that looks like an option"),
        .init("resolver = [\n\"dns.example\"]", says: "f:1: resolver: ", why: "no address"),
        .init("fail-on = \"all\"", says: "f:1: fail-on: ", why: "no choice"),
        .init("x = 1\nstore = 2", says: "f:2: store: ", why: "all problems are told, not one"),
        .init("\"\\u001B[31m\" = 1", says: "\\u{1B}", why: "a key that a terminal acts on"),
    ]

    @Test("what cannot be followed is refused with file, line and key", arguments: bad)
    func refuses(row: Bad) {
        let error = #expect(throws: CommandFailure.self) {
            try ConfigFile.parse(row.text, path: "f")
        }
        #expect(error?.status == .usage)
        #expect(error?.description.contains(row.says) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\u{1B}") == false)
    }

    @Test("a file of nothing but unknown keys is refused in a moment, with some of them")
    func manyProblems() {
        // 20,000 lines: to find the line of each would mean to read the text as often.
        let text = (0..<20_000).map { "key\($0) = 1\n" }.joined()
        let error = #expect(throws: CommandFailure.self) {
            try ConfigFile.parse(text, path: "f")
        }
        #expect(error?.description.split(separator: "\n").count == 51)
    }

    @Test("lines are those of the keys, whatever stands between them")
    func lines() throws {
        let text =
            "\r\n# c\r\nresolver = [\r\n  '127.0.0.1', # one\r\n]\r\n\"store\" = '''a\nb'''\nretries=1"
        let file = try ConfigFile.parse(text, path: "f")
        #expect(file.entries.map(\.key.name) == ["resolver", "store", "retries"])
        #expect(file.entries.map(\.line) == [3, 6, 8])
        #expect(
            file.entries.map(\.value) == [
                .strings(["127.0.0.1"]), .string("a\nb"), .integer(1),
            ])
    }

    static let wins: [(file: String, line: [String], expected: [String], why: String)] = [
        ("retries = 1", [], ["--retries=1"], "the file alone"),
        ("retries = 1", ["--retries", "2"], ["--retries", "2"], "the command line wins"),
        ("retries = 1", ["--retries=2"], ["--retries=2"], "in one word"),
        ("output = 'a'", ["-o", "b"], ["-o", "b"], "by its short name"),
        ("probe-mx = true", ["--no-probe-mx"], ["--no-probe-mx"], "a flag turned off"),
        ("orphans = false", ["--orphans"], ["--orphans"], "a flag turned on"),
        (
            "resolver = ['127.0.0.1', '127.0.0.2']", [],
            ["--resolver=127.0.0.1", "--resolver=127.0.0.2"], "a list"
        ),
        (
            "resolver = ['127.0.0.1', '127.0.0.2']", ["--resolver", "::1"], ["--resolver", "::1"],
            "a list is replaced, not added to"
        ),
        (
            "retries = 1", ["--", "--retries"], ["--retries=1", "--", "--retries"],
            "no option there"
        ),
        ("ehlo = '-x'", [], ["--ehlo=-x"], "a value with a dash"),
    ]

    @Test("what becomes of a file and a command line", arguments: wins)
    func merges(row: (file: String, line: [String], expected: [String], why: String)) throws {
        let scratch = try Scratch()
        try scratch.write(row.file, to: "c.toml")
        let config = "--config=" + scratch.path("c.toml")
        let configured = try Configured.read(["audit", config] + row.line)
        let added = row.expected.dropLast(row.line.count)
        #expect(configured.arguments == ["audit"] + added + [config] + row.line, "\(row.why)")
    }

    @Test("other commands take what they share, and nothing that says where an audit writes")
    func shared() throws {
        let scratch = try Scratch()
        try scratch.write(
            "store = 's'\noutput = 'o'\nfail-on = 'error'\nretries = 1\nprofile = 'strict'",
            to: "c.toml")
        let config = "--config=" + scratch.path("c.toml")
        func added(_ command: String) throws -> Set<String> {
            Set(try Configured.read([command, config]).arguments).subtracting([command, config])
        }
        #expect(try added("report") == ["--store=s"])
        #expect(try added("check") == ["--store=s", "--retries=1", "--profile=strict"])
        #expect(try added("lint") == ["--profile=strict"])
        #expect(try added("demo") == [])
        #expect(try added("causes") == [])
    }

    @Test("the printed configuration reads back equal")
    func roundTrip() async throws {
        let scratch = try Scratch()
        try scratch.write(
            "retries = 3\nehlo = \"a\\\"b\\\\c\\u0007é\"\nresolver = ['::1']\n", to: "stsaudit.toml"
        )
        let options = [
            "--store", "my store.sqlite", "--dns-timeout", "0.5", "--probe-mx", "--no-orphans",
            "--allow-network", "10.0.0.0/8", "--allow-network", "::1/128",
        ]
        let first = try await Tool.run(["config"] + options, in: scratch)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.out.contains("retries = 3  # stsaudit.toml:1\n"))
        #expect(first.out.contains("probe-mx = true  # command line\n"))
        #expect(first.out.contains("concurrency = 1000  # default\n"))
        #expect(first.out.contains("# reactors =\n"))
        try scratch.write(first.out, to: "again.toml")
        let second = try await Tool.run(["config", "--config", "again.toml"], in: scratch)
        #expect(second.status == 0, "\(second.errors)")
        func values(_ text: String) throws -> [ConfigKey: ConfigValue] {
            let file = try ConfigFile.parse(text, path: "f")
            return Dictionary(uniqueKeysWithValues: file.entries.map { ($0.key, $0.value) })
        }
        #expect(try values(first.out) == values(second.out))
        #expect(try values(first.out)[try #require(.named("ehlo"))] == .string("a\"b\\c\u{7}é"))
    }

    @Test("the printed configuration has the command line's options where there is no file, too")
    func withoutFile() async throws {
        let scratch = try Scratch()
        let printed = try await Tool.run(
            ["config", "--resolver", "127.0.0.1", "--store=nightly.sqlite"], in: scratch)
        #expect(printed.status == 0, "\(printed.errors)")
        #expect(printed.out.contains("resolver = [\"127.0.0.1\"]  # command line\n"))
        #expect(printed.out.contains("store = \"nightly.sqlite\"  # command line\n"))
    }

    @Test("a bad file is a usage error of every command that reads it, and help is still given")
    func badFile() async throws {
        let scratch = try Scratch()
        try scratch.write("retries = 99\n", to: "stsaudit.toml")
        for command in [["audit", "x.csv"], ["report"], ["config"]] {
            let outcome = try await Tool.run(command, in: scratch)
            #expect(outcome.status == 64, "\(command)")
            #expect(outcome.errors.contains("stsaudit.toml:1: retries: "), "\(outcome.errors)")
        }
        #expect(try await Tool.run(["audit", "--help"], in: scratch).status == 0)
        #expect(try await Tool.run(["causes"], in: scratch).status == 0)
        let none = try await Tool.run(["config", "--config", "none.toml"], in: scratch)
        #expect(none.status == 2)
        #expect(none.errors.contains("none.toml"))
    }
}
