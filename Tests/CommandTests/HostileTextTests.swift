import Foundation
import Testing

@testable import Lab
@testable import stsaudit

extension EndToEnd {
    /// Whoever publishes a record or fills in a portfolio must not run code in a spreadsheet or
    /// steer a terminal.
    @Suite("Hostile text")
    struct HostileTextTests {
        /// What spreadsheets calculate and terminals act upon.
        static let payloads = [
            "=cmd|' /C calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)",
            "\u{1B}[2J\u{1B}]0;owned\u{07}", "\u{9B}31m", "\t=1+1", "\r=1+1", "\" =1+1", " =1+1",
            "a\u{202E}b", "\u{FF1D}1+1", "quote\" comma, semicolon; end",
        ]

        /// A domain for each place that a stranger's text comes from.
        static let world = CustomWorld(domains: [
            "record": .changed { $0.record?.texts = payloads.map { ["v=STSv1; id=\($0);"] } },
            "one-record": .changed { $0.record?.texts = [["v=STSv1; id=\u{1B}[31m=1+1;"]] },
            "version": .changed { $0.record?.texts = [["V=STSv1 =cmd|'x'!A0"]] },
            "unrelated": .changed { $0.record?.texts += payloads.map { [$0] } },
            "alias": .changed {
                $0.policyHost = DNSNode(aliases: ["=cmd|x.gone.example"], isDangling: true)
            },
            "mx": .changed {
                $0.mx = ["=1+1", "-mx", "@mx", "+mx", "a\u{1B}[31mb"].enumerated().map {
                    MailExchange(UInt16($0.offset), $0.element + ".{domain}")
                }
            },
            "policy": .changed {
                $0.serve(
                    PolicyText(mode: "mode: =cmd|'\u{1B}[2J'!A0", mx: payloads.map { "mx: \($0)" }))
            },
            "type": .changed {
                $0.host.response = .reply(
                    contentType: "=text/\u{1B}[31mhtml", body: PolicyText.sound.bytes)
            },
            "redirect": .changed {
                $0.host.response = .reply(
                    status: 302, contentType: "text/html",
                    extra: ["Location: =cmd|\u{1B}[2J\u{9B}31m"], body: [])
            },
            "page": .changed {
                $0.host.response = .reply(
                    contentType: "text/html", body: Array("<=1+1>\u{1B}".utf8))
            },
            "reports": .changed {
                $0.reporting?.texts = payloads.map { ["v=TLSRPTv1; rua=\($0)"] }
            },
            "report": .changed { $0.reporting?.texts = [["v=TLSRPTv1; rua==cmd|'x'!\u{1B}[2J"]] },
            "spoken": .changed { $0.host.handshake = .plainText },
        ])

        private static var domains: [String] { world.sortedDomains }

        /// A row for each payload in each column, the domain's included, and one for each domain.
        private static var portfolio: String {
            let header = ["domain", "account", "expected_mode", "tags", "=note", "\u{1B}[31mred"]
            let rows =
                payloads.map { Array(repeating: $0, count: header.count) }
                + zip(domains, payloads + payloads).map {
                    [$0, $1, "enforce", $1, $1, $1]
                }
            let lines = ([header] + rows).map { $0.map(CSVField.quoted).joined(separator: ",") }
            return lines.map { $0 + "\r\n" }.joined()
        }

        @Test("no file holds a formula, no output an escape", .timeLimit(.minutes(6)))
        func outputs() async throws {
            let scratch = try Scratch()
            try scratch.write(Self.portfolio, to: "portfolio.csv")
            try await Lab.withLab(world: Self.world) { lab in
                let audit = try await Tool.run(
                    ["audit", "portfolio.csv", "--output", "out"] + (try lab.flags()), in: scratch)
                #expect(audit.status == 0, "\(audit.errors)")
                Self.expectHarmless(audit)
                let check = try await Tool.run(
                    ["check"] + Self.domains + (try lab.flags()), in: scratch)
                #expect(check.status == 0, "\(check.errors)")
                Self.expectHarmless(check)
                // Seen, and not left out.
                #expect(check.out.contains("\\u{1B}[2J"))
            }
            try await Self.histories(scratch)
            for file in ["domains.csv", "findings.csv", "causes.csv"] {
                let table = try scratch.csv("out/\(file)")
                #expect(!table.rows.isEmpty)
                #expect(table.cells.filter { !$0.isInertCell } == [], "\(file)")
                let scalars = table.cells.joined().unicodeScalars
                // A cell of the portfolio keeps its own line ends and tabs.
                #expect(
                    scalars.filter { !$0.isHarmless && !"\r\n\t".unicodeScalars.contains($0) }
                        .isEmpty, "\(file)")
            }
            for line in try scratch.text("out/domains.jsonl").split(separator: "\n") {
                #expect(throws: Never.self) {
                    try JSONSerialization.jsonObject(with: Data(line.utf8))
                }
                #expect(line.unicodeScalars.allSatisfy { $0.isHarmless })
            }
        }

        /// What was stored comes out again as harmless as it went into the reports.
        private static func histories(_ scratch: Scratch) async throws {
            let fix = ["fix", "--policy-host-target", "sts.example.org"] + domains
            expectHarmless(try await Tool.run(fix + ["--format", "zone"], in: scratch))
            for command in [
                ["history"] + domains, ["plan", "--to", "enforce"] + domains, fix,
            ] {
                let text = try await Tool.run(command, in: scratch)
                expectHarmless(text)
                let csv = try await Tool.run(command + ["--format", "csv"], in: scratch)
                let table = try CSVFile(csv.outBytes)
                #expect(!table.rows.isEmpty)
                #expect(table.cells.filter { !$0.isInertCell } == [])
                let json = try await Tool.run(command + ["--format", "json"], in: scratch)
                #expect(json.out.unicodeScalars.allSatisfy { $0.isHarmless || $0 == "\n" })
                for outcome in [text, csv, json] {
                    #expect(outcome.status == 0, "\(outcome.errors)")
                }
            }
        }

        private static func expectHarmless(
            _ outcome: Tool.Outcome, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            for text in [outcome.out, outcome.errors] {
                #expect(
                    text.unicodeScalars.filter { $0 != "\n" && !$0.isHarmless }.isEmpty,
                    sourceLocation: sourceLocation)
            }
        }
    }
}
