/// ASCII bytes by name, for the parsers.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let doubleQuote: UInt8 = 0x22
    static let hash: UInt8 = 0x23
    static let percent: UInt8 = 0x25
    static let star: UInt8 = 0x2A
    static let comma: UInt8 = 0x2C
    static let hyphen: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let equals: UInt8 = 0x3D
    static let at: UInt8 = 0x40
    static let backslash: UInt8 = 0x5C
    static let underscore: UInt8 = 0x5F

    /// RFC 5234 appendix B.1 `DIGIT`.
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// RFC 5234 appendix B.1 `ALPHA`.
    static func isAlpha(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    static func isAlphanumeric(_ byte: UInt8) -> Bool { isAlpha(byte) || isDigit(byte) }

    /// RFC 5234 appendix B.1 `HEXDIG`, either case.
    static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    /// RFC 5234 appendix B.1 `WSP`.
    static func isWSP(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}

/// A place in a text. Each grammar rule is a method on it, in the file of its RFC section: the
/// method moves on and answers, or stays and answers nil or false.
struct ByteCursor {
    let bytes: [UInt8]
    private(set) var position: Int
    /// Where this cursor's text ends; `bytes` may go on.
    let end: Int

    init(_ bytes: [UInt8]) { self.init(bytes, in: bytes.indices) }

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position == end }

    var next: UInt8? { position < end ? bytes[position] : nil }

    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func take(where isMember: (UInt8) -> Bool) -> Bool {
        guard let byte = next, isMember(byte) else { return false }
        position += 1
        return true
    }

    /// Takes `literal` byte for byte (RFC 7405 `%s`).
    mutating func take(_ literal: String) -> Bool {
        let start = position
        for byte in literal.utf8 where !take(byte) {
            position = start
            return false
        }
        return true
    }

    /// Takes as many members as there are, at most `limit`.
    @discardableResult
    mutating func takeAll(
        atMost limit: Int = .max, where isMember: (UInt8) -> Bool
    ) -> Range<Int> {
        let start = position
        while position - start < limit, take(where: isMember) {}
        return start..<position
    }

    /// RFC 5234 appendix B.1 `*WSP`.
    mutating func skipWSP() { takeAll(where: ASCII.isWSP) }

    /// Runs a rule that may take bytes before it fails, and goes back when it does.
    mutating func attempt<Value>(_ rule: (inout ByteCursor) -> Value?) -> Value? {
        var trial = self
        guard let value = rule(&trial) else { return nil }
        self = trial
        return value
    }

    func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// Offending text as it is kept in a problem.
enum ProblemText {
    static func of(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix(ProblemLimit.textBytes), as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    var trimmedOfWSP: ArraySlice<UInt8> {
        let left = drop(while: ASCII.isWSP)
        guard let last = left.lastIndex(where: { !ASCII.isWSP($0) }) else { return left }
        return left[left.startIndex...last]
    }

    var loweredText: String { String(decoding: map(ASCII.lowered), as: UTF8.self) }

    /// - Complexity: O(*n* × *m*) for a short literal of *m* bytes.
    func contains(_ literal: String) -> Bool {
        let wanted = Array(literal.utf8)
        guard let first = wanted.first, count >= wanted.count else { return wanted.isEmpty }
        for start in startIndex...(endIndex - wanted.count) where self[start] == first {
            if self[start..<(start + wanted.count)].elementsEqual(wanted) { return true }
        }
        return false
    }
}
