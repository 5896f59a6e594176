/// The rules of `sts-policy-record` (RFC 8461 §3.2) that stand within one line.
extension ByteCursor {
    /// `sts-policy-ext-name`, which every other field name also is.
    mutating func stsPolicyFieldName() -> Range<Int>? { extensionName() }

    /// `sts-policy-field-delim = ":" *WSP`
    mutating func stsPolicyFieldDelim() -> Bool {
        guard take(ASCII.colon) else { return false }
        skipWSP()
        return true
    }

    /// `sts-policy-version-value = %s"STSv1"`
    mutating func stsPolicyVersionValue() -> Bool { take("STSv1") }

    /// `sts-policy-mode-value = %s"testing" / %s"enforce" / %s"none"`
    mutating func stsPolicyModeValue() -> STSPolicy.Mode? {
        STSPolicy.Mode.allCases.first { take($0.rawValue) }
    }

    /// `sts-policy-max-age-value = 1*10(DIGIT)`
    mutating func stsPolicyMaxAgeValue() -> Int? {
        let digits = takeAll(atMost: 10, where: ASCII.isDigit)
        // Ten digits fit an Int of 64 bits; a failed conversion is a failed rule.
        return digits.isEmpty ? nil : Int(string(digits))
    }

    /// `sts-policy-mx-value = ["*."] Domain`
    mutating func stsPolicyMXValue() -> (isWildcard: Bool, domain: Range<Int>)? {
        attempt { cursor in
            let isWildcard = cursor.take("*.")
            return cursor.domain().map { (isWildcard, $0) }
        }
    }

    /// `Domain = sub-domain *("." sub-domain)` (RFC 5321 §4.1.2)
    mutating func domain() -> Range<Int>? {
        let start = position
        guard subDomain() else { return nil }
        while attempt({ $0.take(ASCII.dot) && $0.subDomain() ? true : nil }) == true {}
        return start..<position
    }

    /// `sub-domain = Let-dig [Ldh-str]`, `Ldh-str = *( ALPHA / DIGIT / "-" ) Let-dig`
    private mutating func subDomain() -> Bool {
        guard take(where: ASCII.isAlphanumeric) else { return false }
        // A hyphen belongs to the label only when a letter or digit follows it at last.
        while attempt({ cursor in
            cursor.takeAll { $0 == ASCII.hyphen }
            return cursor.take(where: ASCII.isAlphanumeric) ? true : nil
        }) == true {}
        return true
    }

    /// `sts-policy-ext-value = sts-policy-vchar [*(%x20 / sts-policy-vchar) sts-policy-vchar]`
    mutating func stsPolicyExtValue() -> Range<Int>? {
        let start = position
        guard stsPolicyVChar() else { return nil }
        // Spaces count only when a vchar follows them; those at the end are the line's *WSP.
        while attempt({ cursor in
            cursor.takeAll { $0 == ASCII.space }
            return cursor.stsPolicyVChar() ? true : nil
        }) == true {}
        return start..<position
    }

    /// `sts-policy-vchar = %x21-7E / UTF8-2 / UTF8-3 / UTF8-4`
    mutating func stsPolicyVChar() -> Bool {
        take { (0x21...0x7E).contains($0) } || utf8Multibyte()
    }

    /// `UTF8-2 / UTF8-3 / UTF8-4` (RFC 3629 §4): no overlong forms, no surrogates, nothing above
    /// U+10FFFF.
    mutating func utf8Multibyte() -> Bool {
        attempt { cursor in
            guard let lead = cursor.next else { return nil }
            let second: ClosedRange<UInt8>
            let tails: Int
            switch lead {
            case 0xC2...0xDF: (second, tails) = (0x80...0xBF, 0)
            case 0xE0: (second, tails) = (0xA0...0xBF, 1)
            case 0xE1...0xEC, 0xEE...0xEF: (second, tails) = (0x80...0xBF, 1)
            case 0xED: (second, tails) = (0x80...0x9F, 1)
            case 0xF0: (second, tails) = (0x90...0xBF, 2)
            case 0xF1...0xF3: (second, tails) = (0x80...0xBF, 2)
            case 0xF4: (second, tails) = (0x80...0x8F, 2)
            default: return nil
            }
            guard cursor.take(lead), cursor.take(where: second.contains) else { return nil }
            for _ in 0..<tails {
                guard cursor.take(where: { (0x80...0xBF).contains($0) }) else { return nil }
            }
            return true
        } ?? false
    }
}

/// Cuts a text into lines: `sts-policy-term = LF / CRLF`.
///
/// A CR alone is no line end, but mostly meant as one, so it ends a line here and is noted; so
/// does a run of CR, with or without LF, as a double conversion of line ends leaves it.
struct PolicyLines: Sequence, IteratorProtocol {
    struct Line {
        /// From 1.
        let number: Int
        /// Without its end.
        let range: Range<Int>
        /// Where a CR stands that is not the CR of one CRLF.
        let strayCR: Int?
    }

    private let bytes: [UInt8]
    private var position: Int
    private var number = 0

    init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        position = start
    }

    /// The last line end ends the last line and begins no other: `[sts-policy-term]`.
    mutating func next() -> Line? {
        guard position < bytes.count else { return nil }
        number += 1
        let start = position
        while position < bytes.count, bytes[position] != ASCII.lineFeed,
            bytes[position] != ASCII.carriageReturn
        {
            position += 1
        }
        let end = position
        var returns = 0
        while position < bytes.count, bytes[position] == ASCII.carriageReturn {
            position += 1
            returns += 1
        }
        let isFed = position < bytes.count && bytes[position] == ASCII.lineFeed
        if isFed { position += 1 }
        let isStray = returns > (isFed ? 1 : 0)
        return Line(number: number, range: start..<end, strayCR: isStray ? end : nil)
    }
}
