/// One CSV record in one buffer, to be filled again and again (RFC 4180 §2).
///
/// A quote inside an unquoted field stands for itself, as spreadsheets write `5" disk`.
struct CSVRow {
    /// The fields' values one after the other, quotes undone.
    private var bytes: [UInt8] = []
    /// Where each field ends in `bytes`.
    private var ends: [Int] = []
    private var state = State.fieldStart

    private enum State {
        case fieldStart
        case unquoted
        case quoted
        /// After a quote within a quoted field: the end of the field, or half of a quote.
        case quote
    }

    enum Problem: Error {
        case textAfterQuote
        case fieldTooLong
        case rowTooLong
    }

    var count: Int { ends.count }

    /// The value of a field; nil when the row has fewer.
    subscript(_ index: Int) -> ArraySlice<UInt8>? {
        guard index < ends.count else { return nil }
        return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        state = .fieldStart
    }

    /// Takes one physical line; true when the record ends with it, false inside quotes.
    mutating func append(
        _ line: Line, delimiter: UInt8, limits: PortfolioLimits
    ) throws(Problem) -> Bool {
        var start = ends.last ?? 0
        for byte in line.bytes {
            switch (state, byte) {
            case (.fieldStart, 0x22): state = .quoted
            case (.quoted, 0x22): state = .quote
            case (.quote, 0x22):
                bytes.append(0x22)
                state = .quoted
            case (.quoted, _): bytes.append(byte)
            case (_, delimiter):
                ends.append(bytes.count)
                start = bytes.count
                state = .fieldStart
            case (.quote, _): throw .textAfterQuote
            case (.fieldStart, _), (.unquoted, _):
                bytes.append(byte)
                state = .unquoted
            }
            if bytes.count - start > limits.fieldBytes { throw .fieldTooLong }
        }
        if state == .quoted {
            bytes.append(contentsOf: line.end)
            if bytes.count > limits.rowBytes { throw .rowTooLong }
            return false
        }
        ends.append(bytes.count)
        return true
    }
}

/// What one row may take; a longer one is reported as `bad-row`.
public struct PortfolioLimits: Hashable, Sendable {
    /// One CSV field.
    public var fieldBytes: Int
    /// One row, and one physical line.
    public var rowBytes: Int
    /// Physical lines of one row. The lines of a row that is not closed are read again as rows of
    /// their own, so this is also how often a line may be read; a spreadsheet's cell has at most
    /// 253 line feeds.
    public var rowLines: Int

    public init(fieldBytes: Int = 65_536, rowBytes: Int = 1_048_576, rowLines: Int = 256) {
        self.fieldBytes = fieldBytes
        self.rowBytes = rowBytes
        self.rowLines = rowLines
    }
}
