import Foundation
import Lab
import Store
import Testing

@testable import stsaudit

extension EndToEnd {
    /// RFC 8460 §4.3 beside what is measured.
    @Suite("TLS reports meet audits")
    struct TLSRPTAuditTests {
        private static let today = Int64(Date().timeIntervalSince1970) / 86_400
        static let google = "Google Inc."

        /// A report of a day so many before today.
        static func report(
            of domain: String, day before: Int64, by organization: String = google,
            good: Int = 100, _ rows: [ReportGenerator.Row] = []
        ) -> ReportGenerator.Facts {
            ReportGenerator.Facts(
                organization: organization, id: "\(before)-\(domain)", domain: domain,
                start: (today - before) * 86_400, successfulSessions: good, rows: rows)
        }

        static func day(_ before: Int64) -> String {
            Date(timeIntervalSince1970: Double(today - before) * 86_400)
                .formatted(.iso8601.year().month().day())
        }

        static func write(_ reports: [ReportGenerator.Facts], in scratch: Scratch) throws {
            try FileManager.default.createDirectory(
                atPath: scratch.path("reports"), withIntermediateDirectories: true)
            for (index, report) in reports.enumerated() {
                try scratch.write(report.json, to: "reports/\(index).json")
            }
        }

        private static let works = "sound.lab.example"
        private static let mismatch = "mx-certificate-other-name.lab.example"
        private static let fine = "testing.lab.example"

        /// Google could not fetch one domain's policy on 12 days; two senders see the other name
        /// in the certificate of another's second MX host; a third has nothing to complain of.
        private static let reports: [ReportGenerator.Facts] = {
            var reports: [ReportGenerator.Facts] = []
            let fetchError = ReportGenerator.Row(
                resultType: "sts-policy-fetch-error", sessions: 2)
            for before: Int64 in 1...14 {
                reports.append(
                    report(of: works, day: before, before % 7 == 0 ? [] : [fetchError]))
            }
            let rows: [ReportGenerator.Row] = [
                .init(
                    resultType: "certificate-host-mismatch", mxHost: "mx2." + mismatch,
                    sessions: 5),
                .init(resultType: "from-the-future", mxHost: "mx1." + mismatch, sessions: 1),
            ]
            for before: Int64 in 1...2 {
                for sender in [google, "Mail.ru"] {
                    reports.append(report(of: mismatch, day: before, by: sender, rows))
                }
            }
            reports.append(report(of: fine, day: 3, good: 7))
            return reports
        }()

        private static let portfolio = """
            domain,account
            \(works),acme
            \(mismatch),beta
            \(fine),acme
            absent.lab.example,acme

            """

