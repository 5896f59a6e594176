// What was meant by a line or a value that the grammar refused. Nothing here decides whether a
// policy is valid; it only says why it is not.

/// A line that does not begin with `name:`.
struct BrokenLine {
    let problem: PolicySyntaxProblem
    /// The field that the line was meant to be.
    let field: PolicyField?
    /// Where its value stands, when the line has a colon.
    let value: Range<Int>?

    /// - Parameter line: not blank.
    static func diagnose(_ line: ArraySlice<UInt8>) -> BrokenLine {
        let text = line.trimmedOfWSP
        if text.first == ASCII.hash || text.starts(with: "//".utf8) || text.first == ASCII.semicolon
        {
            return BrokenLine(problem: .comment, field: nil, value: nil)
        }
        guard let colon = text.firstIndex(of: ASCII.colon) else {
            let word = text.prefix { !ASCII.isWSP($0) && $0 != ASCII.equals }
            return BrokenLine(problem: .noColon, field: PolicyField(meantBy: word), value: nil)
        }
        let name = text[..<colon].trimmedOfWSP
        let field = PolicyField(meantBy: name.filter { $0 != ASCII.doubleQuote }[...])
        let value = text[(colon + 1)...].trimmedOfWSP.indices
        var cursor = ByteCursor(Array(name))
        let problem: PolicySyntaxProblem =
            if cursor.stsPolicyFieldName() == nil || !cursor.isAtEnd {
                .fieldName
            } else if text.startIndex > line.startIndex {
                .leadingWhiteSpace
            } else {
                .whiteSpaceBeforeColon
            }
        return BrokenLine(problem: problem, field: field, value: value)
    }
}

extension PolicyValueProblem {
    /// - Parameter value: without white space around it; not `STSv1`.
    static func diagnoseVersion(_ value: ArraySlice<UInt8>) -> Self {
        if value.loweredText == "stsv1" { return .wrongCase }
        return common(value)
    }

    /// - Parameter value: without white space around it; not one of the modes.
    static func diagnoseMode(_ value: ArraySlice<UInt8>) -> Self {
        if STSPolicy.Mode(rawValue: value.loweredText) != nil { return .wrongCase }
        // `[testing]` is a mode in the brackets of a manual, `[enforce|testing|none]` a template.
        if value.first == 0x5B, value.last == 0x5D,
            STSPolicy.Mode(rawValue: value.dropFirst().dropLast().loweredText) != nil
        {
            return .quoted
        }
        // Marks that templates are known to leave.
        if value.elementsEqual("MODE".utf8) { return .placeholder }
        return common(value)
    }

    /// - Parameter value: without white space around it; not one to ten digits.
    static func diagnoseMaxAge(_ value: ArraySlice<UInt8>) -> Self {
        if !value.isEmpty, value.allSatisfy(ASCII.isDigit) { return .tooManyDigits }
        let general = common(value)
        guard general == .unknown, value.contains(where: ASCII.isDigit) else { return general }
        return .numberFormat
    }

    private static func common(_ value: ArraySlice<UInt8>) -> Self {
        guard let first = value.first, let last = value.last else { return .empty }
        if ["\"", "'", "`"].contains(Character(Unicode.Scalar(first))) { return .quoted }
        if hasTemplateMarks(value) { return .placeholder }
        if hasComment(value) { return .comment }
        if [ASCII.semicolon, ASCII.comma, ASCII.dot].contains(last) { return .trailingPunctuation }
        return .unknown
    }

    static func hasTemplateMarks(_ value: ArraySlice<UInt8>) -> Bool {
        value.contains { "[]{}<>$%|".utf8.contains($0) }
    }

    static func hasComment(_ value: ArraySlice<UInt8>) -> Bool {
        value.contains(ASCII.hash) || value.contains(" //") || value.contains(" (")
            || value.contains(" ;")
    }

    /// Fields of the RFC that stand inside a value: the line ends between them got lost.
    static func fields(in value: ArraySlice<UInt8>) -> Set<PolicyField> {
        guard value.contains(ASCII.colon) else { return [] }
        return Set(PolicyField.allCases.filter { value.contains($0.rawValue + ":") })
    }
}

