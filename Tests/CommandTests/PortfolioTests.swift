import Audit
import Foundation
import Lab
import Testing

@testable import stsaudit

extension EndToEnd {
    /// What people have in their portfolios, end to end.
    @Suite("Portfolios")
    struct PortfolioTests {
        /// The file that ships with the tool.
        static let badRows = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("inputs/bad-rows.csv")

        private static let world = CustomWorld(domains: ["a": .init(), "b": .init()])

        /// Audits `input`, as the file `name` or as standard input for `-`, in a lab where
        /// `a.custom.example` and `b.custom.example` are sound and nothing else exists.
        private static func audit(
            _ input: [UInt8], as name: String = "portfolio.csv", _ more: [String] = [],
            in scratch: Scratch
        ) async throws -> Tool.Outcome {
            try await Lab.withLab(world: world) { lab in
                if name != "-" { try scratch.write(input, to: name) }
                return try await Tool.run(
                    ["audit", name, "--output", "out"]
                        + (try lab.flags("--progress", "none")) + more,
                    input: name == "-" ? input : [], in: scratch)
            }
        }

        /// Domain field and verdict of each row.
        private static func verdicts(_ scratch: Scratch) throws -> [[String]] {
            try scratch.csv("out/domains.csv").rows.map {
                [$0["domain"] ?? "", $0["verdict"] ?? ""]
            }
        }

        private static let bothSound = [
            ["a.custom.example", "enforced"], ["b.custom.example", "enforced"],
        ]

        /// By the rows' accounts, which name what is wrong; `fine` and `twice` are not.
        static let problems: [String: InputProblem] = [
            "url": .url, "e-mail": .emailAddress, "address": .ipAddress, "empty": .empty,
            "single label": .singleLabel, "space": .badCharacter, "empty label": .emptyLabel,
            "hyphen": .hyphenAtEdge, "underscore": .badCharacter, "label of 68": .labelTooLong,
            "too long": .tooLong, "punycode and unicode": .badUnicode, "not UTF-8": .badEncoding,
        ]

        @Test(
            "every bad row of the sample is in the output, with its line and its reason",
            .timeLimit(.minutes(6)))
        func badRows() async throws {
            let scratch = try Scratch()
            let input = [UInt8](try Data(contentsOf: Self.badRows))
            let outcome = try await Self.audit(input, in: scratch)
            #expect(outcome.status == 0)
            let lines = input.count { $0 == 0x0A }
            let rows = try scratch.csv("out/domains.csv").rows
            // All but the comment and the header.
            #expect(rows.map { $0["line"] } == (1...max(1, lines)).dropFirst(2).map(String.init))

            var seen: Set<String> = []
            for row in rows where row["verdict"] == Verdict.invalidInput.rawValue {
                let account = row["account"] ?? ""
                // The last row is broken before its account.
                let problem = account.isEmpty ? .badRow : try #require(Self.problems[account])
                seen.insert(account)
                #expect(row["domain"] == "")
                #expect(row["severity"] == "error")
                #expect(row["causes"] == Cause.inputInvalidDomain.code)
                #expect(row["detail"] == problem.explanation, "\(account)")
                #expect(row["measured_at"] == "")
                let line = row["line"] ?? ""
                #expect(outcome.errors.contains("line \(line): '"), "said on standard error too")
            }
            #expect(seen == Set(Self.problems.keys).union([""]))

            let sound = rows.filter { $0["domain"] != "" }
            #expect(
                sound.map { $0["domain"] } == [
                    "example.com", "example.org", "xn--mnchen-3ya.example", "example.com",
                ])
            #expect(
                sound.map { $0["input"] } == [
                    "example.com", "EXAMPLE.ORG.", "münchen.example", "example.com",
                ])
            #expect(sound.allSatisfy { $0["verdict"] == "no-domain" })
            #expect(outcome.out.contains("(3 domains examined)"), "the duplicate once")

