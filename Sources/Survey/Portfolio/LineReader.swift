/// One physical line of a portfolio.
struct Line {
    /// Without its line end. Of a line above the limit only the beginning is kept.
    var bytes: [UInt8]
    /// Counted from 1.
    var number: Int
    /// `\n`, `\r\n`, `\r`, or nothing at the end of the file.
    var end: [UInt8]
    var isOverlong: Bool
}

/// Cuts a text into lines that end in LF, CRLF or CR, in memory bounded by one line.
struct LineReader: ~Copyable {
    private var source: TextSource
    private var chunk = [UInt8](repeating: 0, count: TextSource.chunkBytes)
    private var position = 0
    private var count = 0
    private var number = 0
    private let limitBytes: Int
    /// Lines handed back, the next one last.
    private var returned: [Line] = []

    /// Of an over-long line this much is kept, to show which it was.
    static let keptBytes = 1024

    init(_ source: consuming TextSource, limitBytes: Int) throws(PortfolioFailure) {
        self.source = source
        self.limitBytes = limitBytes
        try skipByteOrderMark()
    }

    mutating func next() throws(PortfolioFailure) -> Line? {
        if let line = returned.popLast() { return line }
        guard try hasMore() else { return nil }
        number += 1
        var line = Line(bytes: [], number: number, end: [], isOverlong: false)
        while try hasMore() {
            let stop = lineEnd()
            append(chunk[position..<stop], to: &line)
            position = stop
            guard stop < count else { continue }
            line.end = try takeLineEnd()
            break
        }
        return line
    }

    /// Hands lines back: `next()` gives them again, in this order.
    mutating func giveBack(_ lines: some BidirectionalCollection<Line>) {
        returned.append(contentsOf: lines.reversed())
    }

    private func lineEnd() -> Int {
        var index = position
        while index < count, chunk[index] != 0x0A, chunk[index] != 0x0D { index += 1 }
        return index
    }

    private func append(_ bytes: ArraySlice<UInt8>, to line: inout Line) {
        guard !line.isOverlong else { return }
        guard line.bytes.count + bytes.count <= limitBytes else {
            line.isOverlong = true
            line.bytes = Array((line.bytes + bytes).prefix(Self.keptBytes))
            return
        }
        line.bytes.append(contentsOf: bytes)
    }

    private mutating func takeLineEnd() throws(PortfolioFailure) -> [UInt8] {
        let first = chunk[position]
        position += 1
        guard first == 0x0D, try hasMore(), chunk[position] == 0x0A else { return [first] }
        position += 1
        return [0x0D, 0x0A]
    }

    private mutating func hasMore() throws(PortfolioFailure) -> Bool {
        if position < count { return true }
        position = 0
        count = try source.read(into: &chunk, line: max(1, number))
        return count > 0
    }

    /// Reads a first chunk of at least 4 bytes where there are that many, and looks at them.
    private mutating func skipByteOrderMark() throws(PortfolioFailure) {
        var start: [UInt8] = []
        while start.count < 4, try hasMore() {
            start.append(contentsOf: chunk[..<count])
            position = count
        }
        chunk.replaceSubrange(0..<min(start.count, chunk.count), with: start)
        position = 0
        count = start.count
        if start.starts(with: [0xFE, 0xFF]) || start.starts(with: [0xFF, 0xFE]) { throw .utf16 }
        // ASCII in UTF-16 has every other byte zero, with or without a mark.
        if start.count >= 4, start[0] == 0 && start[2] == 0 || start[1] == 0 && start[3] == 0 {
            throw .utf16
        }
        if start.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }
}
