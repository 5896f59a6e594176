public import Audit
internal import MTASTS

/// Reads a portfolio row by row, in memory bounded by one row.
///
/// The text is UTF-8 with or without a byte order mark, its lines end in LF, CRLF or CR, and it
/// may be compressed with gzip. It has one of two forms:
/// - **CSV** (RFC 4180), when the first row that is neither blank nor a comment has a field named
///   `domain` (letter case does not matter). `account`, `expected_mode` and `tags` are understood,
///   all other columns carried through in order. The delimiter is the one of comma, semicolon and
///   tab that makes the header so. A row may have fewer fields than the header, and more only if
///   the surplus is empty.
/// - **A plain list** otherwise: a line is one domain name and nothing else. A line with a comma,
///   semicolon or tab in it is reported as `missing-header`, and not guessed at.
///
/// Blank lines are skipped, and lines whose first character is `#` (in a list, spaces may stand
/// before it): a CSV value that begins so in the first column needs quotes.
///
/// Every other row is delivered, sound or not. A row that breaks the grammar, quotes that are
/// never closed included, costs the line it starts on and no more: reading goes on with the next
/// line, so that one stray quote does not swallow a million rows.
public struct PortfolioReader: ~Copyable {
    public enum Item: Hashable, Sendable {
        case row(PortfolioRow)
        case note(PortfolioNote)
    }

    /// The columns; those of a plain list are all absent.
    public var header: PortfolioHeader { columns?.header ?? PortfolioHeader() }

    private var lines: LineReader
    private let limits: PortfolioLimits
    private let columns: Columns?
    private var row = CSVRow()
    /// Notes on the row delivered last.
    private var notes: [PortfolioNote] = []

    /// Opens a portfolio and reads its header.
    ///
    /// - Throws: when it cannot be opened or read, or is no text.
    public static func open(
        _ source: PortfolioSource, limits: PortfolioLimits = PortfolioLimits()
    ) throws(PortfolioFailure) -> PortfolioReader {
        var lines = try LineReader(TextSource.open(source), limitBytes: limits.rowBytes)
        let columns = try readHeader(&lines, limits: limits)
        return PortfolioReader(lines: lines, limits: limits, columns: columns)
    }

    private init(lines: consuming LineReader, limits: PortfolioLimits, columns: Columns?) {
        self.lines = lines
        self.limits = limits
        self.columns = columns
    }

    /// The next row, or a note on the row before; nil at the end.
    ///
    /// - Throws: when reading fails half-way. The rows delivered before stand.
    public mutating func next() throws(PortfolioFailure) -> Item? {
        if !notes.isEmpty { return .note(notes.removeFirst()) }
        while let line = try lines.next() {
            if Self.isSkipped(line, isList: columns == nil) { continue }
            guard let columns else { return .row(Self.listRow(line)) }
            return .row(try csvRow(line, columns))
        }
        return nil
    }

    // MARK: - Header

    private static func readHeader(
        _ lines: inout LineReader, limits: PortfolioLimits
    ) throws(PortfolioFailure) -> Columns? {
        while let line = try lines.next() {
            if isSkipped(line, isList: true) { continue }
            for delimiter in Columns.delimiters {
                var row = CSVRow()
                let outcome = try read(
                    line, from: &lines, into: &row, delimiter: delimiter, limits: limits)
                if outcome.isWhole, let columns = Columns(row, delimiter: delimiter) {
                    return columns
                }
                lines.giveBack(outcome.more)
            }
            lines.giveBack(CollectionOfOne(line))
            return nil
        }
        return nil
    }

    private static func isSkipped(_ line: Line, isList: Bool) -> Bool {
        if line.isOverlong { return false }
        if line.bytes.first == 0x23 { return true }
        let trimmed = DomainField.trimmed(line.bytes[...])
        return trimmed.isEmpty || isList && trimmed.first == 0x23
    }

    // MARK: - Plain list

    private static func listRow(_ line: Line) -> PortfolioRow {
        let field = DomainField.trimmed(line.bytes[...])
        var row = PortfolioRow(line: line.number, input: shown(field), domain: nil)
        if line.isOverlong {
            row.problem = .badRow
        } else if field.contains(where: Columns.delimiters.contains) {
            row.problem = .missingHeader
        } else {
            row.setDomain(DomainField.read(field))
        }
        return row
    }

    // MARK: - CSV

