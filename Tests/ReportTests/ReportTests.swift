import Audit
import Evidence
import Foundation
import MTASTS
import Store
import Testing

@testable import Report

/// A folder with a store in it, removed with the value.
final class World {
    let folder = NSTemporaryDirectory() + "report-tests-\(UInt64.random(in: 0 ... .max))"
    let store: AuditStore

    init() throws {
        for part in ["live", "after"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
        }
        store = try AuditStore(path: folder + "/audit.sqlite")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func read(_ part: String, _ file: String) throws -> String {
        String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(part)/\(file)")),
            as: UTF8.self)
    }

    func begin(_ rows: [PortfolioRow], _ header: PortfolioHeader) async throws -> ActiveRun {
        let now = Timestamp(seconds: 1_790_000_000)
        let run = try await store.beginRun(
            RunRequest(portfolio: "p", fingerprint: "f", toolVersion: "0"), at: now)
        try await run.ingest(rows)
        try await run.finishIngest(header: header, at: now)
        return run
    }

    /// Reports of the whole run, afterwards.
    func report(_ id: Int64) async throws {
        let run = try await store.run(id)
        try await ReportWriter(store, run, folder: folder + "/after", placement: .whenDone)
            .finish()
    }
}

enum Sample {
    static let header = PortfolioHeader(
        carried: ["verdict", "note"], hasAccount: true, hasExpectedMode: true)

    static func row(_ line: Int, _ domain: String, account: String = "acme", note: String = "")
        throws -> PortfolioRow
    {
        PortfolioRow(
            line: line, input: domain.uppercased(), domain: try DomainName(domain),
            account: account, expectedMode: .enforce, carried: ["mine", note])
    }

    static func examined(
        _ candidate: Candidate, _ verdict: Verdict = .absent, _ findings: [Finding] = [],
        isProvisional: Bool = false, recheck: (after: Int64, isAtLeast: Bool)? = nil
    ) -> Examined {
        Examined(
            candidate: candidate,
            evidence: Evidence(
                mx: Lookup(.noData), record: Lookup(.noData), tlsrpt: Lookup(.noData)),
            measurement: Measurement(at: Timestamp(seconds: 1_790_000_000 + candidate.id)),
            assessment: Assessment(
                verdict: verdict, findings: findings, mode: verdict == .enforced ? "enforce" : nil,
                policyID: verdict == .enforced ? "7" : nil,
                maxAge: verdict == .enforced ? 604_800 : nil,
                mxHosts: [MXCoverage(host: "a.example"), MXCoverage(host: "b.example")],
                recheck: recheck.map {
                    Recheck(after: Timestamp(seconds: $0.after), isAtLeast: $0.isAtLeast)
                }),
            isProvisional: isProvisional)
    }
}

@Suite("Reports from the store")
struct ReportTests {
    static let hostile = Finding(
        cause: .recordSyntax, severity: .error, detail: "=HYPERLINK(\"x\")\u{1B}[2J\nnext", line: 1)

