import Foundation
import Lab
import Testing

@testable import stsaudit

extension EndToEnd {
    /// Files for machines, held to what reads them.
    @Suite("Prometheus and JUnit files")
    struct ExportTests {
        /// An account that is an attack on both formats, and one row of each kind.
        static let portfolio = """
            domain,account
            a.custom.example,"quote "" backslash \\ <tag> & ]]> é"
            gone.custom.example,b
            not a domain,b

            """

        private static func audit(
            _ more: [String], in scratch: Scratch
        ) async throws -> Tool.Outcome {
            try scratch.write(portfolio, to: "portfolio.csv")
            return try await Lab.withLab(world: CustomWorld(domains: ["a": .init()])) { lab in
                try await Tool.run(
                    ["audit", "portfolio.csv"] + (try lab.flags("--progress", "none")) + more,
                    in: scratch)
            }
        }

        @Test(
            "promtool accepts the metrics, with a portfolio's name that needs every escape",
            .enabled(if: Checker.promtool.isUsable, "promtool (Debian: prometheus)"))
        func prometheus() async throws {
            let scratch = try Scratch()
            let outcome = try await Self.audit(
                ["--prometheus", "m.prom", "--name", "a \"b\" \\ c\u{1B}"], in: scratch)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let text = try scratch.text("m.prom")
            #expect(text.contains("verdict=\"enforced\"} 1\n"))
            #expect(text.contains("stsaudit_run_finished{"))
            #expect(text.contains("stsaudit_last_success_timestamp_seconds{"))
            let check = try await Tool.shell("promtool check metrics < m.prom", in: scratch)
            #expect(check.status == 0, "\(check.out)\(check.errors)")
            #expect(!scratch.exists("m.prom.partial"))
            let again = try await Tool.run(
                ["report", "--format", "prometheus"], in: scratch)
            #expect(again.out == text)
        }

        @Test(
            "an XML parser accepts the JUnit file, and counts in it what the run found",
            .enabled(if: Checker.xmllint.isUsable, "xmllint (Debian: libxml2-utils)"))
        func junit() async throws {
            let scratch = try Scratch()
            _ = try await Self.audit(["--junit", "m.xml", "--fail-on", "advice"], in: scratch)
            func count(_ path: String) async throws -> String {
                try await Tool.shell(
                    "xmllint --nonet --xpath \"count(\(path))\" m.xml", in: scratch
                )
                .out.trimmingCharacters(in: .whitespacesAndNewlines)
            }
            #expect(try await count("//testcase") == "3")
            #expect(try await count("//testcase[@name='a.custom.example']") == "1")
            #expect(try await count("//testcase[@name='not a domain']/failure") == "1")
            let account = try await Tool.shell(
                "xmllint --nonet --xpath 'string(//testcase[1]/@classname)' m.xml", in: scratch)
            #expect(account.out == "quote \" backslash \\ <tag> & ]]> é\n")
            let report = try await Tool.run(
                ["report", "--junit", "r.xml", "--fail-on", "advice"], in: scratch)
            #expect(report.out == "")
            #expect(try scratch.text("r.xml") == scratch.text("m.xml"))
        }

        @Test("a run that fails is in the metrics, and the last success stands")
        func failure() async throws {
            let scratch = try Scratch()
            let first = try await Self.audit(["--prometheus", "m.prom"], in: scratch)
            #expect(first.status == 0, "\(first.errors)")
            let before = try scratch.text("m.prom")
            // Nothing answers at this address, so the run ends before it looks at a domain.
            let failed = try await Tool.run(
                [
                    "audit", "portfolio.csv", "--prometheus", "m.prom", "--resolver",
                    "127.0.0.2:9", "--dns-timeout", "0.05",
                ], in: scratch)
            #expect(failed.status == 2)
            let after = try scratch.text("m.prom")
            func line(_ name: String, _ text: String) -> Substring? {
                text.split(separator: "\n").first { $0.hasPrefix(name + "{") }
            }
            #expect(line("stsaudit_run_finished", before)?.hasSuffix(" 1") == true)
            #expect(line("stsaudit_run_finished", after)?.hasSuffix(" 0") == true)
            let success = "stsaudit_last_success_timestamp_seconds"
            #expect(line(success, after) != nil)
            #expect(line(success, after) == line(success, before))
        }

        @Test("a file that cannot be written fails the command, and says which")
        func unwritable() async throws {
            let scratch = try Scratch()
            let outcome = try await Self.audit(["--prometheus", "none/m.prom"], in: scratch)
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains("none/m.prom"))
        }
    }
}