    private mutating func csvRow(
        _ line: Line, _ columns: Columns
    ) throws(PortfolioFailure) -> PortfolioRow {
        let outcome = try Self.read(
            line, from: &lines, into: &row, delimiter: columns.delimiter, limits: limits)
        guard outcome.isWhole else {
            lines.giveBack(outcome.more)
            return PortfolioRow(
                line: line.number, input: Self.shown(DomainField.trimmed(line.bytes[...])),
                domain: nil, problem: .badRow,
                carried: Array(repeating: "", count: columns.carried.count))
        }
        let field = DomainField.trimmed(row[columns.domain] ?? [])
        var result = PortfolioRow(line: line.number, input: Self.shown(field), domain: nil)
        result.account = text(of: columns.account, line.number)
        result.tags = text(of: columns.tags, line.number)
        result.carried.reserveCapacity(columns.carried.count)
        for index in columns.carried {
            result.carried.append(text(row[index] ?? [], line.number))
        }
        result.expectedMode = expectedMode(columns, line.number)
        if hasSurplus(columns) {
            result.problem = .badRow
        } else {
            result.setDomain(DomainField.read(field))
        }
        return result
    }

    /// Reads one record that starts with `line`.
    ///
    /// - Returns: whether it is whole, and the further lines it took; when it is not whole those
    ///   are to be given back.
    private static func read(
        _ line: Line, from lines: inout LineReader, into row: inout CSVRow, delimiter: UInt8,
        limits: PortfolioLimits
    ) throws(PortfolioFailure) -> (isWhole: Bool, more: [Line]) {
        row.reset()
        var more: [Line] = []
        var current = line
        while true {
            if current.isOverlong { return (false, more) }
            let isComplete: Bool
            do {
                isComplete = try row.append(current, delimiter: delimiter, limits: limits)
            } catch {
                return (false, more)
            }
            if isComplete { return (true, more) }
            guard more.count + 1 < limits.rowLines, let following = try lines.next() else {
                return (false, more)
            }
            more.append(following)
            current = following
        }
    }

    /// Fields beyond the header's, as an unquoted comma in a name makes them: the columns after
    /// it are shifted, so nothing in the row can be trusted.
    private func hasSurplus(_ columns: Columns) -> Bool {
        guard row.count > columns.count else { return false }
        return (columns.count..<row.count).contains { row[$0]?.isEmpty == false }
    }

    private mutating func expectedMode(_ columns: Columns, _ line: Int) -> ExpectedMode? {
        guard let index = columns.expectedMode, let field = row[index] else { return nil }
        let value = String(decoding: DomainField.trimmed(field), as: UTF8.self)
        if value.isEmpty { return nil }
        if let mode = ExpectedMode(rawValue: value.lowercased()) { return mode }
        notes.append(PortfolioNote(line: line, kind: .unknownMode(String(value.prefix(64)))))
        return nil
    }

    private mutating func text(of column: Int?, _ line: Int) -> String {
        guard let column, let field = row[column] else { return "" }
        return text(DomainField.trimmed(field), line)
    }

    private mutating func text(_ field: ArraySlice<UInt8>, _ line: Int) -> String {
        if let text = String(validating: field, as: UTF8.self) { return text }
        let note = PortfolioNote(line: line, kind: .repairedEncoding)
        if notes.last != note { notes.append(note) }
        return String(decoding: field, as: UTF8.self)
    }

    private static func shown(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix(LineReader.keptBytes), as: UTF8.self)
    }
}

/// Something about a row that its owner should know and that does not keep it from being audited.
public struct PortfolioNote: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// `expected_mode` is none of enforce, testing, none: the row expects nothing.
        case unknownMode(String)
        /// A field other than the domain is not UTF-8; its broken bytes became U+FFFD.
        case repairedEncoding
    }

    /// The line the row starts on, counted from 1.
    public var line: Int
    public var kind: Kind

    public init(line: Int, kind: Kind) {
        self.line = line
        self.kind = kind
    }

    /// One sentence for the row's owner. Values are as read; the outputs escape them.
    public var text: String {
        switch kind {
        case .unknownMode(let value):
            "expected_mode \"\(value)\" is none of enforce, testing, none; it is not checked."
        case .repairedEncoding:
            "A field is not valid UTF-8; its broken bytes are shown as \u{FFFD}."
        }
    }
}

extension PortfolioRow {
    fileprivate mutating func setDomain(_ result: Result<DomainName, InputProblem>) {
        switch result {
        case .success(let name): domain = name
        case .failure(let reason): problem = reason
        }
    }
}
