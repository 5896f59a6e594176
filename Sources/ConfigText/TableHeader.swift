/// Table headers (TOML 1.0.0 "Table") that must not reach the parser.
///
/// toml++ 3.4 ends the process by an assertion, instead of refusing the text, where neither a key
/// nor a closing bracket follows the opening one: `[=]`, `[.a]`, `[[[`.
enum TableHeader {
    /// The first line, counted from 1, that begins as such a header does.
    ///
    /// A line within a string of several lines is taken for a header as well: a value with such a
    /// line in it is refused, and no option has one.
    static func lineWithoutKey(in text: String) -> Int? {
        let bytes = Array(text.utf8)
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
        if let first = lines.first, first.starts(with: [0xEF, 0xBB, 0xBF]) {
            lines[lines.startIndex] = first.dropFirst(3)
        }
        let place = lines.indices.first { index in
            isWithoutKey(lines[index], isLast: index == lines.endIndex - 1)
        }
        return place.map { $0 + 1 }
    }

    private static func isWithoutKey(_ line: ArraySlice<UInt8>, isLast: Bool) -> Bool {
        var rest = line.drop(while: isBlank)
        guard rest.popFirst() == UInt8(ascii: "[") else { return false }
        if rest.first == UInt8(ascii: "[") { rest.removeFirst() }
        rest = rest.drop(while: isBlank)
        guard let next = rest.first else { return !isLast }
        switch next {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "]"):
            return false
        default: return true
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
