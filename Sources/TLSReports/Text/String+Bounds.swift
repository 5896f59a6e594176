extension String {
    /// The text up to the last scalar that ends within `limit` UTF-8 bytes.
    func cut(afterBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > utf8.startIndex, (utf8[end] & 0xC0) == 0x80 { end = utf8.index(before: end) }
        return String(self[..<end])
    }

    /// Without white space of ASCII at either end.
    func trimmed() -> String {
        guard let first = utf8.first, let last = utf8.last,
            ContentKind.isSpace(first) || ContentKind.isSpace(last)
        else { return self }
        let start = utf8.firstIndex { !ContentKind.isSpace($0) } ?? utf8.endIndex
        let end = utf8.lastIndex { !ContentKind.isSpace($0) }.map { utf8.index(after: $0) }
        return String(self[start..<(end ?? utf8.endIndex)])
    }
}
