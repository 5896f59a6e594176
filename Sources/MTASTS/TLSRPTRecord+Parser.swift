extension TLSRPTRecord {
    /// Reads one TXT record, its strings joined, by the grammar of RFC 8460 §3 alone. Which of
    /// several records counts is for `TLSRPTRecordSet`.
    ///
    /// - Complexity: O(*n*) in the number of bytes.
    public static func parse(_ bytes: some Sequence<UInt8>) -> TLSRPTRecordReading {
        var parser = TLSRPTRecordParser(bytes: Array(bytes))
        return parser.record()
    }
}

/// `tlsrpt-record = tlsrpt-version 1*(field-delim tlsrpt-field) [field-delim]`
private struct TLSRPTRecordParser {
    let bytes: [UInt8]
    private var problems: [TLSRPTRecordProblem] = []
    private var rua: [String] = []
    /// A `rua` field was met, sound or not.
    private var isRUASettled = false
    /// Where a field stands that was meant as `rua` but is another one: `RUA=`, `ruf=`.
    private var ruaLookalike: Range<Int>?
    private var extensions: [ExtensionField] = []
    /// The last field was `rua=mailto`: a `;` stands where `:` should, and what follows it is
    /// the rest of that address.
    private var isSchemeCutOff = false

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func record() -> TLSRPTRecordReading {
        let parts = RecordFields(bytes)
        guard version(parts.version) else {
            return TLSRPTRecordReading(record: nil, problems: problems)
        }
        for range in parts.fields { field(range) }
        if !isRUASettled {
            // RFC 8460 §3: "tlsrpt-rua record is required".
            let place = ruaLookalike ?? bytes.count..<bytes.count
            report(.ruaMissing, place)
        }
        if let range = parts.trailingWhiteSpace {
            // field-delim = *WSP ";" *WSP: white space stands beside a ";" only.
            report(.syntax(.trailingWhiteSpace), range)
        }
        guard problems.isEmpty else { return TLSRPTRecordReading(record: nil, problems: problems) }
        let record = TLSRPTRecord(rua: rua, extensions: extensions)
        return TLSRPTRecordReading(record: record, problems: [])
    }

    private mutating func version(_ range: Range<Int>) -> Bool {
        guard let (finding, goesOn) = RecordFamily.tlsrpt.versionProblem(bytes, in: range)
        else { return true }
        switch finding {
        case .version(let problem):
            report(.version(problem), range)
        case .syntax(let problem, let offset):
            report(.syntax(problem), offset..<range.upperBound)
            if problem == .missingDelimiter { settleRUA(in: bytes[offset..<range.upperBound]) }
        }
        return goesOn
    }

    /// `tlsrpt-field = tlsrpt-rua / tlsrpt-extension`
    private mutating func field(_ range: Range<Int>) {
        let isRestOfAddress = isSchemeCutOff
        isSchemeCutOff = false
        if range.isEmpty {
            report(.syntax(.emptyField), range)
            return
        }
        if bytes[range].starts(with: "rua=".utf8) {
            ruaField(range.lowerBound + 4..<range.upperBound)
            return
        }
        var cursor = ByteCursor(bytes, in: range)
        if let field = cursor.recordExtension(), cursor.isAtEnd {
            extensions.append(field)
            if ["rua", "ruf"].contains(field.name.lowercased()) { ruaLookalike = range }
        } else if !isRestOfAddress,
            let (problem, offset) = RecordSyntaxProblem.diagnose(bytes[range])
        {
            report(.syntax(problem), offset..<range.upperBound)
            settleRUA(in: bytes[range])
        }
    }

    /// `tlsrpt-rua = %s"rua=" tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri)`
    ///
    /// A field of this name is never read as an extension, and there may be several: RFC 8460
    /// has no rule that only the first counts.
    private mutating func ruaField(_ range: Range<Int>) {
        isRUASettled = true
        var start = range.lowerBound
        while true {
            // No tlsrpt-uri holds a comma.
            let comma = bytes[start..<range.upperBound].firstIndex(of: ASCII.comma)
            ruaEntry(start..<(comma ?? range.upperBound), isFirst: start == range.lowerBound)
            guard let comma else { return }
            start = comma + 1
        }
    }

    private mutating func ruaEntry(_ range: Range<Int>, isFirst: Bool) {
        let entry = bytes[range].trimmedOfWSP
        if isFirst, entry.startIndex > range.lowerBound, !entry.isEmpty {
            // No white space between "rua=" and the first URI.
            report(.ruaInvalid(.whiteSpace), range)
            return
        }
        let place = entry.startIndex..<entry.endIndex
        var cursor = ByteCursor(bytes, in: place)
        if cursor.tlsrptURI(), cursor.isAtEnd {
            rua.append(cursor.string(place))
            return
        }
        let problem = RUAProblem.diagnose(entry)
        if problem == .noScheme, ["mailto", "https"].contains(entry.loweredText) {
            isSchemeCutOff = true
        }
        report(.ruaInvalid(problem), place)
    }

    /// A broken field that was meant as `rua`: it is not also missing.
    private mutating func settleRUA(in text: ArraySlice<UInt8>) {
        if text.trimmedOfWSP.loweredText.hasPrefix("ru") { isRUASettled = true }
    }

    private mutating func report(_ kind: TLSRPTRecordProblem.Kind, _ range: Range<Int>) {
        guard problems.count < ProblemLimit.count else { return }
        problems.append(
            TLSRPTRecordProblem(
                kind: kind, offset: range.lowerBound, text: ProblemText.of(bytes[range])))
    }
}
