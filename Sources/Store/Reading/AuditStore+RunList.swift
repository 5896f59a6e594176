public import Audit
internal import GRDB

/// A run as it is listed.
public struct ListedRun: Hashable, Sendable {
    /// A run whose process is gone says `.interrupted` here, whatever it said last.
    public var run: Run
    /// Distinct domains with a result, so far or when it ended.
    public var verdicts: [Verdict: Int]
    /// What was to be said once of it, by code.
    public var notes: [RunNote]
    /// The same command with `--resume` goes on with it.
    public var isResumable: Bool
}

extension AuditStore {
    /// All runs, the latest first, as they are and not only as they last said.
    public func listedRuns() async throws(StoreError) -> [ListedRun] {
        let isLocked =
            switch RunLock.holder(storePath: path) {
            case .none: false
            case .process: true
            }
        return try await read { db in
            var verdicts: [Int64: [Verdict: Int]] = [:]
            let counted = try Row.fetchCursor(db, sql: "SELECT * FROM run_verdict")
            while let row = try counted.next() {
                guard let verdict = Verdict(rawValue: try row.stored("verdict")) else {
                    throw Damage(detail: "a verdict of an unknown code")
                }
                let run: Int64 = try row.stored("run_id")
                verdicts[run, default: [:]][verdict] = try row.stored("domains") as Int
            }
            var notes: [Int64: [RunNote]] = [:]
            let noted = try Row.fetchCursor(db, sql: "SELECT * FROM run_note ORDER BY code")
            while let row = try noted.next() {
                notes[try row.stored("run_id"), default: []].append(
                    RunNote(code: try row.stored("code"), detail: try row.stored("detail")))
            }
            var portfolios: Set<String> = []
            return try Run.fetch(db, "ORDER BY run.id DESC", []).map { stored in
                var run = stored
                if run.state == .running, !isLocked { run.state = .interrupted }
                // Only the last one of a portfolio is gone on with.
                let isLast = portfolios.insert(run.portfolio).inserted
                return ListedRun(
                    run: run, verdicts: verdicts[run.id] ?? [:], notes: notes[run.id] ?? [],
                    isResumable: isLast && run.state == .interrupted && run.kind != .rejudge)
            }
        }
    }
}