            let findings = try scratch.csv("out/findings.csv").rows
            #expect(
                findings.filter { $0["cause"] == Cause.inputInvalidDomain.code }.count
                    == rows.count - sound.count)
            #expect(findings.filter { $0["domain"] == "example.com" }.count == 1)
            #expect(findings.first?["accounts"] == "fine; twice")
        }

        @Test("a duplicate is examined once and listed on every row", .timeLimit(.minutes(6)))
        func duplicates() async throws {
            let scratch = try Scratch()
            let text = """
                domain,account,expected_mode
                a.custom.example,one,enforce
                A.CUSTOM.EXAMPLE.,two,testing
                a.custom.example,one,enforce

                """
            let outcome = try await Self.audit(Array(text.utf8), in: scratch)
            #expect(outcome.out.hasPrefix("Verdicts  (1 domains examined)"))
            let rows = try scratch.csv("out/domains.csv").rows
            #expect(rows.map { $0["line"] } == ["2", "3", "4"])
            #expect(rows.map { $0["account"] } == ["one", "two", "one"])
            // One of the rows expects another mode than there is: said wherever it is listed.
            #expect(rows.allSatisfy { $0["causes"] == "mode-unexpected" })
            #expect(Set(rows.map { $0["measured_at"] }).count == 1)
            let findings = try scratch.csv("out/findings.csv").rows
            #expect(findings.map { $0["accounts"] } == ["one; two"])
        }

        @Test(
            "other columns are carried through, in order, beside ours of the same name",
            .timeLimit(.minutes(6)))
        func carried() async throws {
            let scratch = try Scratch()
            let text = """
                Owner;DOMAIN;verdict;note;tags
                Ann;a.custom.example;mine;"one; two
                lines ""quoted""\";eu
                Bob;b.custom.example;;;

                """
            let outcome = try await Self.audit(Array(text.utf8), in: scratch)
            #expect(outcome.status == 0)
            let table = try scratch.csv("out/domains.csv")
            #expect(
                Array(table.header.prefix(8)) == [
                    "line", "domain", "input", "tags", "Owner", "input_verdict", "note",
                    "verdict",
                ])
            #expect(table.rows.map { $0["Owner"] } == ["Ann", "Bob"])
            #expect(table.rows.map { $0["input_verdict"] } == ["mine", ""])
            #expect(table.rows.map { $0["note"] } == ["one; two\nlines \"quoted\"", ""])
            #expect(table.rows.map { $0["tags"] } == ["eu", ""])
            #expect(table.rows.map { $0["line"] } == ["2", "4"])
        }

        struct Form: CustomStringConvertible, Sendable {
            var name: String
            var bytes: [UInt8]
            var why: String
            var description: String { why }

            init(_ text: String, as name: String = "portfolio.csv", why: String) {
                self.init(bytes: Array(text.utf8), as: name, why: why)
            }

            init(bytes: [UInt8], as name: String = "portfolio.csv", why: String) {
                (self.name, self.bytes, self.why) = (name, bytes, why)
            }
        }

        static let forms: [Form] = [
            .init("a.custom.example\nb.custom.example", why: "a plain list, no final line end"),
            .init("domain\r\na.custom.example\r\nb.custom.example\r\n", why: "CRLF"),
            .init("\u{FEFF}domain\na.custom.example\nb.custom.example\n", why: "a byte order mark"),
            .init(
                "# mine\n\n a.custom.example \n# b\nB.Custom.Example.\n", why: "comments, spaces"),
            .init("id\tdomain\n1\ta.custom.example\n2\tb.custom.example\n", why: "tabs"),
            .init("a.custom.example\nb.custom.example\n", as: "-", why: "standard input"),
            // printf 'a.custom.example\nb.custom.example\n' | gzip -n
            .init(bytes: gzipped, as: "portfolio.gz", why: "gzip, whatever its name"),
            .init(bytes: gzipped, as: "-", why: "gzip on standard input"),
        ]

        static let gzipped: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0xD4,
            0x4B, 0x2E, 0x2D, 0x2E, 0xC9, 0xCF, 0xD5, 0x4B, 0xAD, 0x48, 0xCC, 0x2D,
            0xC8, 0x49, 0xE5, 0x4A, 0x42, 0x17, 0x00, 0x00, 0xEF, 0x17, 0x04, 0x0F,
            0x22, 0x00, 0x00, 0x00,
        ]

        @Test("forms of a portfolio", .timeLimit(.minutes(6)), arguments: forms)
        func reads(form: Form) async throws {
            let scratch = try Scratch()
            let outcome = try await Self.audit(form.bytes, as: form.name, in: scratch)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try Self.verdicts(scratch) == Self.bothSound)
        }

        @Test("a pipe with a path, as a shell makes it", .timeLimit(.minutes(6)))
        func pipe() async throws {
            let scratch = try Scratch()
            try await Lab.withLab(world: Self.world) { lab in
                let flags = try lab.flags("--progress", "none").map(Shell.quoted)
                let outcome = try await Tool.shell(
                    "'\(Tool.path)' audit <(printf 'a.custom.example\\nb.custom.example\\n') "
                        + "--output out " + flags.joined(separator: " "), in: scratch)
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            #expect(try Self.verdicts(scratch) == Self.bothSound)
        }

        static let refused: [Form] = [
            .init(bytes: [0xFF, 0xFE, 0x61, 0, 0x0A, 0], why: "UTF-16"),
            .init(bytes: [0x50, 0x4B, 0x03, 0x04] + .init(repeating: 0, count: 26), why: "a ZIP"),
            .init(bytes: Array(gzipped.dropLast(12)), why: "the file is cut off"),
        ]

        @Test("what is no text is refused, and says what it is", arguments: refused)
        func refuses(form: Form) async throws {
            let scratch = try Scratch()
            try scratch.write(form.bytes, to: "portfolio.csv")
            let outcome = try await Tool.run(["audit", "portfolio.csv"], in: scratch)
            #expect(outcome.status == 2)
            #expect(outcome.out == "")
            #expect(outcome.errors.contains(form.why))
        }

        @Test(
            "what is told by its first bytes leaves no store behind", arguments: refused.prefix(2))
        func leavesNothing(form: Form) async throws {
            let scratch = try Scratch()
            try scratch.write(form.bytes, to: "portfolio.csv")
            _ = try await Tool.run(["audit", "portfolio.csv"], in: scratch)
            #expect(!scratch.exists("stsaudit.sqlite"))
        }

        static let thresholds: [(option: String, status: Int32)] = [
            ("never", 0), ("error", 1), ("warning", 1), ("advice", 1),
        ]

        @Test(
            "--fail-on turns findings into an exit status", .timeLimit(.minutes(6)),
            arguments: thresholds)
        func failOn(row: (option: String, status: Int32)) async throws {
            let scratch = try Scratch()
            let found = try await Self.audit(
                Array("nothing.custom.example\n".utf8), ["--fail-on", row.option], in: scratch)
            #expect(found.status == row.status)
            let sound = try await Self.audit(
                Array("a.custom.example\n".utf8), ["--fail-on", row.option], in: scratch)
            #expect(sound.status == 0)
        }

        @Test("a resolver that does not answer ends the run, resumable", .timeLimit(.minutes(6)))
        func resolverUnavailable() async throws {
            let scratch = try Scratch()
            try scratch.write("a.custom.example\n", to: "list")
            // Nothing listens on the port of the discard service here.
            let command = ["audit", "list", "--output", "out", "--progress", "none"]
            let outcome = try await Tool.run(
                command + ["--resolver", "127.0.0.1:9", "--dns-timeout", "0.2"], in: scratch)
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains(Cause.resolverUnavailable.code))
            #expect(outcome.errors.contains("--resume"))
            try await Lab.withLab(world: Self.world) { lab in
                let resumed = try await Tool.run(
                    command + ["--resume"] + (try lab.flags()), in: scratch)
                #expect(resumed.status == 0)
            }
            #expect(try Self.verdicts(scratch) == [["a.custom.example", "enforced"]])
        }
    }
}
