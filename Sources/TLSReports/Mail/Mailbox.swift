/// The messages of an mbox, one in memory at a time.
///
/// A message begins at a line `From sender time` after an empty line, or at the start of the file,
/// as all the dialects of mbox have it; `Content-Length` is not believed. Some of them leave a
/// sentence of a text that begins with `From ` as it is, so without a time it begins no message.
///
/// GMime could take an mbox apart, too, but would parse a message whole before it could be refused.
struct Mailbox: ~Copyable {
    private var source: ByteSource
    private let limit: Int
    /// Messages delivered, the oversized ones included.
    private(set) var count = 0
    private var isAtLineStart = true
    private var isAfterEmptyLine = true
    private var lineLength = 0
    private var lineFirst: UInt8 = 0
    private var isInside = false

    init(_ source: consuming ByteSource, limit: Int) {
        self.source = source
        self.limit = limit
    }

    enum Item {
        case message([UInt8])
        case tooLarge
    }

    /// The next message, without its `From ` line; nil at the end.
    mutating func next() throws(TLSReportFailure.Reason) -> Item? {
        var message: [UInt8] = []
        var isTooLarge = false
        // Less than a line of that kind is left at the end only.
        while try source.fill(atLeast: Self.lineBytes) || source.start < source.end {
            if isAtLineStart, isAfterEmptyLine, startsMessage() {
                if isInside {
                    isInside = false
                    return isTooLarge ? .tooLarge : .message(message)
                }
                message = []
                try skipLine()
                count += 1
                isInside = true
                continue
            }
            let piece = takePiece()
            if !isTooLarge { message.append(contentsOf: source.window[piece]) }
            if message.count > limit {
                isTooLarge = true
                message = []
            }
        }
        guard isInside else { return nil }
        isInside = false
        return isTooLarge ? .tooLarge : .message(message)
    }

    private static let lineBytes = 320

    private func startsMessage() -> Bool {
        let line = source.window[source.start..<min(source.end, source.start + Self.lineBytes)]
            .prefix { $0 != 0x0A }
        guard line.starts(with: "From ".utf8) else { return false }
        return count == 0 || Self.hasTime(line)
    }

    /// `12:34` somewhere.
    private static func hasTime(_ line: ArraySlice<UInt8>) -> Bool {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        return line.indices.dropFirst().dropLast(2).contains { index in
            line[index] == UInt8(ascii: ":") && isDigit(line[index - 1])
                && isDigit(line[index + 1]) && isDigit(line[index + 2])
        }
    }

    private mutating func skipLine() throws(TLSReportFailure.Reason) {
        repeat {
            guard try source.fill(atLeast: 1) else { return }
            _ = takePiece()
        } while !isAtLineStart
        isAfterEmptyLine = false
    }

    /// Takes what is readable of the line, and keeps book of where the next piece stands.
    private mutating func takePiece() -> Range<Int> {
        let start = source.start
        let readable = source.window[start..<source.end]
        let newline = readable.firstIndex(of: 0x0A)
        let end = newline.map { $0 + 1 } ?? source.end
        if lineLength == 0 { lineFirst = source.window[start] }
        lineLength += end - start
        isAtLineStart = newline != nil
        if isAtLineStart {
            isAfterEmptyLine = lineLength == 1 || lineLength == 2 && lineFirst == 0x0D
            lineLength = 0
        }
        source.skip(end - start)
        return start..<end
    }
}
