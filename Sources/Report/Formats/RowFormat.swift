internal import Store

/// The reports that follow the portfolio row by row.
public enum RowFormat: String, Hashable, Sendable, CaseIterable {
    /// A row for each portfolio row.
    case domains = "domains.csv"
    /// A row for each finding of each distinct domain.
    case findings = "findings.csv"
    /// A JSON object a line for each portfolio row, with its findings.
    case lines = "domains.jsonl"

    public var fileName: String { rawValue }
}

/// Turns rows into the bytes of one format. The same rows always give the same bytes.
struct RowRenderer {
    // One of the three. A case's payload would be copied, buffers and all, for every row.
    private var domains: DomainTable?
    private var findings: FindingTable?
    private var lines: DomainLines?

    init(_ format: RowFormat, of run: Run) {
        switch format {
        case .domains: domains = DomainTable(header: run.header)
        case .findings: findings = FindingTable()
        case .lines: lines = DomainLines(header: run.header)
        }
    }

    mutating func begin(_ buffer: inout [UInt8]) {
        domains?.begin(&buffer)
        findings?.begin(&buffer)
    }

    mutating func append(_ row: ReportRow, to buffer: inout [UInt8]) {
        domains?.append(row, to: &buffer)
        findings?.append(row, to: &buffer)
        lines?.append(row, to: &buffer)
    }
}