    @Test("every kind of row, in each format")
    func formats() async throws {
        let world = try World()
        let run = try await world.begin(
            [
                Sample.row(2, "good.example", note: "=1+1"),
                Sample.row(3, "bad.example", account: "@two"),
                PortfolioRow(
                    line: 4, input: "-bad\u{7}", domain: nil, problem: .hyphenAtEdge,
                    carried: ["", ""]),
                Sample.row(5, "bad.example"),
                Sample.row(6, "later.example"),
            ], Sample.header)
        for candidate in try await run.candidates(limit: 2) {
            let isGood = candidate.domain.description == "good.example"
            try await run.record([
                isGood
                    ? Sample.examined(candidate, .enforced, recheck: (1_790_812_800, false))
                    : Sample.examined(
                        candidate, .ineffective, [Self.hostile], recheck: (1_790_812_800, true))
            ])
        }
        try await run.finish(.interrupted, at: Timestamp(seconds: 1))
        try await world.report(run.id)

        let domains = try world.read("after", "domains.csv")
        let remedy = try #require(Catalogue.explanations[.recordSyntax]).remedy
        let lines = domains.components(separatedBy: "\r\n")
        #expect(
            lines[0] == "line,domain,input,account,expected_mode,input_verdict,note,verdict,"
                + "severity,mode,policy_id,max_age,mx_hosts,causes,detail,remedy,"
                + "recheck_after,recheck_bound,measured_at")
        #expect(
            lines[1] == "2,good.example,GOOD.EXAMPLE,acme,enforce,mine,\"'=1+1\",enforced,,"
                + "enforce,7,604800,a.example b.example,,,,2026-10-01T00:00:00Z,exact,"
                + "2026-09-21T14:13:21Z")
        #expect(
            lines[2].hasPrefix(
                "3,bad.example,BAD.EXAMPLE,\"'@two\",enforce,mine,,ineffective,error,,,,"
                    + "a.example b.example,record-syntax,"
                    + "\"'=HYPERLINK(\"\"x\"\")\\u{1B}[2J\\u{A}next\","))
        #expect(lines[2].contains(remedy.prefix(10)))
        #expect(
            lines[3].hasPrefix(
                "4,,\"'-bad\\u{7}\",,,,,invalid-input,error,,,,,input-invalid-domain,"))
        #expect(lines[2].contains(",2026-10-01T00:00:00Z,at-least,2026-09-21T"))
        #expect(lines[4].hasPrefix("5,bad.example,BAD.EXAMPLE,acme"))
        #expect(lines[5] == "6,later.example,LATER.EXAMPLE,acme,enforce,mine,,,,,,,,,,,,,")
        #expect(lines.count == 7 && lines[6].isEmpty)

        let findings = try world.read("after", "findings.csv").components(separatedBy: "\r\n")
        #expect(findings.count == 4)
        #expect(findings[1].hasPrefix("3,bad.example,BAD.EXAMPLE,\"'@two; acme\",ineffective,"))
        #expect(findings[2].hasPrefix("4,,"))

        let causes = try world.read("after", "causes.csv").components(separatedBy: "\r\n")
        #expect(causes[1].hasPrefix("input-invalid-domain,error,1,0,,"))
        #expect(causes[2].hasPrefix("record-syntax,error,1,2,0.5000,"))
        #expect(causes[2].hasSuffix(",bad.example"))

        let json = try world.read("after", "domains.jsonl").split(separator: "\n").map { line in
            try #require(
                JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(json.count == 5)
        #expect(Set(json.map { $0.keys.sorted() }).count == 1)
        let finding = try #require((json[1]["findings"] as? [[String: Any]])?.first)
        #expect(finding["detail"] as? String == Self.hostile.detail)
        #expect(json[0]["recheck_after"] as? String == "2026-10-01T00:00:00Z")
        #expect(json[0]["recheck_bound"] as? String == "exact")
        #expect(json[4]["recheck_after"] is NSNull)
        #expect((json[0]["carried"] as? [String: String]) == ["verdict": "mine", "note": "=1+1"])
    }

    @Test("written while the run goes on or afterwards: the same bytes", .timeLimit(.minutes(6)))
    func live() async throws {
        let world = try World()
        let count = 5000
        var rows = try (1...count).map { try Sample.row($0 + 1, "d\($0 % 4000).example") }
        rows[17] = PortfolioRow(line: 19, input: "?", domain: nil, problem: .badCharacter)
        let run = try await world.begin(rows, Sample.header)
        let live = try await ReportWriter(
            world.store, world.store.run(run.id), folder: world.folder + "/live",
            placement: .inPlace)

        func examined(_ candidate: Candidate, isLast: Bool) -> Examined {
            switch candidate.id % 10 {
            case 0:
                Sample.examined(candidate, .ineffective, [Self.hostile])
            case 1 where !isLast && candidate.id % 3 == 0:
                Sample.examined(candidate, .unmeasured, isProvisional: true)
            default: Sample.examined(candidate, .enforced)
            }
        }
        var size = 0
        var last: Int64 = 0
        while true {
            // Batches out of order: the second half of each page first.
            let page = try await run.candidates(after: last, limit: 700)
            guard let end = page.last else { break }
            for part in [page.dropFirst(350), page.prefix(350)] {
                try await run.record(part.map { examined($0, isLast: false) })
                async let other: Void = live.advance()
                try await live.advance()
                try await other
            }
            last = end.id
            let now = try world.read("live", "domains.csv").utf8.count
            #expect(now >= size)
            size = now
        }
        #expect(try world.read("live", "domains.csv").hasSuffix("\r\n"))
        let late = try await run.provisionalCandidates(limit: .max)
        #expect(!late.isEmpty)
        try await run.record(late.map { examined($0, isLast: true) })
        try await run.finish(.finished, at: Timestamp(seconds: 2))
        try await live.finish()
        try await world.report(run.id)
        for file in RowFormat.allCases.map(\.fileName) + [ReportWriter.causesFileName] {
            let text = try world.read("live", file)
            let isSame = text == (try world.read("after", file))
            #expect(isSame, "\(file)")
            #expect(!text.isEmpty, "\(file)")
        }
        let lines = try world.read("live", "domains.csv").components(separatedBy: "\r\n")
        #expect(lines.count == count + 2)
        let numbers = lines.dropFirst().dropLast().map { Int($0.prefix { $0 != "," }) ?? 0 }
        let isInOrder = numbers == Array(2...(count + 1))
        #expect(isInOrder)
    }

    @Test("live rows stop before the first domain without a final result")
    func settledPrefix() async throws {
        let world = try World()
        let run = try await world.begin(
            (1...4).map { try Sample.row($0, "d\($0).example") }, Sample.header)
        let live = try await ReportWriter(
            world.store, world.store.run(run.id), folder: world.folder + "/live",
            formats: [.domains], placement: .inPlace)
        let candidates = try await run.candidates(limit: 4)
        func written() throws -> Int {
            try world.read("live", "domains.csv").components(separatedBy: "\r\n").count - 2
        }
        try await run.record([Sample.examined(candidates[0]), Sample.examined(candidates[2])])
        try await live.advance()
        #expect(try written() == 1)
        try await run.record([
            Sample.examined(candidates[1], .unmeasured, isProvisional: true)
        ])
        try await live.advance()
        #expect(try written() == 1)
        try await run.record([Sample.examined(candidates[1])])
        try await live.advance()
        #expect(try written() == 3)
        try await live.finish()
        #expect(try written() == 4)
    }

    @Test("a report of many rows reads pages, never the whole")
    func bounded() async throws {
        let world = try World()
        let count = 3 * ReportWriter.pageRows + 1
        let run = try await world.begin(
            (1...count).map { try Sample.row($0, "d\($0).example") }, Sample.header)
        let stored = try await world.store.run(run.id)
        var key = RowKey.start
        var pages: [Int] = []
        while true {
            let page = try await world.store.rows(
                of: stored, after: key, limit: ReportWriter.pageRows)
            pages.append(page.count)
            guard let last = page.last, page.count == ReportWriter.pageRows else { break }
            key = last.key
        }
        #expect(pages == [500, 500, 500, 1])
    }

    @Test("a report that cannot be finished leaves the old file as it was")
    func whenDone() async throws {
        let world = try World()
        let run = try await world.begin([Sample.row(1, "a.example")], Sample.header)
        try await world.report(run.id)
        let before = try world.read("after", "domains.csv")
        do {
            let writer = try await ReportWriter(
                world.store, world.store.run(run.id), folder: world.folder + "/after",
                placement: .whenDone)
            try await writer.advance()
        }
        #expect(try world.read("after", "domains.csv") == before)
        let missing = world.folder + "/none"
        let stored = try await world.store.run(run.id)
        #expect(throws: ReportError.self) {
            try ReportWriter(world.store, stored, folder: missing, placement: .whenDone)
        }
    }

    @Test("the summary shows names from the portfolio inert, and colour only when asked")
    func summary() async throws {
        let world = try World()
        let run = try await world.begin(
            [
                Sample.row(1, "a.example", account: "evil\u{1B}[2J\u{202E}"),
                Sample.row(2, "b.example"),
                PortfolioRow(line: 3, input: "", domain: nil, problem: .empty),
            ], Sample.header)
        try await run.record(
            run.candidates(limit: 1).map { Sample.examined($0, .ineffective, [Self.hostile]) })
        let summary = try await Summary(world.store, world.store.run(run.id))
        let text = summary.text()
        #expect(!text.unicodeScalars.contains { $0 != "\n" && InertText.isActive($0) })
        #expect(text.contains("evil\\u{1B}[2J\\u{202E}"))
        #expect(text.contains("  ineffective   1"))
        #expect(text.contains("  invalid-input 1"))
        #expect(text.contains("not examined yet: 1 domain\n"))
        #expect(text.contains("record-syntax  (1 domain, 1 account)"))
        #expect(summary.severity == .error)
        #expect(summary.text(isColored: true).contains("\u{1B}[31m"))
    }
}
