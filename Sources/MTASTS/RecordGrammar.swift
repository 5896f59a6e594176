/// The rules that `sts-text-record` (RFC 8461 §3.1) and `tlsrpt-record` (RFC 8460 §3) share, and
/// `sts-id`.
extension ByteCursor {
    /// `1*32(ALPHA / DIGIT)`, the value of `sts-id`.
    mutating func stsIDValue() -> Range<Int>? {
        let value = takeAll(atMost: 32, where: ASCII.isAlphanumeric)
        return value.isEmpty ? nil : value
    }

    /// `sts-id = %s"id=" 1*32(ALPHA / DIGIT)`
    mutating func stsID() -> Range<Int>? {
        attempt { $0.take("id=") ? $0.stsIDValue() : nil }
    }

    /// `sts-ext-name = (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")`, also
    /// `tlsrpt-ext-name` and `sts-policy-ext-name`.
    mutating func extensionName() -> Range<Int>? {
        let start = position
        guard take(where: ASCII.isAlphanumeric) else { return nil }
        takeAll(atMost: 31) { byte in
            ASCII.isAlphanumeric(byte) || byte == ASCII.underscore || byte == ASCII.hyphen
                || byte == ASCII.dot
        }
        return start..<position
    }

    /// `sts-ext-value = 1*(%x21-3A / %x3C / %x3E-7E)`, also `tlsrpt-ext-value`.
    mutating func recordExtensionValue() -> Range<Int>? {
        let value = takeAll(where: RecordSyntaxProblem.isValueByte)
        return value.isEmpty ? nil : value
    }

    /// `sts-extension = sts-ext-name "=" sts-ext-value`, also `tlsrpt-extension`.
    mutating func recordExtension() -> ExtensionField? {
        attempt { cursor in
            guard let name = cursor.extensionName(), cursor.take(ASCII.equals),
                let value = cursor.recordExtensionValue()
            else { return nil }
            return ExtensionField(name: cursor.string(name), value: cursor.string(value))
        }
    }
}

/// A record cut at its semicolons.
///
/// No rule but `sts-field-delim = *WSP ";" *WSP` holds a semicolon, so cutting there first reads
/// the same language as `sts-version 1*(sts-field-delim sts-field) [sts-field-delim]`.
struct RecordFields {
    /// What stands before the first semicolon, without the white space before that semicolon.
    let version: Range<Int>
    /// The fields behind it, white space around them taken off. The last is left out when it
    /// is empty: that is `[sts-field-delim]`.
    let fields: [Range<Int>]
    /// White space at the end of the record that no semicolon follows.
    let trailingWhiteSpace: Range<Int>?

    init(_ bytes: [UInt8]) {
        var parts: [Range<Int>] = []
        var start = 0
        for index in bytes.indices where bytes[index] == ASCII.semicolon {
            parts.append(start..<index)
            start = index + 1
        }
        parts.append(start..<bytes.count)

        func trimmedRight(_ range: Range<Int>) -> Range<Int> {
            var end = range.upperBound
            while end > range.lowerBound, ASCII.isWSP(bytes[end - 1]) { end -= 1 }
            return range.lowerBound..<end
        }
        func trimmed(_ range: Range<Int>) -> Range<Int> {
            let right = trimmedRight(range)
            var start = right.lowerBound
            while start < right.upperBound, ASCII.isWSP(bytes[start]) { start += 1 }
            return start..<right.upperBound
        }

        version = trimmedRight(parts[0])
        var fields = parts.dropFirst().map(trimmed)
        let last = parts.count == 1 ? version : fields[fields.count - 1]
        if fields.last?.isEmpty == true { fields.removeLast() }
        trailingWhiteSpace =
            last.isEmpty || last.upperBound == bytes.count ? nil : last.upperBound..<bytes.count
        self.fields = fields
    }
}

/// The two kinds of record that are told apart from other TXT by how they begin.
struct RecordFamily {
    /// `v=STSv1` or `v=TLSRPTv1`.
    let version: [UInt8]
    /// What marks a text as meant for this family, lower case: `v=sts`, `stsv1`.
    private let marks: [String]
    /// The required field, by which a record without a version is known: `id=`.
    private let requiredField: String

    static let sts = RecordFamily(
        version: Array("v=STSv1".utf8), marks: ["v=sts", "stsv1"], requiredField: "id=")
    static let tlsrpt = RecordFamily(
        version: Array("v=TLSRPTv1".utf8), marks: ["v=tlsrpt", "tlsrptv1"], requiredField: "rua=")