        @Test("findings, verdicts, rates, and a second night of the same", .timeLimit(.minutes(6)))
        func audit() async throws {
            let scratch = try Scratch()
            try Self.write(Self.reports, in: scratch)
            try scratch.write(Self.portfolio, to: "portfolio.csv")
            let imported = try await Tool.run(["tlsrpt", "import", "reports"], in: scratch)
            #expect(imported.status == 0, "\(imported.errors)")
            #expect(imported.out.hasPrefix("19 reports read: 19 new (20 failure rows)"))
            let check = try await Lab.withLab(world: ScenarioWorld()) { lab in
                for night in 1...2 {
                    let outcome = try await Tool.run(
                        ["audit", "portfolio.csv", "--output", "night\(night)"] + lab.flags()
                            + lab.probeFlags, in: scratch)
                    #expect(outcome.status == 0, "\(outcome.errors)")
                }
                return try await Tool.run(
                    ["check", Self.works] + lab.flags() + lab.probeFlags, in: scratch)
            }
            let domains = try scratch.csv("night2/domains.csv").rows
            #expect(domains.map { $0["verdict"] } == ["enforced", "degraded", "testing", "absent"])
            #expect(
                domains.map { $0["causes"] } == [
                    "reported-sts-policy-fetch-error",
                    "mx-certificate-name-mismatch reported-certificate-host-mismatch",
                    "mode-testing", "",
                ])
            let details = try scratch.csv("night2/findings.csv").rows.reduce(into: [:]) {
                $0[$1["cause"] ?? ""] = $1["detail"]
            }
            let first = try await Self.firstLook(scratch)
            #expect(
                details["reported-sts-policy-fetch-error"]
                    == "Google Inc. could not fetch the policy on 12 of the 14 days to "
                    + "\(Self.day(1)) (24 sessions); from here it works since \(first), "
                    + "the first look")
            #expect(
                details["reported-certificate-host-mismatch"]
                    == "Google Inc. and Mail.ru report certificate-host-mismatch at "
                    + "mx2.\(Self.mismatch) on 2 of the 14 days to \(Self.day(1)) (20 sessions); "
                    + "confirmed by our probe")
            // Unchanged reports, unchanged findings: the second night adds no state.
            let store = try AuditStore(path: scratch.path("stsaudit.sqlite"))
            #expect(
                try await store.select("SELECT DISTINCT first_run, last_run FROM state", columns: 2)
                    == [["1", "2"]])
            try store.close()

            #expect(
                check.out.contains(
                    "    reports of the 14 days to \(Self.day(1)): 1400 sessions succeeded, "
                        + "24 failed\n  WARNING reported-sts-policy-fetch-error (RFC 8460 §4.3)\n"))
            let summary = try await Tool.run(["tlsrpt", "summary"], in: scratch)
            #expect(
                summary.out.contains(
                    """
                    Accounts of the latest run, by failure rate
                      beta   424 sessions  24 failed  5.7 %   1 domain
                      acme  1431 sessions  24 failed  1.7 %  2 domains
                    """))
            #expect(summary.out.contains("  from-the-future             4 failed  1 domain\n"))
            let account = try await Tool.run(
                ["tlsrpt", "summary", "--account", "beta", "--format", "csv"], in: scratch)
            let rows = try CSVFile(account.outBytes).rows
            #expect(Set(rows.map { $0["domain"] }) == [Self.mismatch])
            #expect(rows.count == 12, "four of sessions, eight of failures")
        }

        /// When the run of the first night looked at the domain.
        private static func firstLook(_ scratch: Scratch) async throws -> String {
            try #require(try scratch.csv("night1/domains.csv").rows.first?["measured_at"])
        }

        @Test("whatever a stranger writes into a report is inert", .timeLimit(.minutes(6)))
        func hostile() async throws {
            let scratch = try Scratch()
            let payloads = HostileTextTests.payloads + ["<script>alert(1)</script>"]
            try Self.write(
                payloads.enumerated().flatMap { index, payload in
                    [Self.works, payload].map { domain in
                        Self.report(
                            of: domain, day: Int64(index % 14 + 1), by: payload,
                            [
                                .init(
                                    resultType: "certificate-expired", mxHost: payload,
                                    sessions: 1, sendingMTA: payload),
                                .init(resultType: payload, mxHost: payload, sessions: 1),
                            ])
                    }
                }, in: scratch)
            try scratch.write("domain\n\(Self.works)\n", to: "portfolio.csv")
            let imported = try await Tool.run(["tlsrpt", "import", "reports"], in: scratch)
            #expect(imported.status == 0, "\(imported.errors)")
            var texts = [imported.out, imported.errors]
            try await Lab.withLab(world: ScenarioWorld()) { lab in
                let audit = try await Tool.run(
                    ["audit", "portfolio.csv", "--output", "out"] + lab.flags(), in: scratch)
                let check = try await Tool.run(["check", Self.works] + lab.flags(), in: scratch)
                #expect(check.out.contains("reported-certificate-expired"))
                texts += [audit.out, audit.errors, check.out, check.errors]
            }
            for arguments in [[], [Self.works], ["--limit", "0"]] {
                texts.append(
                    try await Tool.run(["tlsrpt", "summary"] + arguments, in: scratch).out)
            }
            for text in texts {
                #expect(text.unicodeScalars.filter { $0 != "\n" && !$0.isHarmless }.isEmpty)
            }
            #expect(texts.contains { $0.contains("\\u{1B}[2J") }, "seen, and not left out")
            let json = try await Tool.run(["tlsrpt", "summary", "--format", "json"], in: scratch)
            for line in json.out.split(separator: "\n") {
                #expect(line.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
                #expect(throws: Never.self) {
                    try JSONSerialization.jsonObject(with: Data(line.utf8))
                }
            }
            let csv = try await Tool.run(["tlsrpt", "summary", "--format", "csv"], in: scratch)
            let tables = [
                try CSVFile(csv.outBytes), try scratch.csv("out/findings.csv"),
                try scratch.csv("out/domains.csv"),
            ]
            for cells in tables.map(\.cells) {
                #expect(cells.filter { !$0.isInertCell } == [])
                #expect(!cells.joined().unicodeScalars.contains { !$0.isHarmless })
            }
            let page = try await Tool.run(["report", "--format", "html"], in: scratch)
            #expect(page.status == 0, "\(page.errors)")
            #expect(!page.out.contains("<script>alert"))
        }
    }
}
