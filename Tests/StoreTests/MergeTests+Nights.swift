import Audit
import Evidence
import MTASTS

@testable import Store

extension MergeTests {
    /// Stores of shards and one of the whole, which see the same nights.
    struct Nights {
        let scratch: Scratch
        let whole: AuditStore
        let shards: [AuditStore]

        init(count: Int = 3) throws {
            scratch = try Scratch()
            whole = try AuditStore(path: scratch.folder + "/whole.sqlite")
            let folder = scratch.folder
            shards = try (1...count).map { try AuditStore(path: "\(folder)/shard-\($0).sqlite") }
        }

        var paths: [String] { shards.map(\.path) }

        func merged(_ name: String = "merged") throws -> AuditStore {
            try AuditStore(path: "\(scratch.folder)/\(name).sqlite")
        }

        /// - Parameter only: the shards that are audited; the whole always is.
        func audit(_ night: Int64, only: Set<Int> = [1, 2, 3]) async throws {
            try await Self.audit(whole, night, shard: nil)
            for (index, store) in shards.enumerated() where only.contains(index + 1) {
                // Each machine has its own moment.
                try await Self.audit(
                    store, night, shard: Shard(index: index + 1, count: shards.count))
            }
        }

        /// Some domains come, some go, some change; several rows of one domain; invalid rows.
        static func rows(_ night: Int64) throws -> [PortfolioRow] {
            var rows: [PortfolioRow] = []
            for number in 0..<60 where number % 7 != Int(night) {
                rows.append(
                    try Sample.row(
                        rows.count + 2, "d\(number).example", account: "account-\(number % 3)",
                        expecting: number % 5 == 0 ? .enforce : nil, carried: ["c\(number)"]))
            }
            rows.append(try Sample.row(rows.count + 2, "d9.example", account: "again"))
            for text in ["?", "a b", "?"] {
                rows.append(Sample.invalid(rows.count + 2, text, .badCharacter))
            }
            return rows
        }

        static func audit(_ store: AuditStore, _ night: Int64, shard: Shard?) async throws {
            let run = try await store.beginRun(
                RunRequest(
                    portfolio: "test", fingerprint: "f\(night)",
                    options: #"{"command":"x\#(shard?.index ?? 0)","orphans":true}"#,
                    toolVersion: "0", shard: shard), at: Sample.moment(1000 * night))
            try await run.ingestAll(
                try rows(night).filter { shard?.contains($0) ?? true },
                header: PortfolioHeader(carried: ["c"], hasAccount: true))
            try await run.note(code: "port-25-blocked", detail: "Port 25 is closed.")
            let served = try RejudgeTests.served()
            _ = try await run.sweep(at: 1000 * night + 99) { candidate in
                let number = Int(candidate.domain.description.dropFirst().prefix { $0 != "." }) ?? 0
                let isBroken = (number + Int(night)) % 4 == 0
                var examined = Sample.examined(
                    candidate, isBroken ? served : Sample.absent(mx: "mx\(number % 5).example"),
                    verdict: isBroken ? .ineffective : .absent,
                    findings: isBroken
                        ? [Sample.finding(.policyEmpty), Sample.finding(.mxAlias, .advice)] : [],
                    at: 1000 * night)
                if number % 10 == 1 {
                    examined.assessment.publication = .live(
                        LivePolicy(
                            recordID: "id\(night)", digest: RejudgeTests.digest(1),
                            mode: "enforce", maxAge: 86_400, patterns: ["mx.example"]))
                } else {
                    examined.assessment.publication = .nothing
                }
                return examined
            }
        }
    }

    /// Everything that reports and histories are made of, without keys.
    static func content(_ store: AuditStore) async throws -> [String] {
        var lines: [String] = []
        for run in try await store.runs().reversed() {
            lines.append(
                "run \(run.id) after \(run.previous ?? 0): \(run.state) \(run.kind) "
                    + "\(run.startedAt) \(run.rowCount) \(run.invalidCount) \(run.domainCount) "
                    + "\(run.fingerprint) \(run.header)")
            for row in try await store.rows(of: run) {
                var row = row
                row.key = RowKey(line: row.key.line, id: 0)
                lines.append("\(row)")
            }
            for cause in try await store.causeCounts(of: run) { lines.append("\(cause)") }
            lines.append(
                "\(try await store.verdictCounts(of: run).domains.sorted { $0.key.rawValue < $1.key.rawValue })"
            )
            lines.append("\(try await store.notes(of: run))")
        }
        for (sql, columns) in [
            ("SELECT run_id, verdict, domains FROM run_verdict ORDER BY 1, 2", 3),
            ("SELECT name, first_seen FROM domain ORDER BY name", 2),
            ("SELECT * FROM publications ORDER BY domain, first_seen", 10),
            (
                """
                SELECT domain, verdict, severity, causes, first_run, last_run, since,
                    last_measured_at FROM history ORDER BY domain, first_run
                """, 8
            ),
            (
                """
                SELECT coalesce(d.name, e.input), e.first_run, e.last_run, e.account, e.carried
                FROM entry e LEFT JOIN domain d ON d.id = e.domain_id
                ORDER BY 1, 4, e.line, 2
                """, 5
            ),
            (
                """
                SELECT d.name, f.position, f.cause, f.detail FROM finding f
                JOIN state s ON s.id = f.state_id JOIN domain d ON d.id = s.domain_id
                ORDER BY d.name, s.first_run, f.position
                """, 4
            ),
            (
                """
                SELECT d.name, v.facts FROM state s JOIN evidence v ON v.id = s.evidence_id
                JOIN domain d ON d.id = s.domain_id ORDER BY d.name, s.first_run
                """, 2
            ),
            ("SELECT sha256, body FROM policy_body", 2),
            ("SELECT sha256, subject FROM certificate", 2),
            ("PRAGMA integrity_check", 1), ("PRAGMA foreign_key_check", 1),
        ] as [(String, Int32)] {
            lines += try await store.select(sql, columns: columns).map {
                $0.joined(separator: "|")
            }
        }
        return lines
    }
}