    /// Whether whoever published `record` meant one of this family, however wrong it is.
    ///
    /// Only decides whether a text is worth explaining; a text that is not is discarded, as a
    /// sender discards it too.
    func isMeant(by record: [UInt8]) -> Bool {
        // The head is enough, and bounds the work for a hostile record.
        let text = record.prefix(512).filter { !Self.isDecoration($0) }.map(ASCII.lowered)[...]
        return text.starts(with: requiredField.utf8) || marks.contains { text.contains($0) }
    }

    private static func isDecoration(_ byte: UInt8) -> Bool {
        ASCII.isWSP(byte) || byte == ASCII.doubleQuote || byte == ASCII.backslash
    }

    /// What is wrong with the text before the first semicolon, and where reading can go on.
    ///
    /// Nil is returned for the version itself. `goesOn` tells whether what follows is certainly
    /// of this version; what follows another version is no matter of this grammar.
    func versionProblem(
        _ bytes: [UInt8], in range: Range<Int>
    ) -> (problem: VersionFinding, goesOn: Bool)? {
        var cursor = ByteCursor(bytes, in: range)
        // sts-version = %s"v=STSv1"
        if cursor.takeVersion(version) {
            if cursor.isAtEnd { return nil }
            let rest = bytes[cursor.position..<range.upperBound]
            if rest.elementsEqual([ASCII.backslash]) {
                return (.syntax(.escapedDelimiter, cursor.position), true)
            }
            if ASCII.isWSP(rest.first ?? 0) {
                return (.syntax(.missingDelimiter, cursor.position), true)
            }
            return (.version(.other), false)
        }
        let text = bytes[range]
        let bare = text.trimmedOfWSP
        if bare.elementsEqual(version) { return (.version(.leadingWhiteSpace), true) }
        let wanted = version.map(ASCII.lowered)
        if bare.map(ASCII.lowered) == wanted { return (.version(.wrongCase), true) }
        if bare.first == ASCII.doubleQuote { return (.version(.quoted), false) }
        let dense = bare.filter { !ASCII.isWSP($0) }
        if dense == version { return (.version(.whiteSpaceAroundEquals), true) }
        let mark = Array(wanted.dropLast())
        if dense.map(ASCII.lowered).starts(with: mark) { return (.version(.other), false) }
        let behind = bytes[range.upperBound...]
        if behind.contains(String(decoding: version, as: UTF8.self)) {
            return (.version(.notFirst), false)
        }
        return (.version(.missing), false)
    }

    enum VersionFinding {
        case version(RecordVersionProblem)
        case syntax(RecordSyntaxProblem, Int)
    }
}

extension ByteCursor {
    fileprivate mutating func takeVersion(_ version: [UInt8]) -> Bool {
        attempt { cursor in
            for byte in version where !cursor.take(byte) { return nil }
            return true
        } ?? false
    }
}

extension RecordSyntaxProblem {
    /// `%x21-3A / %x3C / %x3E-7E`: no "=", ";", SP or CTL.
    static func isValueByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x3A, 0x3C, 0x3E...0x7E: true
        default: false
        }
    }

    /// Says why the non-empty `field` is no `sts-extension`, and at which byte. Nil when it is.
    static func diagnose(_ field: ArraySlice<UInt8>) -> (problem: Self, offset: Int)? {
        guard let equals = field.firstIndex(of: ASCII.equals) else {
            return (.noEquals, field.startIndex)
        }
        let name = field[..<equals]
        let value = field[(equals + 1)...]
        if name.last.map(ASCII.isWSP) == true || value.first.map(ASCII.isWSP) == true {
            return (.whiteSpaceAroundEquals, equals)
        }
        var cursor = ByteCursor(Array(name))
        guard cursor.extensionName() != nil, cursor.isAtEnd else {
            return (.fieldName, field.startIndex + cursor.position)
        }
        guard !value.isEmpty else { return (.emptyValue, equals) }
        guard let bad = value.firstIndex(where: { !isValueByte($0) }) else { return nil }
        if ASCII.isWSP(value[bad]), value[bad...].contains(ASCII.equals) {
            return (.missingDelimiter, bad)
        }
        return (.character(value[bad]), bad)
    }
}
