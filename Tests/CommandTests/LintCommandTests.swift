import Foundation
import Testing

@testable import stsaudit

@Suite("lint: the JSON that other tools read", .timeLimit(.minutes(6)))
struct LintCommandTests {
    struct Row: CustomStringConvertible, Sendable {
        var arguments: [String]
        /// Standard input.
        var policy: String
        var status: Int32
        /// The whole object; every `detail` stands as three dots.
        var json: String
        var why: String
        var description: String { why }

        init(
            _ arguments: [String], policy: String = "", status: Int32, _ json: String, why: String
        ) {
            self.arguments = arguments
            self.policy = policy
            self.status = status
            self.json = json
            self.why = why
        }
    }

    static let enforce = "version: STSv1\nmode: enforce\nmx: *.b.example\nmax_age: 86400\n"

    static let rows: [Row] = [
        .init(
            ["--record", "v=STSv1; id=20240131;"], status: 0,
            #"{"record": {"valid": true, "id": "20240131", "findings": []}}"#,
            why: "a valid record; parts not asked for are left out"),
        .init(
            ["--record", "v=STSv1; id=a-b;"], status: 1,
            #"""
            {"record": {"valid": false, "id": null, "findings": [
                {"cause": "record-id-invalid", "severity": "error", "line": null, "detail": "..."}
            ]}}
            """#, why: "no id is null"),
        .init(
            ["--record", "v=STSv1; id=1;", "--record", "v=STSv1; id=2;"], status: 1,
            #"""
            {"record": {"valid": false, "id": null, "findings": [
                {"cause": "record-multiple", "severity": "error", "line": null, "detail": "..."}
            ]}}
            """#, why: "repeated records are all at the one name"),
        .init(
            ["--record", "v=STSv1; id=1;", "--record", "site-verification=x"], status: 0,
            #"""
            {"record": {"valid": true, "id": "1", "findings": [
                {"cause": "record-unrelated-text", "severity": "advice", "line": null,
                    "detail": "..."}
            ]}}
            """#, why: "advice leaves it valid, and the exit status 0"),
        .init(
            ["--record", "hello"], status: 1,
            #"""
            {"record": {"valid": false, "id": null, "findings": [
                {"cause": "record-version", "severity": "error", "line": null, "detail": "..."}
            ]}}
            """#, why: "given as a record, so judged as one"),
        .init(
            ["--policy", "-"], policy: enforce, status: 0,
            #"""
            {"policy": {"valid": true, "mode": "enforce", "max_age": 86400, "mx": ["*.b.example"],
                "findings": []}}
            """#, why: "max_age is a number, mx a list of patterns as written"),
        .init(
            ["--policy", "-"], policy: "version: STSv1\r\nmode: none\r\nmax_age: 0\r\n", status: 0,
            #"""
            {"policy": {"valid": true, "mode": "none", "max_age": 0, "mx": [], "findings": [
                {"cause": "mode-none", "severity": "advice", "line": null, "detail": "..."}
            ]}}
            """#, why: "mode none needs no mx and no time; zero is a number, not null"),
        .init(
            ["--policy", "-"],
            policy: "version: STSv1\nmode: enforced\nmx: a.example\nmax_age: 86400\n", status: 1,
            #"""
            {"policy": {"valid": false, "mode": null, "max_age": null, "mx": [], "findings": [
                {"cause": "policy-mode-invalid", "severity": "error", "line": 2, "detail": "..."}
            ]}}
            """#, why: "an unusable policy has nothing; the line counts from 1"),
        .init(
            ["--policy", "-"], policy: "", status: 1,
            #"""
            {"policy": {"valid": false, "mode": null, "max_age": null, "mx": [], "findings": [
                {"cause": "policy-empty", "severity": "error", "line": null, "detail": "..."}
            ]}}
            """#, why: "an empty file"),
        .init(
            ["--policy", "-", "--mx", "A.B.example.", "--mx", "b.example"], policy: enforce,
            status: 1,
            #"""
            {"policy": {"valid": true, "mode": "enforce", "max_age": 86400, "mx": ["*.b.example"],
                "findings": []},
             "mx": [{"host": "A.B.example.", "covered": true, "pattern": "*.b.example"},
                {"host": "b.example", "covered": false, "pattern": null}]}
            """#, why: "one host uncovered is enough for 1; hosts as given, in order"),
        .init(
            ["--policy", "-", "--mx", "a.b.example"], policy: enforce, status: 0,
            #"""
            {"policy": {"valid": true, "mode": "enforce", "max_age": 86400, "mx": ["*.b.example"],
                "findings": []},
             "mx": [{"host": "a.b.example", "covered": true, "pattern": "*.b.example"}]}
            """#, why: "all covered"),
        .init(
            ["--mx", "mail.example"], status: 0,
            #"{"mx": [{"host": "mail.example", "covered": false, "pattern": null}]}"#,
            why: "without a policy there is nothing to be covered by, and nothing wrong"),
        .init(
            ["--mx", "192.0.2.1"], status: 1,
            #"{"mx": [{"host": "192.0.2.1", "covered": false, "pattern": null}]}"#,
            why: "an address is no host name"),
        .init(
            ["--tlsrpt", "v=TLSRPTv1; rua=mailto:a@b.example,https://r.example/v1"], status: 0,
            #"""
            {"tlsrpt": {"valid": true, "rua": ["mailto:a@b.example", "https://r.example/v1"],
                "findings": []}}
            """#, why: "several destinations, slashes as they are"),
        .init(
            ["--tlsrpt", "v=TLSRPTv1; rua=ftp://x.example/"], status: 1,
            #"""
            {"tlsrpt": {"valid": false, "rua": [], "findings": [
                {"cause": "tlsrpt-rua-invalid", "severity": "warning", "line": null,
                    "detail": "..."}
            ]}}
            """#, why: "a warning, and invalid all the same"),
        .init(
            [
                "--record", "v=STSv1; id=1;", "--policy", "-", "--mx", "a.b.example", "--tlsrpt",
                "v=TLSRPTv1; rua=mailto:a@b.example", "--domain", "b.example",
            ],
            policy: enforce, status: 0,
            #"""
            {"record": {"valid": true, "id": "1", "findings": []},
             "policy": {"valid": true, "mode": "enforce", "max_age": 86400, "mx": ["*.b.example"],
                "findings": []},
             "mx": [{"host": "a.b.example", "covered": true, "pattern": "*.b.example"}],
             "tlsrpt": {"valid": true, "rua": ["mailto:a@b.example"], "findings": []}}
            """#, why: "all parts; the domain is for the text form"),
    ]

    @Test("shape, values and exit status", arguments: rows)
    func json(row: Row) async throws {
        let outcome = try await Tool.run(
            ["lint", "--json"] + row.arguments, input: Array(row.policy.utf8), in: Scratch())
        #expect(outcome.status == row.status)
        #expect(outcome.errors == "")
        #expect(try Self.canonical(outcome.out) == Self.canonical(row.json))
    }

    /// Keys sorted, details replaced when they are text: equal texts are equal objects, type by
    /// type (`true` is not `1`, null is not left out). Which sender decides otherwise than the RFC
    /// changes with the senders, and is left to the tests of their profiles.
    static func canonical(_ json: String) throws -> String {
        func masked(_ value: Any) -> Any {
            switch value {
            case let list as [Any]:
                return list.filter { element in
                    let cause = (element as? [String: Any])?["cause"] as? String
                    return cause?.hasSuffix("-sender-disagreement") != true
                }.map(masked)
            case let object as [String: Any]:
                return Dictionary(
                    uniqueKeysWithValues: object.map { key, value in
                        (
                            key,
                            key == "detail" && (value as? String)?.isEmpty == false
                                ? "..." : masked(value)
                        )
                    })
            default: return value
            }
        }
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8))
        let data = try JSONSerialization.data(withJSONObject: masked(object), options: .sortedKeys)
        return String(decoding: data, as: UTF8.self)
    }

    @Test("--format json is --json")
    func format() async throws {
        let scratch = try Scratch()
        let short = try await Tool.run(["lint", "--json", "--record", "x"], in: scratch)
        let long = try await Tool.run(["lint", "--format", "json", "--record", "x"], in: scratch)
        #expect(short.out == long.out)
    }

    @Test("a policy at the limit is judged, one byte more is too large")
    func limit() async throws {
        let scratch = try Scratch()
        for (bytes, cause) in [(65_536, nil), (65_537, "policy-too-large")] {
            let text = Self.enforce + "padding: "
            let padding = String(repeating: "x", count: bytes - text.utf8.count)
            try scratch.write(text + padding, to: "mta-sts.txt")
            let outcome = try await Tool.run(
                ["lint", "--json", "--policy", "mta-sts.txt"], in: scratch)
            #expect(outcome.status == (cause == nil ? 0 : 1))
            if let cause { #expect(outcome.out.contains(cause)) }
        }
    }

    @Test("the text form says the same, with the remedy")
    func text() async throws {
        let policy = "version: STSv1\nmode: enforced\nmx: a.example\nmax_age: 86400\n"
        let outcome = try await Tool.run(
            [
                "lint", "--policy", "-", "--record", "v=STSv1; id=1;", "--mx", "a.example",
                "--tlsrpt", "v=TLSRPTv1; rua=mailto:a@b.example", "--domain", "b.example",
            ],
            input: Array(policy.utf8), in: Scratch())
        #expect(outcome.status == 1)
        let lines = outcome.out.split(separator: "\n", omittingEmptySubsequences: false)
        let wanted = [
            "b.example", "", "Record: valid (id 1)", "Policy: invalid",
            "  error policy-mode-invalid: line 2, column 7: the mode is not enforce, testing or "
                + "none: ",
            "    Change the mode to exactly enforce, testing or none.",
            "MX a.example: not covered", "TLSRPT: valid (mailto:a@b.example)", "",
            "Senders (",
        ]
        #expect(lines.count > wanted.count, "\(outcome.out)")
        for (line, start) in zip(lines, wanted) { #expect(line.hasPrefix(start)) }
    }

    @Test("what is judged cannot steer the terminal")
    func hostile() async throws {
        let policy = "version: STSv1\nmode: \u{1B}[2Jx\nmx: \u{9B}31m\u{202E}\nmax_age: 1\n"
        let outcome = try await Tool.run(
            [
                "lint", "--policy", "-", "--record", "v=STSv1; id=\u{1B}]0;x\u{07};", "--mx",
                "\u{1B}[31m.example", "--tlsrpt", "v=TLSRPTv1; rua=mailto:\u{1B}@b.example",
            ],
            input: Array(policy.utf8), in: Scratch())
        #expect(outcome.status == 1)
        #expect(outcome.out.unicodeScalars.allSatisfy { $0 == "\n" || $0.isHarmless })
    }
}
