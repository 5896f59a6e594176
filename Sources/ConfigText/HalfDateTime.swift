/// Dates with a separator and no time behind it (RFC 3339 §5.6), which must not reach the parser.
///
/// toml++ 3.4 ends the process by an assertion, instead of refusing the text, at a value like
/// `1979-05-27T'`. No option is a date.
enum HalfDateTime {
    /// The first line, counted from 1, in which such a value stands.
    ///
    /// Strings and comments are not told apart: a date right behind `=`, `[` or a comma in one,
    /// with a word behind it, is refused as well.
    static func line(in text: String) -> Int? {
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        return lines.firstIndex { hasOne(Array($0)) }.map { $0 + 1 }
    }

    private static func hasOne(_ line: [UInt8]) -> Bool {
        // YYYY-MM-DD and the separator.
        guard line.count >= 11 else { return false }
        return (0...line.count - 11).contains { start in
            // The date first: to look back over blanks takes time.
            isDate(line[start..<start + 10]) && beginsValue(line, at: start)
                && [0x20, UInt8(ascii: "T"), UInt8(ascii: "t")].contains(line[start + 10])
                && !(line.dropFirst(start + 11).first.map(isDigit) ?? false)
        }
    }

    /// Behind what comes ahead of a value, blanks aside, or first on its line, as in a list.
    private static func beginsValue(_ line: [UInt8], at start: Int) -> Bool {
        guard let last = line[..<start].last(where: { $0 != 0x20 && $0 != 0x09 }) else {
            return true
        }
        return [UInt8(ascii: "="), UInt8(ascii: "["), UInt8(ascii: ",")].contains(last)
    }

    private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        zip(bytes, "dddd-dd-dd".utf8).allSatisfy { byte, shape in
            shape == UInt8(ascii: "-") ? byte == shape : isDigit(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
