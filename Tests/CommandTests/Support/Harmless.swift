extension Unicode.Scalar {
    /// Not one that a terminal or an editor acts upon: control characters, direction overrides.
    var isHarmless: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: false
        default: true
        }
    }
}

extension String {
    /// A spreadsheet that opens a cell with this text shows it and calculates nothing.
    var isInertCell: Bool {
        guard let first = unicodeScalars.first else { return true }
        switch first {
        case "=", "@", "\t", "\r", "\n": return false
        case "+", "-":
            // A plain number is what it looks like.
            let parts = dropFirst().split(separator: ".", omittingEmptySubsequences: false)
            return parts.count <= 2
                && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
        default: return true
        }
    }
}
