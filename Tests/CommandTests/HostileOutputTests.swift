import Foundation
import Testing

@testable import Lab
@testable import stsaudit

extension EndToEnd {
    /// What strangers publish and customers write, in every output of the tool: shown, and inert.
    ///
    /// `HostileTextTests` has the CSV files, the histories and the plans; `HTMLHostileTests` has the
    /// pages in a browser, `TLSRPTAuditTests` the reports of senders.
    @Suite("Hostile text in every output")
    struct HostileOutputTests {
        /// Markup, formats and paths; what terminals and spreadsheets act upon is in the other suite.
        static let payloads =
            HostileTextTests.payloads + [
                "<script>alert(1)</script>", "]]><x/>", "&amp;&#x41;&xxe;", "\"/><failure/>",
                "<?xml version=\"1.0\"?>", "<3>fake priority", "a\u{0}b", "a\u{2028}b", "\u{FEFF}x",
                "\u{FFFE}x", "}\nstsaudit_run_finished 0\n#", "\\", "a\\\"b", "$(id)", "`id`",
                "%n%s",
                "../../etc/passwd", "; drop table run; --", "' OR 1=1 --", "{{7*7}}",
                "\n[section]\n",
            ]

        /// Accounts whose folders have to stay apart and in place.
        static let accounts =
            payloads + [
                "Alpha", "alpha", "ALPHA", "alpha ", " alpha", "al/pha", "al\\pha", "..", ".",
                "...",
                "CON", "aux.txt", "-rf", "~", "é", "e\u{301}", "ß", "SS", "İ", "a\u{0}c",
                String(repeating: "long ", count: 2_000), "index.html", "accounts.csv",
            ]

