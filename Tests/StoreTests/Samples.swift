import Audit
import Evidence
import Foundation
import MTASTS

@testable import Store

/// A folder of its own for each test, removed with the value.
final class Scratch {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "store-tests-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var path: String { folder + "/audit.sqlite" }
}

/// Short ways to build what the tests feed the store.
enum Sample {
    static func moment(_ seconds: Int64) -> Timestamp {
        Timestamp(seconds: 1_790_000_000 + seconds)
    }

    static func row(
        _ line: Int, _ domain: String, account: String = "", expecting: ExpectedMode? = nil,
        tags: String = "", carried: [String] = []
    ) throws -> PortfolioRow {
        PortfolioRow(
            line: line, input: domain, domain: try DomainName(domain), account: account,
            expectedMode: expecting, tags: tags, carried: carried)
    }

    static func invalid(_ line: Int, _ input: String, _ problem: InputProblem) -> PortfolioRow {
        PortfolioRow(line: line, input: input, domain: nil, problem: problem)
    }

    static func request(
        _ portfolio: String = "test", fingerprint: String = "f"
    ) -> RunRequest {
        RunRequest(portfolio: portfolio, fingerprint: fingerprint, toolVersion: "0")
    }

    /// A domain without MTA-STS whose one MX is `mx`.
    static func absent(mx: String = "mx.example.net") -> Evidence {
        Evidence(
            mx: Lookup(.found([MXRecord(preference: 10, host: mx)])),
            record: Lookup(.noData), tlsrpt: Lookup(.nameMissing))
    }

    /// The same, of which nobody could tell whether a policy is served.
    static func unanswered() -> Evidence {
        var evidence = absent()
        evidence.unanswered = [.orphanedPolicy]
        return evidence
    }

    static func examined(
        _ candidate: Candidate, _ evidence: Evidence = absent(), verdict: Verdict = .absent,
        findings: [Finding] = [], at seconds: Int64 = 0, isProvisional: Bool = false
    ) -> Examined {
        Examined(
            candidate: candidate, evidence: evidence,
            measurement: Measurement(at: moment(seconds), elapsedMilliseconds: 12, queries: 3),
            assessment: Assessment(
                verdict: verdict, findings: findings,
                mxHosts: [MXCoverage(host: "mx.example.net")]),
            isProvisional: isProvisional)
    }

    static func finding(
        _ cause: Cause, _ severity: Severity = .error, _ detail: String = "seen"
    ) -> Finding {
        Finding(cause: cause, severity: severity, detail: detail)
    }
}

extension ActiveRun {
    /// Reads a whole portfolio.
    func ingestAll(
        _ rows: [PortfolioRow], header: PortfolioHeader = PortfolioHeader(), at seconds: Int64 = 0
    ) async throws {
        try await ingest(rows)
        try await finishIngest(header: header, at: Sample.moment(seconds))
    }

    /// A whole night: every candidate gets what `judge` says.
    func sweep(
        at seconds: Int64 = 0, _ judge: (Candidate) -> Examined
    ) async throws -> RecordSummary {
        let candidates = try await candidates(limit: .max)
        let summary = try await record(candidates.map(judge))
        try await finish(.finished, at: Sample.moment(seconds))
        return summary
    }
}

extension AuditStore {
    func count(_ table: String) async throws -> Int {
        try await read { db in
            let statement = try RawStatement(db, "SELECT count(*) FROM \(table)")
            defer { statement.reset() }
            return try statement.step() ? statement.int(0) : -1
        }
    }

    /// Every row of a query as text, for looking at views as their users do.
    func select(_ sql: String, columns: Int32) async throws -> [[String]] {
        try await read { db in
            let statement = try RawStatement(db, sql)
            defer { statement.reset() }
            var rows: [[String]] = []
            while try statement.step() { rows.append((0..<columns).map(statement.string)) }
            return rows
        }
    }
}
