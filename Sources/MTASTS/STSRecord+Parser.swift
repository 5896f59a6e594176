extension STSRecord {
    /// Reads one TXT record, its strings joined, by the grammar of RFC 8461 §3.1 alone. Which of
    /// several records counts is for `STSRecordSet`.
    ///
    /// - Complexity: O(*n*) in the number of bytes.
    public static func parse(_ bytes: some Sequence<UInt8>) -> STSRecordReading {
        var parser = STSRecordParser(bytes: Array(bytes))
        return parser.record()
    }
}

/// `sts-text-record = sts-version 1*(sts-field-delim sts-field) [sts-field-delim]`
private struct STSRecordParser {
    let bytes: [UInt8]
    private var problems: [STSRecordProblem] = []
    private var id: String?
    /// An `id` field was met, sound or not. The first one counts, so a later one cannot mend it.
    private var isIDSettled = false
    /// Where a field stands that was meant as `id` but is another one to a sender: `ID=`.
    private var idLookalike: Range<Int>?
    private var extensions: [ExtensionField] = []

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func record() -> STSRecordReading {
        let parts = RecordFields(bytes)
        guard version(parts.version) else {
            return STSRecordReading(record: nil, problems: problems)
        }
        for range in parts.fields { field(range) }
        if !isIDSettled {
            // RFC 8461 §3.1: "sts-id record is required".
            let place = idLookalike ?? bytes.count..<bytes.count
            report(.idMissing, place)
        }
        if let range = parts.trailingWhiteSpace {
            // sts-field-delim = *WSP ";" *WSP: white space stands beside a ";" only.
            report(.syntax(.trailingWhiteSpace), range)
        }
        guard problems.isEmpty, let id else {
            return STSRecordReading(record: nil, problems: problems)
        }
        return STSRecordReading(record: STSRecord(id: id, extensions: extensions), problems: [])
    }

    /// Answers whether what follows is worth reading.
    private mutating func version(_ range: Range<Int>) -> Bool {
        guard let (finding, goesOn) = RecordFamily.sts.versionProblem(bytes, in: range)
        else { return true }
        switch finding {
        case .version(let problem):
            report(.version(problem), range)
        case .syntax(let problem, let offset):
            report(.syntax(problem), offset..<range.upperBound)
            // The id is most likely in the part that was not cut off.
            if problem == .missingDelimiter { settleID(in: bytes[offset..<range.upperBound]) }
        }
        return goesOn
    }

    /// `sts-field = sts-id / sts-extension`
    private mutating func field(_ range: Range<Int>) {
        if range.isEmpty {
            report(.syntax(.emptyField), range)
            return
        }
        var cursor = ByteCursor(bytes, in: range)
        // RFC 8461 §3.2: all entries of a field except for the first are ignored, so a later id
        // has to be an extension only.
        if !isIDSettled, let value = cursor.stsID(), cursor.isAtEnd {
            id = cursor.string(value)
            isIDSettled = true
            return
        }
        if !isIDSettled, bytes[range].starts(with: "id=".utf8) {
            invalidID(range.lowerBound + 3..<range.upperBound)
            return
        }
        cursor = ByteCursor(bytes, in: range)
        if let field = cursor.recordExtension(), cursor.isAtEnd {
            extensions.append(field)
            if field.name.lowercased() == "id", !isIDSettled { idLookalike = range }
            return
        }
        if let (problem, offset) = RecordSyntaxProblem.diagnose(bytes[range]) {
            report(.syntax(problem), offset..<range.upperBound)
            settleID(in: bytes[range])
        }
    }

    private mutating func invalidID(_ range: Range<Int>) {
        isIDSettled = true
        let value = bytes[range]
        if range.isEmpty {
            report(.idInvalid(.empty), range)
        } else if let bad = value.firstIndex(where: { !ASCII.isAlphanumeric($0) }) {
            if let (problem, offset) = RecordSyntaxProblem.diagnose(
                bytes[(range.lowerBound - 3)..<range.upperBound]),
                problem == .missingDelimiter || problem == .whiteSpaceAroundEquals
            {
                report(.syntax(problem), offset..<range.upperBound)
            } else if bytes[bad] == ASCII.backslash, bad == range.upperBound - 1 {
                report(.syntax(.escapedDelimiter), bad..<range.upperBound)
            } else {
                report(.idInvalid(.character(bytes[bad])), range)
            }
        } else {
            report(.idInvalid(.tooLong(bytes: value.count)), range)
        }
    }

    /// A broken field that was meant as the id: it is not also missing.
    private mutating func settleID(in text: ArraySlice<UInt8>) {
        if text.trimmedOfWSP.loweredText.hasPrefix("id") { isIDSettled = true }
    }

    private mutating func report(_ kind: STSRecordProblem.Kind, _ range: Range<Int>) {
        guard problems.count < ProblemLimit.count else { return }
        problems.append(
            STSRecordProblem(
                kind: kind, offset: range.lowerBound, text: ProblemText.of(bytes[range])))
    }
}