        static let world = CustomWorld(
            domains: HostileTextTests.world.domains.merging([
                "subject": .changed {
                    $0.host.handshake = .certificate(
                        CertificateRecipe(
                            issuer: .selfSigned,
                            organization: "=1+1 \u{1B}[2J<script>alert(1)</script>\n<3>x"))
                },
                "newline": .changed {
                    $0.mx = [
                        MailExchange(10, #"evil\010mode\: none.{domain}"#),
                        MailExchange(20, #"\$INCLUDE.{domain}"#),
                        MailExchange(30, #"a\"b\;c\(.{domain}"#), MailExchange(40, #"\<script\>"#),
                    ]
                    $0.serve(PolicyText(mode: "mode: nothing"))
                },
                "alias-text": .changed {
                    $0.policyHost = DNSNode(
                        aliases: [#"a\010b\"\;\$ORIGIN.gone.example"#], isDangling: true)
                },
                "texts": .changed {
                    $0.record?.texts = payloads.map { ["v=STSv1; id=1; x=\($0);"] }
                    $0.reporting?.texts = payloads.map {
                        ["v=TLSRPTv1; rua=mailto:\($0)@x.example"]
                    }
                },
                "field": .changed {
                    $0.host.response = .reply(
                        status: 503, contentType: "<script>alert(1)</script>",
                        extra: ["Retry-After: <b>\u{1B}[2J"], body: [])
                },
                "page-title": .changed {
                    $0.host.response = .reply(
                        contentType: "text/html",
                        body: Array("<title>\u{1B}]0;x\u{7}</title><script>alert(1)</script>".utf8))
                },
            ]) { old, _ in old })

        private static var domains: [String] { world.sortedDomains }

        /// Each of the first accounts has a domain of the world's and a row that is none.
        private static func portfolio(of count: Int) -> String {
            let header = ["domain", "account", "expected_mode", "tags", "note"]
            let rows = accounts.prefix(count).enumerated().flatMap { index, account in
                [
                    [domains[index % domains.count], account, "enforce", account, account],
                    [payloads[index % payloads.count], account, account, account, account],
                ]
            }
            let lines = ([header] + rows).map { $0.map(CSVField.quoted).joined(separator: ",") }
            return lines.map { $0 + "\r\n" }.joined()
        }

        @Test("inert in each", .timeLimit(.minutes(6)))
        func outputs() async throws {
            let scratch = try Scratch()
            try await Lab.withLab(world: Self.world) { lab in
                let flags = try lab.flags() + ["--retries", "0"]
                // The second night has more of them, so that there are changes to tell.
                for (log, count) in [("plain", 5), ("journald", Self.accounts.count)] {
                    try scratch.write(Self.portfolio(of: count), to: "portfolio.csv")
                    let audit = try await Tool.run(
                        [
                            "audit", "portfolio.csv", "--output", "out", "--log", log, "--junit",
                            "m.xml",
                            "--prometheus", "m.prom", "--name",
                            Self.payloads.joined(separator: " "),
                            "--progress", "plain",
                        ] + flags, in: scratch)
                    #expect(audit.status == 0, "\(audit.errors)")
                    Self.expectLines(audit)
                    if log == "journald" {
                        let lines = audit.errors.split(separator: "\n")
                        #expect(lines.allSatisfy { $0.wholeMatch(of: /<[356]>.*/) != nil })
                    }
                }
                let check = try await Tool.run(["check"] + Self.domains + flags, in: scratch)
                Self.expectLines(check)
                #expect(check.out.contains("alert(1)"), "seen, and not left out")
            }
            try await Self.texts(scratch)
            try await Self.exports(scratch)
            try await Self.kits(scratch)
            try await Self.folders(scratch)
        }

        /// Commands that print text or CSV or JSON of what is stored.
        private static func texts(_ scratch: Scratch) async throws {
            let commands: [(status: Int32, words: [String])] = [
                (0, ["report"]), (0, ["groups"]), (0, ["runs"]), (0, ["diff"]),
                (0, ["report", "--account", accounts[0]]), (0, ["diff", "--format", "csv"]),
                (0, ["diff", "--format", "json"]), (0, ["groups", "--format", "csv"]),
                (0, ["groups", "--format", "json"]), (0, ["report", "--format", "causes"]),
                (0, ["report", "--format", "domains"]), (0, ["report", "--format", "findings"]),
                (0, ["report", "--format", "jsonl"]), (0, ["rejudge"]),
                (1, ["lint", "--record", payloads.joined(), "--mx", payloads[0]]),
                (1, ["lint", "--record", payloads.joined(), "--json"]),
                (0, ["report", "--account", payloads[4]]),
                (0, ["history", "subject.custom.example"]),
                (2, ["report", "--store", "\u{1B}[2J.sqlite"]), (64, ["check", "\u{1B}[2J"]),
                (64, ["check", "--\u{1B}[2J"]), (64, ["\u{1B}[2J"]),
                (2, ["audit", "\u{1B}[2J.csv"]),
                (2, ["audit", "portfolio.csv", "--config", "\u{1B}[2J.toml"]),
                (64, ["causes", "\u{1B}[2J"]), (1, ["tlsrpt", "import", "\u{1B}[2J"]),
                (64, ["demo", "--mix", "\u{1B}[2J"]),
                (64, ["prune", "--keep-days", "\u{1B}[2J"]),
            ]
            for (status, command) in commands {
                let outcome = try await Tool.run(command, in: scratch)
                #expect(outcome.status == status, "\(command): \(outcome.errors)")
                let isCSV = ["csv", "causes", "domains", "findings"].contains(command.last ?? "")
                if isCSV {
                    let table = try CSVFile(outcome.outBytes)
                    #expect(!table.header.isEmpty, "\(command)")
                    #expect(table.cells.filter { !$0.isInertCell } == [], "\(command)")
                }
                if ["json", "jsonl"].contains(command.last ?? "") {
                    let lines = outcome.out.split(separator: "\n")
                    #expect(!lines.isEmpty, "\(command)")
                    for line in lines {
                        #expect(throws: Never.self, "\(command)") {
                            try JSONSerialization.jsonObject(with: Data(line.utf8))
                        }
                        #expect(line.unicodeScalars.allSatisfy { $0.isHarmless }, "\(command)")
                    }
                } else if !isCSV {
                    expectLines(outcome, "\(command)")
                    #expect(!(outcome.out + outcome.errors).isEmpty, "\(command)")
                }
                #expect(!outcome.isKilled, "\(command)")
            }
        }

        /// JUnit, Prometheus and HTML, by what reads them.
        private static func exports(_ scratch: Scratch) async throws {
            let xml = try scratch.text("m.xml")
            #expect(!xml.contains("<script") && !xml.contains("<x/>"))
            let elements = Set(xml.matches(of: /<([a-z]+)/).map { String($0.1) })
            #expect(
                elements.subtracting(["testsuites", "testsuite", "testcase", "failure", "skipped"])
                    == [])
            if Checker.xmllint.isUsable(for: "the JUnit file") {
                let outcome = try await Tool.shell(
                    "xmllint --nonet --xpath 'count(//testcase)' m.xml", in: scratch)
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(
                    outcome.out.trimmingCharacters(in: .whitespacesAndNewlines)
                        == "\(accounts.count * 2)")
            }
            let metrics = try scratch.text("m.prom")
            let sample = try Regex(
                #"[a-z_]+(?:\{[a-z]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z]+="(?:[^"\\\n]|\\[\\"n])*")*\})? [0-9.e+-]+"#
            )
            let wrong = try metrics.split(separator: "\n").filter {
                try !$0.hasPrefix("# ") && sample.wholeMatch(in: $0) == nil
            }
            #expect(wrong == [])
            let ends = metrics.split(separator: "\n").filter {
                $0.hasPrefix("stsaudit_run_finished")
            }
            #expect(ends.count == 1)
            if Checker.promtool.isUsable(for: "the metrics") {
                let outcome = try await Tool.shell("promtool check metrics < m.prom", in: scratch)
                #expect(outcome.status == 0, "\(outcome.out)\(outcome.errors)")
            }
            let page = try await Tool.run(["report", "--format", "html"], in: scratch)
            #expect(page.status == 0, "\(page.errors)")
            for payload in ["<script>alert", "]]><x/>", "\"/><failure/>", "\u{1B}", "\u{0}"] {
                #expect(!page.out.contains(payload))
            }
        }

        /// Zone lines, policies and the web server's file.
        private static func kits(_ scratch: Scratch) async throws {
            let fix = try await Tool.run(
                ["fix", "--all", "--policy-host-target", "sts.example.org", "--output", "kit"],
                in: scratch)
            #expect(fix.status == 0, "\(fix.errors)")
            try await KitFiles(folder: "kit", zone: "custom.example", in: scratch).expectSound()
            let files = try FileManager.default.subpathsOfDirectory(atPath: scratch.path("kit"))
                .filter { $0.hasSuffix(".txt") && $0.hasPrefix("policies/") }
            #expect(files.count > 5)
            for file in files {
                #expect(
                    file.wholeMatch(
                        of: /policies\/mta-sts\.[a-z0-9.-]+\/\.well-known\/mta-sts\.txt/) != nil)
                for line in try scratch.text("kit/" + file).split(separator: "\r\n") {
                    #expect(
                        line.wholeMatch(
                            of:
                                /version: STSv1|mode: (testing|enforce)|max_age: [0-9]+|mx: (\*\.)?[a-z0-9._-]+/
                        )
                            != nil, "\(file): \(line)")
                }
            }
            for file in ["plan.txt", "records.zone"] {
                let text = try scratch.text("kit/" + file)
                #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.isHarmless })
            }
            #expect(try scratch.csv("kit/records.csv").cells.filter { !$0.isInertCell } == [])
        }

        /// A folder for each account, none of them elsewhere and none shared.
        private static func folders(_ scratch: Scratch) async throws {
            // Deep enough that what escapes is still in `scratch`, and seen.
            let place = "a/b/accounts"
            let outcome = try await Tool.run(
                ["report", "--split-by", "account", "--output", place], in: scratch)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let files = FileManager.default
            let names = try files.contentsOfDirectory(atPath: scratch.path(place))
                .filter { $0 != "index.html" && $0 != "accounts.csv" }
            // White space around an account is none of its name; see the portfolio reader.
            let table = try scratch.csv(place + "/accounts.csv")
            #expect(Set(table.rows.compactMap { $0["folder"] }) == Set(names))
            #expect(names.count == Set(names.map { $0.lowercased() }).count)
            #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z0-9-]{1,70}/) != nil }, "\(names)")
            #expect(table.cells.filter { !$0.isInertCell } == [])
            #expect(names.count == distinctAccounts, "\(names.sorted())")
            #expect(try files.contentsOfDirectory(atPath: scratch.path("a")) == ["b"])
            #expect(try files.contentsOfDirectory(atPath: scratch.path("a/b")) == ["accounts"])
            let index = try scratch.text(place + "/index.html")
            #expect(!index.contains("<script>alert"))
        }

        /// Accounts by their bytes, but for the white space around them.
        private static var distinctAccounts: Int {
            Set(
                accounts.map { account in
                    Array(account.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
                }
            ).count
        }

        private static func expectLines(
            _ outcome: Tool.Outcome, _ what: String = "",
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            for text in [outcome.out, outcome.errors] {
                let active = text.unicodeScalars.filter { $0 != "\n" && !$0.isHarmless }
                #expect(active.isEmpty, "\(what)", sourceLocation: sourceLocation)
            }
        }
    }
}
