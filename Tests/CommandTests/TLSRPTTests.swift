import Audit
import Foundation
import Lab
import Testing

@testable import stsaudit

extension EndToEnd {
    /// RFC 8460: reports in all their shapes, once and again.
    @Suite("tlsrpt import and summary")
    struct TLSRPTTests {
        private static let today = Int64(Date().timeIntervalSince1970) / 86_400
        private static let domains = ["a.example", "b.example", "stranger.example"]
        /// Five organizations on fourteen days of three domains, and four reports more than that.
        private static let generator = ReportGenerator(
            seed: 3, domains: domains, firstDay: today - 14, days: 14, rows: 3)
        private static let facts = (0..<210).map(generator.facts)

        /// The reports as they come: files, compressed or not, mail, a mailbox, a Maildir.
        private static func makeFolder(in scratch: Scratch) async throws {
            for folder in ["in", "in/box", "in/box/cur", "in/box/new", "in/box/tmp"] {
                try FileManager.default.createDirectory(
                    atPath: scratch.path(folder), withIntermediateDirectories: true)
            }
            let fromLine = Array("From tls@example.net Mon Nov 23 00:00:00 2026\n".utf8)
            var mailbox: [UInt8] = []
            for index in facts.indices {
                switch index % 5 {
                case 0: try scratch.write(generator.report(index), to: "in/\(index).json")
                case 1: try scratch.write(generator.report(index), to: "in/\(index)")
                case 2: try scratch.write(generator.mail(index), to: "in/\(index).eml")
                case 3: mailbox += fromLine + generator.mail(index) + [0x0A]
                default:
                    let folder = index % 2 == 0 ? "cur" : "new"
                    try scratch.write(generator.mail(index), to: "in/box/\(folder)/\(index).host")
                }
            }
            mailbox += fromLine + Array("From: a@example.net\nSubject: hello\n\nno report\n".utf8)
            try scratch.write(mailbox, to: "in/reports.mbox")
            let gzip = try await Tool.shell("gzip -n in/*0.json in/*6 in/*2.eml", in: scratch)
            #expect(gzip.status == 0, "\(gzip.errors)")
        }

        @Test(
            "every shape is read, once; the sums are those of the reports", .timeLimit(.minutes(6)))
        func shapes() async throws {
            let scratch = try Scratch()
            try await Self.makeFolder(in: scratch)
            let rows = Self.facts.reduce(0) { $0 + $1.rows.count }
            var outcome = try await Tool.run(["tlsrpt", "import", "in"], in: scratch)
            #expect(outcome.errors == "")
            #expect(outcome.status == 0)
            #expect(
                outcome.out
                    == "210 reports read: 210 new (\(rows) failure rows), 0 known\n"
                    + "1 mail without a report\n")
            outcome = try await Tool.run(["tlsrpt", "import", "in"], in: scratch)
            #expect(outcome.status == 0)
            #expect(
                outcome.out == "210 reports read: 0 new, 210 known\n1 mail without a report\n")