extension MXPatternProblem {
    /// - Parameter value: without white space around it; not `["*."] Domain`.
    static func diagnose(_ value: ArraySlice<UInt8>) -> Self {
        guard let first = value.first, let last = value.last else { return .empty }
        let name = value.prefix { !ASCII.isWSP($0) }
        if isPlaceholder(name) { return .placeholder }
        if PolicyValueProblem.hasComment(value) { return .comment }
        if first == ASCII.doubleQuote || first == 0x27 { return .quoted }
        if value.contains(ASCII.comma) || value.contains(ASCII.semicolon) { return .commaList }
        if name.count < value.count {
            return isPriority(value, firstWord: name) ? .priorityPrefix : .severalNames
        }
        if isAddressLiteral(value) { return .ipLiteral }
        if value.contains(ASCII.colon) || value.contains(ASCII.at) || value.contains(ASCII.slash) {
            return .notAName
        }
        if let other = value.first(where: { $0 >= 0x80 }) {
            return isInvisible(value)
                ? .invisibleCharacter : other >= 0xC2 ? .uLabel : .character(other)
        }
        if value.elementsEqual("*".utf8) || value.elementsEqual("*.".utf8) { return .bareWildcard }
        let domain = value.starts(with: "*.".utf8) ? value.dropFirst(2) : value
        if domain.contains(ASCII.star) { return .innerWildcard }
        if last == ASCII.dot, domain.count > 1, domain.dropLast().last != ASCII.dot {
            return .trailingDot
        }
        return diagnoseLabels(domain)
    }

    private static func diagnoseLabels(_ domain: ArraySlice<UInt8>) -> Self {
        if domain.contains(ASCII.underscore) { return .underscore }
        for label in domain.split(separator: ASCII.dot, omittingEmptySubsequences: false) {
            guard let first = label.first, let last = label.last else { return .emptyLabel }
            let bad = label.first { !ASCII.isAlphanumeric($0) && $0 != ASCII.hyphen }
            if let bad { return .character(bad) }
            if first == ASCII.hyphen || last == ASCII.hyphen { return .hyphenAtEdge }
        }
        return domain.count > DomainName.maximumLength ? .tooLong(bytes: domain.count) : .empty
    }

    /// `10 mx.example.com`, `Priority 5: MX.EXAMPLE.COM`.
    private static func isPriority(_ value: ArraySlice<UInt8>, firstWord: ArraySlice<UInt8>) -> Bool
    {
        firstWord.allSatisfy(ASCII.isDigit) || value.loweredText.hasPrefix("prio")
            || value.loweredText.hasPrefix("pref")
    }

    /// Template marks, or the names that widely copied templates hold.
    private static func isPlaceholder(_ name: ArraySlice<UInt8>) -> Bool {
        if name.contains(where: { "{}<>$%|".utf8.contains($0) }) { return true }
        let text = name.loweredText
        if text.contains("your_domain") || text.contains("your-domain") { return true }
        // PRIMARY_HOSTNAME: capitals and underscores, no dot.
        return name.contains(ASCII.underscore) && !name.contains(ASCII.dot)
            && !name.contains { (0x61...0x7A).contains($0) }
    }

    /// IPv6, or an address in brackets: nothing that the grammar takes for a domain.
    private static func isAddressLiteral(_ value: ArraySlice<UInt8>) -> Bool {
        if value.first == 0x5B { return true }
        if isIPv4(value) { return true }
        return value.count { $0 == ASCII.colon } >= 2
            && value.allSatisfy { ASCII.isHexDigit($0) || $0 == ASCII.colon || $0 == ASCII.dot }
    }

    /// Four numbers up to 255 with dots between them.
    static func isIPv4(_ value: ArraySlice<UInt8>) -> Bool {
        let parts = value.split(separator: ASCII.dot, omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy(ASCII.isDigit)
                    && part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
            }
    }

    /// Whether a space or format mark outside ASCII is among the characters: a soft hyphen,
    /// no-break and typographic spaces, zero-width marks, U+FEFF.
    private static func isInvisible(_ value: ArraySlice<UInt8>) -> Bool {
        String(decoding: value, as: UTF8.self).unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0xA0, 0xAD, 0x2000...0x200F, 0x2028...0x202F, 0x2060...0x2064, 0x3000, 0xFEFF: true
            default: false
            }
        }
    }
}

extension PolicyEncodingProblem {
    /// The first byte in `range` that is a control character other than a tab, or that begins no
    /// UTF-8 sequence.
    static func first(in bytes: [UInt8], _ range: Range<Int>) -> (problem: Self, place: Int)? {
        var cursor = ByteCursor(bytes, in: range)
        while let byte = cursor.next {
            if byte >= 0x80 {
                if !cursor.utf8Multibyte() { return (.notUTF8, cursor.position) }
            } else if (byte < 0x20 && byte != ASCII.tab) || byte == 0x7F {
                return (.controlCharacter, cursor.position)
            } else {
                _ = cursor.take(byte)
            }
        }
        return nil
    }
}
