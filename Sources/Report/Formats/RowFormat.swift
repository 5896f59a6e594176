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
    private var format: Format

    private enum Format {
        case domains(DomainTable)
        case findings(FindingTable)
        case lines(DomainLines)
    }

    init(_ format: RowFormat, of run: Run) {
        switch format {
        case .domains: self.format = .domains(DomainTable(header: run.header))
        case .findings: self.format = .findings(FindingTable())
        case .lines: self.format = .lines(DomainLines(header: run.header))
        }
    }

    mutating func begin(_ buffer: inout [UInt8]) {
        switch format {
        case .domains(let table): table.begin(&buffer)
        case .findings(let table): table.begin(&buffer)
        case .lines: break
        }
    }

    mutating func append(_ row: ReportRow, to buffer: inout [UInt8]) {
        switch format {
        case .domains(var table):
            table.append(row, to: &buffer)
            format = .domains(table)
        case .findings(var table):
            table.append(row, to: &buffer)
            format = .findings(table)
        case .lines(var lines):
            lines.append(row, to: &buffer)
            format = .lines(lines)
        }
    }
}
