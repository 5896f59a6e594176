/// Makes text from strangers harmless to look at: record texts, host names, certificate subjects
/// and portfolio cells may hold anything.
public enum InertText {
    /// Whether a terminal, an editor or a spreadsheet may act on the scalar instead of showing it:
    /// C0, DEL and C1 control characters, line and paragraph separators, direction overrides and
    /// isolates, zero-width and tag characters.
    public static func isActive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0xAD, 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E,
            0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }

    /// `text` with every active character written as `\u{1B}`; for one line of a terminal.
    public static func line(_ text: String) -> String {
        guard needsWork(text) else { return text }
        return escape(text) { _ in false }
    }

    /// The same, except that line feeds stay: for what is several lines of a terminal or a log.
    public static func lines(_ text: String) -> String {
        guard needsWork(text) else { return text }
        return escape(text) { $0 == "\n" }
    }

    /// The same, except that line ends and tabs stay; for cells that came with them.
    static func block(_ text: String) -> String {
        guard needsWork(text) else { return text }
        return escape(text) { $0 == "\n" || $0 == "\r" || $0 == "\t" }
    }

    /// JSON text with every active character but its line feeds written as JSON's own escape.
    public static func json(_ text: String) -> String {
        guard needsWork(text) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            guard isActive(scalar), scalar != "\n" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }
        }
        return result
    }

    /// Cheap and on the safe side: printable ASCII needs no work.
    private static func needsWork(_ text: String) -> Bool {
        text.utf8.contains { $0 < 0x20 || $0 >= 0x7F }
    }

    private static func escape(
        _ text: String, except isKept: (Unicode.Scalar) -> Bool
    ) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isActive(scalar), !isKept(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                // One by one: appending a view copies the whole text.
                for mark in "\\u{\(digits)}".unicodeScalars { result.append(mark) }
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
