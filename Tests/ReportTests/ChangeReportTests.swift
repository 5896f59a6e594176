import Audit
import Evidence
import Foundation
import MTASTS
import Testing

@testable import Report
@testable import Store

@Suite("Changes between two runs, written")
struct ChangeReportTests {
    /// Five domains over two nights; texts from the network and accounts are hostile.
    static func world() async throws -> World {
        let world = try World()
        let hostile = "=cmd|'x'\u{1B}[2J\nnext"
        for night in 1...2 {
            var rows = [
                try Sample.row(1, "broke.example", account: "@acme\u{1B}[31m"),
                try Sample.row(2, "broke.example", account: "two"),
                try Sample.row(3, "mended.example", account: "two"),
                try Sample.row(4, "open.example", account: "two"),
            ]
            let last = night == 1 ? "left.example" : "came.example"
            rows.append(try Sample.row(5, last, account: "three"))
            let run = try await world.begin(rows, Sample.header)
            let finding = Finding(cause: .recordSyntax, severity: .error, detail: hostile)
            let open = Finding(
                cause: .recordLookupFailed, severity: .unmeasured, detail: "SERVFAIL")
            try await run.record(
                run.candidates(limit: 10).map { candidate in
                    switch (candidate.domain.description, night) {
                    case ("broke.example", 2), ("mended.example", 1):
                        Sample.examined(candidate, .ineffective, [finding])
                    case ("open.example", 2): Sample.examined(candidate, .unmeasured, [open])
                    default: Sample.examined(candidate, .enforced)
                    }
                })
            try await run.finish(.finished, at: Timestamp(seconds: 1_790_000_000))
        }
        return world
    }

    static func write(
        _ world: World, _ format: ChangeFormat, account: String? = nil, listed: Int = 20
    ) async throws -> (text: String, tally: ChangeTally) {
        let (before, after) = (try await world.store.run(1), try await world.store.run(2))
        let file = try OutputFile(path: world.folder + "/after/changes", .whenDone)
        let tally = try await ChangeReport.write(
            world.store, from: before, to: after, account: account, format: format,
            listed: listed, to: file)
        return (try world.read("after", "changes"), tally)
    }

    @Test("text: counts, what broke first, by cause and by account, and nothing that acts")
    func text() async throws {
        let (text, tally) = try await Self.write(Self.world(), .text)
        #expect(
            text == """
                Changes in portfolio p
                  from run 1 (audit, 2026-09-21T14:13:20Z)
                  to   run 2 (audit, 2026-09-21T14:13:20Z)

                  1 regressed      less protection, or errors where there were none
                  1 fixed          more protection, or no errors where there were some
                  0 lapsed         gone from DNS, or without mail
                  0 revived        takes mail again
                  0 changed        other findings or evidence, neither better nor worse
                  1 new            added to the portfolio
                  1 gone           taken out of the portfolio
                  1 not-measured   could not be told now; never counted as regressed or fixed
                  0 measured-again could not be told then; as it was before that, or seen first

                Regressed
                  broke.example  enforced -> ineffective  +record-syntax  [@acme\\u{1B}[31m, two]

                Fixed
                  mended.example  ineffective -> enforced  -record-syntax  [two]

                New
                  came.example  enforced  [three]

                Gone
                  left.example  was enforced  [three]

                Not measured now
                  open.example  was enforced  record-lookup-failed  [two]

                By cause
                  appeared cleared
                         1       1 record-syntax

                By account
                  regressed fixed lapsed revived changed new gone not measured
                          1     1      0       0       0   0    0            1  two
                          1     0      0       0       0   0    0            0  @acme\\u{1B}[31m
                          0     0      0       0       0   1    1            0  three

                """)
        #expect(tally.count(.regressed) == 1)
        #expect(tally.causes[.recordSyntax] == ChangeTally.CauseChange(appeared: 1, cleared: 1))
    }

    @Test("CSV: a row for each change, safe for spreadsheets")
    func csv() async throws {
        let lines = try await Self.write(Self.world(), .csv).text.components(separatedBy: "\r\n")
        #expect(
            lines[0] == "domain,accounts,change,verdict_before,verdict,severity_before,severity,"
                + "appeared,cleared,differs,causes_before,causes,detail,remedy,"
                + "compared_with_run,measured_before,measured_at")
        let broke = try #require(lines.first { $0.hasPrefix("broke.example") })
        #expect(
            broke.hasPrefix(
                "broke.example,\"'@acme\\u{1B}[31m; two\",regressed,enforced,ineffective,,error,"
                    + "record-syntax,,verdict causes mode policy-id max-age,,record-syntax,"
                    + "\"'=cmd|'x'\\u{1B}[2J\\u{A}next\","))
        #expect(broke.hasSuffix(",1,2026-09-21T14:13:21Z,2026-09-21T14:13:21Z"))
        #expect(lines.contains { $0.hasPrefix("left.example,three,gone,enforced,,,,,,,,,,,1,") })
        #expect(lines.contains { $0.hasPrefix("came.example,three,new,,enforced,") })
        #expect(lines.count == 7 && lines[6].isEmpty)
    }

    @Test("JSON Lines: every key in every object, both sides whole")
    func json() async throws {
        let text = try await Self.write(Self.world(), .json).text
        let objects = try text.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(objects.count == 5)
        #expect(Set(objects.map { $0.keys.sorted() }).count == 1)
        let broke = try #require(objects.first { $0["domain"] as? String == "broke.example" })
        #expect(broke["change"] as? String == "regressed")
        #expect(broke["appeared"] as? [String] == ["record-syntax"])
        #expect((broke["before"] as? [String: Any])?["verdict"] as? String == "enforced")
        #expect((broke["before"] as? [String: Any])?["run"] as? Int == 1)
        let findings = (broke["after"] as? [String: Any])?["findings"] as? [[String: Any]]
        #expect(findings?.first?["cause"] as? String == "record-syntax")
        let gone = try #require(objects.first { $0["change"] as? String == "gone" })
        #expect(gone["after"] is NSNull)
    }

    @Test("one account alone, and no more domains than asked for")
    func parts() async throws {
        let world = try await Self.world()
        let (text, tally) = try await Self.write(world, .text, account: "three", listed: 0)
        #expect(text.hasPrefix("Changes in portfolio p, account three\n"))
        #expect(ChangeKind.allCases.filter { tally.count($0) > 0 } == [.new, .gone])
        #expect(!text.contains("came.example"))
        let short = try await Self.write(world, .text, listed: 1).text
        #expect(short.contains("broke.example"))
    }

    @Test("accounts beyond the limit are counted together")
    func bounded() {
        let run = Run(
            id: 1, portfolio: "p", kind: .audit, state: .finished,
            startedAt: Timestamp(seconds: 0), fingerprint: "", options: "{}", toolVersion: "",
            header: PortfolioHeader(), rowCount: 0, invalidCount: 0, domainCount: 0)
        var tally = ChangeTally(before: run, after: run, account: nil, listed: 2)
        for number in 0..<(ChangeTally.accountLimit + 5) {
            tally.add(
                DomainChange(
                    domain: "d\(number).example", accounts: ["a\(number)"],
                    comparison: Comparison(kind: .new), before: nil, after: nil, differences: []))
        }
        #expect(tally.accounts.count == ChangeTally.accountLimit)
        #expect(tally.otherAccounts == [.new: 5])
        #expect(tally.examples[.new]?.count == 2)
        #expect(tally.count(.new) == ChangeTally.accountLimit + 5)
    }
}
