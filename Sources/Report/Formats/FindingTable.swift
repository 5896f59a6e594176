internal import Audit
internal import Audit
internal import Store

/// `findings.csv`: what is wrong, once for each distinct domain, with the accounts it concerns.
struct FindingTable {
    private var row = CSVRow()
    private var moment = MomentText()

    func begin(_ buffer: inout [UInt8]) {
        var row = CSVRow()
        for column in [
            "line", "domain", "input", "accounts", "verdict", "cause", "severity", "detail",
            "policy_line", "policy_column", "remedy", "rfc", "measured_at",
        ] { row.word(column) }
        row.end()
        buffer += row.bytes
    }

    mutating func append(_ entry: ReportRow, to buffer: inout [UInt8]) {
        guard entry.isFirstOfDomain || entry.problem != nil else { return }
        let accounts = entry.problem == nil ? entry.accounts.joined(separator: "; ") : entry.account
        for finding in entry.findings {
            row.removeAll()
            row.number(entry.key.line)
            row.word(entry.domain ?? "")
            row.carried(entry.input)
            row.carried(accounts)
            row.word(entry.verdict?.rawValue ?? "")
            row.word(finding.cause.rawValue)
            row.word(finding.severity.rawValue)
            row.text(finding.detail)
            row.number(finding.line)
            row.number(finding.column)
            row.text(Catalogue.remedy(finding.cause))
            row.text(Catalogue.explanations[finding.cause]?.rfcSection ?? "")
            row.word(entry.status.map { moment($0.measuredAt) } ?? "")
            row.end()
            buffer += row.bytes
        }
    }
}