            let csv = try await Tool.run(
                ["tlsrpt", "summary", "--format", "csv"], in: scratch)
            #expect(csv.status == 0, "\(csv.errors)")
            let table = try CSVFile(csv.outBytes)
            func sum(_ kind: String, _ column: String, _ domain: String) -> Int {
                table.rows.filter { $0["kind"] == kind && $0["domain"] == domain }
                    .reduce(0) { $0 + (Int($1[column] ?? "") ?? 0) }
            }
            for domain in Self.domains {
                let own = Self.facts.filter { $0.domain == domain }
                #expect(own.count == 70)
                let good = own.reduce(0) { $0 + $1.successfulSessions }
                let bad = own.reduce(0) { $0 + $1.failedSessions }
                #expect(sum("sessions", "successful_sessions", domain) == good)
                #expect(sum("sessions", "failed_sessions", domain) == bad)
                #expect(sum("failures", "failed_sessions", domain) == bad)
            }
            #expect(table.rows.allSatisfy { $0["kind"] != "account" }, "no run, no accounts")
        }

        @Test("one domain: senders, result types, MX hosts and days", .timeLimit(.minutes(6)))
        func domain() async throws {
            let scratch = try Scratch()
            try await Self.makeFolder(in: scratch)
            _ = try await Tool.run(["tlsrpt", "import", "in"], in: scratch)
            let outcome = try await Tool.run(
                ["tlsrpt", "summary", "a.example", "c.example", "--format", "json"], in: scratch)
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("nobody has reported on c.example"))
            let lines = outcome.out.split(separator: "\n")
            #expect(lines.count == 1)
            let json = try JSONSerialization.jsonObject(with: Data((lines.first ?? "").utf8))
            let object = try #require(json as? [String: Any])
            let own = Self.facts.filter { $0.domain == "a.example" }
            func list(_ key: String) -> [[String: Any]] { object[key] as? [[String: Any]] ?? [] }
            #expect(list("by_day").count == 14)
            #expect(list("organizations").count == 5)
            let types = Dictionary(grouping: own.flatMap(\.rows), by: \.resultType)
                .mapValues { $0.reduce(0) { $0 + $1.sessions } }
            let found = list("result_types").map {
                ($0["result_type"] as? String ?? "", $0["failed_sessions"] as? Int ?? 0)
            }
            #expect(Dictionary(uniqueKeysWithValues: found) == types)
            let hosts = Dictionary(grouping: own.flatMap(\.rows), by: \.mxHost)
                .mapValues { $0.reduce(0) { $0 + $1.sessions } }
            let foundHosts = list("mx_hosts").map {
                ($0["mx_host"] as? String ?? "", $0["failed_sessions"] as? Int ?? 0)
            }
            #expect(Dictionary(uniqueKeysWithValues: foundHosts) == hosts)
            let page = try await Tool.run(
                ["tlsrpt", "summary", "a.example", "--days", "7"], in: scratch)
            #expect(page.out.hasPrefix("a.example: TLS reports of the 7 days to "))
            for title in ["Senders", "Result types", "MX hosts", "Days"] {
                #expect(page.out.contains("\n\n\(title)\n"))
            }
        }

        @Test("what cannot be read is told, and the rest goes on", .timeLimit(.minutes(6)))
        func failures() async throws {
            let scratch = try Scratch()
            try FileManager.default.createDirectory(
                atPath: scratch.path("in"), withIntermediateDirectories: true)
            try scratch.write(Self.generator.report(0), to: "in/1.json")
            try scratch.write("{\"organization-name\":", to: "in/2.json")
            try scratch.write("{\"organization-name\":\"x\"}", to: "in/\u{1B}[2J.json")
            var other = Self.facts[0]
            other.successfulSessions += 1
            try scratch.write(other.json, to: "in/4.json")
            let outcome = try await Tool.run(
                ["tlsrpt", "import", "in", "missing", "--store", "s.sqlite"], in: scratch)
            #expect(outcome.status == 1)
            #expect(
                outcome.out == """
                    2 reports read: 1 new (3 failure rows), 0 known
                    1 report under an id that is known with other content: left out
                    3 could not be read

                    """)
            let lines = outcome.errors.split(separator: "\n")
            #expect(lines.count == 4)
            #expect(lines.contains { $0.hasPrefix("stsaudit: in/2.json: not JSON") })
            #expect(
                lines.contains(
                    "stsaudit: in/\\u{1B}[2J.json: report-id, date-range, policies missing"))
            #expect(lines.contains { $0.hasPrefix("stsaudit: missing: cannot be opened: ") })
            #expect(lines.contains { $0.contains("in/4.json: not the report that was imported") })
        }

        @Test("a mistyped path leaves no empty store behind", .timeLimit(.minutes(6)))
        func nothing() async throws {
            let scratch = try Scratch()
            let outcome = try await Tool.run(["tlsrpt", "import", "missing"], in: scratch)
            #expect(outcome.status == 1)
            #expect(!scratch.exists("stsaudit.sqlite"))
            let summary = try await Tool.run(["tlsrpt", "summary"], in: scratch)
            #expect(summary.status == 2)
        }
    }
}
