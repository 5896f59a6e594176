import Audit
import Evidence
import Foundation
import Lab
import MTASTS
import Store

/// What `benchmarks/tlsrpt/run` needs besides the tool itself: reports to import, and the time that
/// their join with audits takes. Prints CSV to standard output.
///
/// ```
/// tlsrpt-benchmark generate FOLDER [REPORTS [ROWS]]
/// tlsrpt-benchmark join STORE [REPORTS [ROWS]]
/// ```
@main
enum TLSReportBenchmark {
    /// 2026-11-09: of each domain, five organizations report on each of fourteen days.
    private static let firstDay: Int64 = 20_766
    private static let days = 14
    private static let perDomain = 5 * days
    private static let accounts = 50
    /// Most domains of a portfolio are in no report.
    private static let strangers = 20_000

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3, ["generate", "join"].contains(arguments[1]) else {
            print("usage: tlsrpt-benchmark generate|join PATH [REPORTS [ROWS]]")
            exit(64)
        }
        func number(_ index: Int, _ preset: Int) -> Int {
            arguments.count > index ? Int(arguments[index]) ?? preset : preset
        }
        let count = number(3, 10_000)
        let domains = (0..<max(1, (count + perDomain - 1) / perDomain)).map {
            "d\($0).customer.example"
        }
        if arguments[1] == "generate" {
            let generator = ReportGenerator(
                seed: 1, domains: domains, firstDay: firstDay, days: days, rows: number(4, 10))
            try generate(generator, count: count, into: arguments[2])
        } else {
            try await join(arguments[2], domains)
        }
    }

    /// A file for each report, a thousand in a folder.
    private static func generate(
        _ generator: ReportGenerator, count: Int, into folder: String
    ) throws {
        for index in 0..<count {
            let inner = "\(folder)/\(index / 1000)"
            if index % 1000 == 0 {
                try FileManager.default.createDirectory(
                    atPath: inner, withIntermediateDirectories: true)
            }
            try Data(generator.report(index)).write(
                to: URL(fileURLWithPath: "\(inner)/\(index).json"))
        }
    }

    private static func join(_ path: String, _ names: [String]) async throws {
        let store = try AuditStore(path: path, opening: .existing)
        let now = Timestamp(seconds: (firstDay + Int64(days)) * Timestamp.secondsPerDay + 43_200)
        let run = try await run(over: names, in: store, at: now)
        print("query,ms,results")
        var taken = 0
        var reported = 0
        var sessions = 0
        try await time("candidates of the run with their reports") {
            (taken, reported, sessions) = (0, 0, 0)
            var last: Int64 = 0
            while true {
                let page = try await run.candidates(after: last, limit: 1000)
                taken += page.count
                for candidate in page where candidate.history.reports.lastDay != nil {
                    reported += 1
                    for failure in candidate.history.reports.failures {
                        sessions += failure.sessions
                    }
                }
                guard let id = page.last?.id else { return "\(reported) of \(taken) domains" }
                last = id
            }
        }
        guard let days = try await store.reportDays(days, until: now) else { exit(1) }
        let scope = ReportScope(days: days)
        var listed = 0
        try await time("every domain by sender type MX host and day") {
            listed = 0
            var last: String?
            while true {
                let page = try await store.reportedDomains(in: scope, after: last, limit: 500)
                for domain in page {
                    for failures in domain.failures { listed += failures.sessions }
                }
                guard let name = page.last?.domain else { return "\(listed) failed sessions" }
                last = name
            }
        }
        try await time("failure rates of all accounts") {
            "\(try await store.reportedAccounts(in: days, of: run.run).count) accounts"
        }
        try await time("sums of all domains by type and sender") {
            "\(try await store.reportedTotals(in: scope).all.count.failed) failed sessions"
        }
        // The same sessions, whichever way they are asked for.
        guard sessions == listed else { exit(1) }
        try await run.finish(.finished, at: now)
        try store.close()
    }

    /// The best of five, in milliseconds: what else the machine does is not to be measured.
    private static func time(_ name: String, _ body: () async throws -> String) async throws {
        var best = Duration.seconds(3600)
        var result = ""
        for _ in 0..<5 {
            let start = ContinuousClock.now
            result = try await body()
            best = min(best, ContinuousClock.now - start)
        }
        print("\(name),\(String(format: "%.1f", best / .milliseconds(1))),\(result)")
    }

    private static func run(
        over names: [String], in store: AuditStore, at now: Timestamp
    ) async throws -> ActiveRun {
        let run = try await store.beginRun(
            RunRequest(portfolio: "benchmark", fingerprint: "f", toolVersion: "0"), at: now)
        let all = names + (0..<strangers).map { "s\($0).stranger.example" }
        let rows = try all.enumerated().map { index, name in
            PortfolioRow(
                line: index + 2, input: name, domain: try DomainName(name),
                account: "account-\(index % accounts)")
        }
        try await run.ingest(rows)
        var header = PortfolioHeader()
        header.hasAccount = true
        try await run.finishIngest(header: header, at: now)
        return run
    }
}
