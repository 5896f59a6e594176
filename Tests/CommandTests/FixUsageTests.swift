import Testing

@testable import stsaudit

@Suite("fix: what it refuses", .timeLimit(.minutes(6)))
struct FixUsageTests {
    static let rows: [UsageTests.Row] = [
        .init(["fix"], says: "--all", why: "no domain"),
        .init(["fix", "example.com", "--all"], says: "--account", why: "one choice at a time"),
        .init(["fix", "example.com", "--run", "1"], says: "--run", why: "a name needs no run"),
        .init(["fix", "--all", "--mode", "none"], says: "enforce", why: "lists what there is"),
        .init(["fix", "--all", "--format", "html"], says: "zone", why: "lists what there is"),
        .init(
            ["fix", "--all", "--format", "csv", "--output", "kit"], says: "--format",
            why: "the folder has all of them"),
        .init(["fix", "--all", "--ttl", "1"], says: "60 to 604800", why: "below the range"),
        .init(
            ["fix", "--all", "--tlsrpt-rua", "tls@example.net"], says: "mailto:", why: "no URI"),
        .init(
            ["fix", "--all", "--tlsrpt-rua", "mailto:a@example.net; x=1"], says: "%3B",
            why: "another field"),
        .init(
            ["fix", "--all", "--policy-host-target", "a b"], says: "policy-host-target",
            why: "no name"),
        .init(
            ["fix", "--all", "--policy-host-address", "example.net"], says: "no IP address",
            why: "a name"),
        .init(
            ["fix", "--all", "--policy-host-address", "10.0.0.1"], says: "private-use",
            why: "senders cannot reach it"),
        .init(
            [
                "fix", "--all", "--policy-host-target", "sts.example.net",
                "--policy-host-address", "198.51.100.1",
            ], says: "special-purpose", why: "documentation addresses are refused, too"),
        .init(
            [
                "fix", "--all", "--policy-host-target", "sts.example.net",
                "--policy-host-address", "9.9.9.9",
            ], says: "or --policy-host-address", why: "one of the two"),
    ]

    @Test("64, on standard error, and nothing is made", arguments: rows)
    func refuses(row: UsageTests.Row) async throws {
        let scratch = try Scratch()
        let outcome = try await Tool.run(row.arguments, in: scratch)
        #expect(outcome.status == 64)
        #expect(outcome.out == "")
        #expect(outcome.errors.contains(row.says), "\(outcome.errors)")
        #expect(!scratch.exists("kit"))
        #expect(!scratch.exists("stsaudit.sqlite"))
    }

    @Test("without a store: 2, and what to do next")
    func nothingAudited() async throws {
        let scratch = try Scratch()
        let outcome = try await Tool.run(["fix", "example.com", "--output", "kit"], in: scratch)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("stsaudit.sqlite"))
        #expect(!scratch.exists("kit"))
    }
}
