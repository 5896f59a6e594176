internal import Audit
internal import Store

/// `domains.csv`: the portfolio's own columns first, then what was found.
struct DomainTable {
    private let header: PortfolioHeader
    private let carried: [String]
    private var row = CSVRow()
    private var moment = MomentText()

    static let ownColumns = [
        "line", "domain", "input", "account", "expected_mode", "tags", "verdict", "severity",
        "mode", "policy_id", "max_age", "mx_hosts", "causes", "detail", "remedy",
        "recheck_after", "recheck_bound", "measured_at",
    ]

    init(header: PortfolioHeader) {
        self.header = header
        carried = CarriedColumns.names(header.carried, besides: Self.ownColumns)
    }

    func begin(_ buffer: inout [UInt8]) {
        var row = CSVRow()
        for column in Self.ownColumns {
            switch column {
            case "account" where !header.hasAccount: continue
            case "expected_mode" where !header.hasExpectedMode: continue
            case "tags" where !header.hasTags: continue
            case "verdict":
                for name in carried { row.carried(name) }
                row.word(column)
            default: row.word(column)
            }
        }
        row.end()
        buffer += row.bytes
    }

    mutating func append(_ entry: ReportRow, to buffer: inout [UInt8]) {
        row.removeAll()
        row.number(entry.key.line)
        row.word(entry.domain ?? "")
        row.carried(entry.input)
        if header.hasAccount { row.carried(entry.account) }
        if header.hasExpectedMode { row.word(entry.expectedMode?.rawValue ?? "") }
        if header.hasTags { row.carried(entry.tags) }
        for index in carried.indices {
            row.carried(index < entry.carried.count ? entry.carried[index] : "")
        }
        let findings = entry.findings
        let status = entry.status
        row.word(entry.verdict?.rawValue ?? "")
        row.word(findings.map(\.severity).max()?.rawValue ?? "")
        row.word(status?.mode ?? "")
        row.text(status?.policyID ?? "")
        row.number(status?.maxAge)
        row.text(status?.mxHosts.joined(separator: " ") ?? "")
        row.word(findings.map(\.cause.rawValue).joined(separator: " "))
        row.text(findings.first?.detail ?? "")
        row.text(findings.first.map { Catalogue.remedy($0.cause) } ?? "")
        row.word(status?.recheck.map { moment($0.after) } ?? "")
        row.word(status?.recheck?.bound ?? "")
        row.word(status.map { moment($0.measuredAt) } ?? "")
        row.end()
        buffer += row.bytes
    }
}
