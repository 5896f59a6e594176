import MTASTS

/// Text as the languages that senders are written in cut, trim and convert it.
enum SenderText {
    typealias Slice = ArraySlice<UInt8>

    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let colon: UInt8 = 0x3A
    static let equals: UInt8 = 0x3D
    static let star: UInt8 = 0x2A
    static let dot: UInt8 = 0x2E
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The lines of a text without their ends; the last end begins no other line.
    static func lines(_ text: Slice, endingWith rule: LineEndRule) -> [Slice] {
        var lines: [Slice] = []
        var start = text.startIndex
        var index = start
        while index < text.endIndex {
            let byte = text[index]
            var next = index + 1
            switch rule {
            case .lineFeed:
                if byte == lineFeed {
                    let hasReturn = index > start && text[index - 1] == carriageReturn
                    lines.append(text[start..<(hasReturn ? index - 1 : index)])
                    start = next
                }
            case .any:
                if byte == lineFeed || byte == carriageReturn {
                    lines.append(text[start..<index])
                    if byte == carriageReturn, next < text.endIndex, text[next] == lineFeed {
                        next += 1
                    }
                    start = next
                }
            }
            index = next
        }
        if start < text.endIndex { lines.append(text[start...]) }
        return lines
    }

    static func trimmed(_ text: Slice, of rule: WhiteSpaceRule) -> Slice {
        var text = text
        while let count = leadingSpace(text, rule) { text = text.dropFirst(count) }
        while let count = trailingSpace(text, rule) { text = text.dropLast(count) }
        return text
    }

    static func lowered(_ text: Slice) -> [UInt8] {
        text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    static func string(_ text: Slice) -> String { String(decoding: text, as: UTF8.self) }

    static func isUTF8(_ text: Slice) -> Bool { String(validating: text, as: UTF8.self) != nil }

    /// 1 to 32 of letters, digits, `_`, `-`, `.`, beginning with a letter or digit
    /// (RFC 8461 §3.2 `sts-policy-ext-name`).
    static func isFieldName(_ text: Slice) -> Bool {
        guard let first = text.first, text.count <= 32, isAlphanumeric(first) else { return false }
        return text.allSatisfy { isAlphanumeric($0) || [0x5F, 0x2D, 0x2E].contains($0) }
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || isDigit(byte)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    // MARK: White space

    private static func leadingSpace(_ text: Slice, _ rule: WhiteSpaceRule) -> Int? {
        guard let byte = text.first else { return nil }
        if isSpace(byte, rule) { return 1 }
        if byte < 0x80 { return nil }
        return wideSpaces(rule).first { text.starts(with: $0) }?.count
    }

    private static func trailingSpace(_ text: Slice, _ rule: WhiteSpaceRule) -> Int? {
        guard let byte = text.last else { return nil }
        if isSpace(byte, rule) { return 1 }
        if byte < 0x80 { return nil }
        return wideSpaces(rule).first { text.suffix($0.count).elementsEqual($0) }?.count
    }

    private static func isSpace(_ byte: UInt8, _ rule: WhiteSpaceRule) -> Bool {
        switch rule {
        case .wsp: byte == 0x20 || byte == 0x09
        case .ascii: byte <= 0x20
        case .unicode, .unicodeAndMark: byte == 0x20 || (0x09...0x0D).contains(byte)
        }
    }

    private static func wideSpaces(_ rule: WhiteSpaceRule) -> [[UInt8]] {
        switch rule {
        case .wsp, .ascii: []
        case .unicode: unicodeSpaces
        case .unicodeAndMark: unicodeSpaces + [byteOrderMark]
        }
    }

    /// U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000.
    private static let unicodeSpaces: [[UInt8]] =
        [[0xC2, 0x85], [0xC2, 0xA0], [0xE1, 0x9A, 0x80]]
        + (0x80...0x8A).map { [0xE2, 0x80, $0] }
        + [[0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xA9], [0xE2, 0x80, 0xAF], [0xE2, 0x81, 0x9F]]
        + [[0xE3, 0x80, 0x80]]

    // MARK: Numbers

    /// - Returns: nil for what the language refuses; a number beyond `Int` as its end.
    static func number(_ text: Slice, spelled spelling: NumberSpelling) -> Int? {
        switch spelling {
        case .digits(let limit):
            return text.count <= limit ? digits(text) : nil
        case .go: return exact(text, signs: [0x2B, 0x2D])
        case .rust: return exact(text, signs: [0x2B])
        case .java:
            return exact(text, signs: [0x2B, 0x2D]).flatMap { Int32(exactly: $0) }.map(Int.init)
        case .python: return python(text)
        case .javaScript: return javaScript(text)
        case .unread: return nil
        }
    }

    /// A run of digits, as long as it is.
    private static func digits(_ text: Slice) -> Int? {
        guard !text.isEmpty, text.allSatisfy(isDigit) else { return nil }
        return Int(string(text)) ?? .max
    }

    private static func exact(_ text: Slice, signs: [UInt8]) -> Int? {
        let body = text.first.map(signs.contains) == true ? text.dropFirst() : text
        guard !body.isEmpty, body.allSatisfy(isDigit) else { return nil }
        return Int(string(text))
    }

    private static func python(_ text: Slice) -> Int? {
        let isNegative = text.first == 0x2D
        let body = isNegative || text.first == 0x2B ? text.dropFirst() : text
        let groups = body.split(separator: 0x5F, omittingEmptySubsequences: false)
        guard groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return nil }
        return digits(Array(groups.joined())[...]).map { isNegative ? -$0 : $0 }
    }

    private static func javaScript(_ text: Slice) -> Int? {
        if text.isEmpty { return 0 }
        let word = string(lowered(text)[...])
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
            let rest = word.dropFirst(prefix.count)
            guard rest.first?.isLetter == true || rest.first?.isNumber == true else { return nil }
            return Int(rest, radix: radix)
        }
        let alphabet = "0123456789.e+-".utf8
        guard word.utf8.allSatisfy(alphabet.contains), let value = Double(word) else { return nil }
        return Int(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
    }
}
