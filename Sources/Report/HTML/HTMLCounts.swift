internal import Audit
internal import Store

/// What the rows of an HTML report add up to.
struct HTMLCounts {
    struct CauseCount {
        var severity: Severity
        var domains = 0
        var accounts: Set<String> = []
    }
    /// Distinct domains; `.invalidInput` counts rows.
    private(set) var verdicts: [Verdict: Int] = [:]
    private(set) var causes: [Cause: CauseCount] = [:]
    private(set) var rows = 0
    private(set) var domains = 0
    private(set) var outstanding = 0

    mutating func add(_ row: ReportRow) {
        rows += 1
        if row.problem != nil { verdicts[.invalidInput, default: 0] += 1 }
        guard row.problem != nil || row.isFirstOfDomain else { return }
        if row.isFirstOfDomain { domains += 1 }
        for cause in Set(row.findings.map(\.cause)) {
            let severity = row.findings.first { $0.cause == cause }?.severity ?? .advice
            var count = causes[cause] ?? CauseCount(severity: severity)
            count.severity = max(count.severity, severity)
            count.domains += 1
            count.accounts.formUnion(row.accounts.isEmpty ? [row.account] : row.accounts)
            causes[cause] = count
        }
        guard row.problem == nil else { return }
        if let status = row.status {
            verdicts[status.verdict, default: 0] += 1
        } else {
            outstanding += 1
        }
    }
}
