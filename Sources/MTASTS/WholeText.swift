/// What can be told of a text as a whole, before or after its lines are read.
enum WholeText {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static func isBlank(_ byte: UInt8) -> Bool {
        ASCII.isWSP(byte) || byte == ASCII.lineFeed || byte == ASCII.carriageReturn
    }

    /// UTF-16 or UTF-32: its byte order mark, or zero bytes at the start.
    static func isWide(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
            || (bytes.count >= 4 && bytes.prefix(4).count { $0 == 0 } >= 2)
    }

    /// What a text is that failed as a policy.
    ///
    /// - Parameters:
    ///   - start: behind the byte order mark, if there is one.
    ///   - hasKnownField: a line was meant as one of the four fields.
    /// - Returns: nil for a policy with mistakes.
    static func recognise(_ bytes: [UInt8], from start: Int, hasKnownField: Bool) -> NotAPolicy? {
        let text = bytes[start...].drop(while: isBlank)
        let head = text.prefix(64)
        if head.starts(with: "{\\rtf".utf8) || isRTFRemnant(text) { return .rtf }
        if isMarkup(head) || hasTag(text) { return .html }
        if isJSON(head) { return .json }
        if let dashed = dashes(text) { return dashed }
        if hasListUnderMX(text) { return .yaml }
        if hasKnownField { return nil }
        return text.prefix(1024).loweredText.contains("v=stsv1") ? .dnsRecord : .other
    }

    private static func isMarkup(_ head: ArraySlice<UInt8>) -> Bool {
        guard head.first == 0x3C, let second = head.dropFirst().first else { return false }
        return ASCII.isAlpha(second) || second == 0x21 || second == 0x3F
    }

    /// `<br` or an end tag: a policy pasted into a page editor.
    private static func hasTag(_ text: ArraySlice<UInt8>) -> Bool {
        text.contains("</") || text.contains("<br") || text.contains("<BR")
    }

    private static func isJSON(_ head: ArraySlice<UInt8>) -> Bool {
        guard let first = head.first, first == 0x7B || first == 0x5B else { return false }
        let second = head.dropFirst().first { !isBlank($0) }
        return second == nil || [ASCII.doubleQuote, 0x7B, 0x7D, 0x5D].contains(second)
    }

    /// Two lines or more that end with a backslash, as rich text ends its lines.
    private static func isRTFRemnant(_ text: ArraySlice<UInt8>) -> Bool {
        if text.contains("\\cf0") { return true }
        return lines(text).lazy.filter { $0.trimmedOfWSP.last == ASCII.backslash }.prefix(2).count
            == 2
    }

    /// `---` in the first line: YAML, or front matter when another `---` closes it.
    private static func dashes(_ text: ArraySlice<UInt8>) -> NotAPolicy? {
        let rows = lines(text)
        guard let first = rows.first, isDashes(first) else { return nil }
        return rows.dropFirst().contains(where: isDashes) ? .frontMatter : .yaml
    }

    private static func isDashes(_ line: ArraySlice<UInt8>) -> Bool {
        line.trimmedOfWSP.elementsEqual("---".utf8)
    }

    /// `mx:` and then lines that begin with `-`.
    private static func hasListUnderMX(_ text: ArraySlice<UInt8>) -> Bool {
        let rows = lines(text)
        return zip(rows, rows.dropFirst()).contains { line, next in
            line.trimmedOfWSP.elementsEqual("mx:".utf8) && next.trimmedOfWSP.first == ASCII.hyphen
        }
    }

    private static func lines(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        text.split(omittingEmptySubsequences: false) {
            $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn
        }
    }
}
