/// Builds CSV records (RFC 4180) that a spreadsheet shows and never calculates.
struct CSVRow {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        isFirst = true
    }

    /// A word of our own (a code, a number, a moment): nothing in it needs care.
    mutating func word(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    mutating func number(_ value: Int?) { word(value.map(String.init) ?? "") }

    /// Text from the network: one line, whatever is in it.
    mutating func text(_ text: String) { cell(InertText.line(text)) }

    /// A cell of the portfolio, given back as it was, line ends included.
    mutating func carried(_ text: String) { cell(InertText.block(text)) }

    // RFC 4180 §2: records end with CRLF.
    mutating func end() {
        bytes.append(0x0D)
        bytes.append(0x0A)
        isFirst = true
    }

    private mutating func separate() {
        if !isFirst { bytes.append(0x2C) }
        isFirst = false
    }

    private mutating func cell(_ text: String) {
        separate()
        let isFormula = Self.looksLikeFormula(text)
        guard isFormula || Self.needsQuotes(text) else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        bytes.append(0x22)
        // Spreadsheets take the apostrophe as "this is text".
        if isFormula { bytes.append(0x27) }
        for byte in text.utf8 {
            // RFC 4180 §2.7: a quote is doubled.
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    /// Whether a spreadsheet could take the cell for a formula: it begins with `=`, `+`, `-` or
    /// `@` (or their full-width forms), perhaps after spaces or quotes that some of them strip, or
    /// with a tab or line end. A plain number is one of these only by its looks.
    static func looksLikeFormula(_ text: String) -> Bool {
        // Most cells begin with a letter or a digit.
        guard let first = text.utf8.first else { return false }
        switch first {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: return false
        case 0x09, 0x0A, 0x0D: return true
        default: break
        }
        let start = text.unicodeScalars.first { scalar in
            !scalar.properties.isWhitespace && scalar != "\"" && scalar != "'"
        }
        switch start {
        case "=", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": return true
        case "+", "-": return !isNumber(text)
        default: return false
        }
    }

    /// A sign, digits, at most one point with digits on both sides.
    private static func isNumber(_ text: String) -> Bool {
        let parts = text.utf8.dropFirst().split(
            separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        return !parts.isEmpty
            && parts.allSatisfy { part in
                !part.isEmpty && part.allSatisfy { (0x30...0x39).contains($0) }
            }
    }

    /// Also for what RFC 4180 leaves bare and some readers take for a separator or trim.
    private static func needsQuotes(_ text: String) -> Bool {
        text.utf8.contains { byte in
            switch byte {
            case 0x22, 0x2C, 0x0A, 0x0D, 0x09, 0x3B: true
            default: false
            }
        } || text.utf8.first == 0x20 || text.utf8.last == 0x20
    }
}
