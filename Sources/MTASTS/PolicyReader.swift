/// The four fields that RFC 8461 §3.2 defines.
enum PolicyField: String, CaseIterable {
    case version
    case mode
    case maxAge = "max_age"
    case mx

    /// The field whose name `text` was meant to be: `Mode`, `max-age`, `MaxAge`.
    init?(meantBy text: ArraySlice<UInt8>) {
        guard text.count <= 16 else { return nil }
        let ignored = [ASCII.underscore, ASCII.hyphen, ASCII.dot, ASCII.space]
        switch text.filter({ !ignored.contains($0) })[...].loweredText {
        case "version": self = .version
        case "mode": self = .mode
        case "maxage": self = .maxAge
        case "mx": self = .mx
        default: return nil
        }
    }
}

/// Reads a policy text to its end whatever is wrong with it.
///
/// ```
/// sts-policy-record = sts-policy-field *WSP *(sts-policy-term sts-policy-field *WSP)
///                     [sts-policy-term]
/// ```
/// Each line first has to pass the grammar (`PolicyGrammar.swift`). Only a line that failed is
/// diagnosed (`PolicyDiagnosis.swift`), so a guess about what was meant never decides.
struct PolicyReader {
    let bytes: [UInt8]
    /// Where the line now read begins, for columns.
    private var line = PolicyLines.Line(number: 1, range: 0..<0, strayCR: nil)
    private var problems: [PolicyProblem] = []
    private var isFatal = false

    private var hasVersion = false
    private var mode: STSPolicy.Mode?
    private var maxAge: Int?
    private var mx: [MXPattern] = []
    private var extensions: [ExtensionField] = []
    /// The first entry counts even when its value is bad; a later one cannot mend it.
    private var seen: Set<PolicyField> = []
    /// Fields whose own line is broken and reported: they are not also missing.
    private var excused: Set<PolicyField> = []
    /// Valid lines of other fields that were meant as one of the four: `Mode: enforce`.
    private var lookalikes: [PolicyField: (line: PolicyLines.Line, name: Range<Int>)] = [:]
    /// The mode was meant to be `none`, so no mx is missed.
    private var isNoneMeant = false
    private var isPreviousLineBlank = false
    private var hasReportedEncoding: Set<PolicyEncodingProblem> = []
    private var hasReportedLineEnds = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func read() -> STSPolicyReading {
        if WholeText.isWide(bytes) { return whole(.encoding(.wide)) }
        var start = 0
        if bytes.starts(with: WholeText.byteOrderMark) {
            start = WholeText.byteOrderMark.count
            report(.encoding(.byteOrderMark), 0..<start)
        }
        if bytes[start...].allSatisfy(WholeText.isBlank) { return whole(.empty) }

        for line in PolicyLines(bytes, from: start) {
            self.line = line
            if let stray = line.strayCR, !hasReportedLineEnds {
                hasReportedLineEnds = true
                report(.lineEnds, stray..<(stray + 1))
            }
            readLine(line.range)
        }
        if isFatal || !isComplete, let other = recogniseWhole(from: start) {
            return whole(.notAPolicy(other))
        }
        reportMissing()
        guard !isFatal, let mode, let maxAge else {
            return STSPolicyReading(policy: nil, problems: problems)
        }
        let policy = STSPolicy(mode: mode, maxAge: maxAge, mx: mx, extensions: extensions)
        return STSPolicyReading(policy: policy, problems: problems)
    }

    private var isComplete: Bool {
        hasVersion && mode != nil && maxAge != nil && (!mx.isEmpty || mode == STSPolicy.Mode.none)
    }

    // MARK: Lines

    private mutating func readLine(_ range: Range<Int>) {
        if bytes[range].allSatisfy(ASCII.isWSP) {
            // A run of blank lines is one problem.
            if !isPreviousLineBlank { report(.syntax(.blankLine), range) }
            isPreviousLineBlank = true
            return
        }
        isPreviousLineBlank = false

        var cursor = ByteCursor(bytes, in: range)
        if let name = cursor.stsPolicyFieldName(), cursor.stsPolicyFieldDelim() {
            readField(name, value: cursor.position..<range.upperBound)
        } else {
            readBrokenLine(range)
        }
    }

    /// - Parameter value: from behind the delimiter to the end of the line.
    private mutating func readField(_ name: Range<Int>, value: Range<Int>) {
        let field = PolicyField(rawValue: String(decoding: bytes[name], as: UTF8.self))
        switch field {
        case .version, .mode, .maxAge:
            guard let field else { return }
            // RFC 8461 §3.2: of a duplicated field "all entries except for the first SHALL be
            // ignored", but mx may repeat.
            if !seen.insert(field).inserted {
                if readExtensionValue(value) != nil {
                    report(.duplicateField, name.lowerBound..<value.upperBound)
                }
                return
            }
            readKnown(field, value: value)
        case .mx:
            seen.insert(.mx)
            readKnown(.mx, value: value)
        case nil:
            guard let read = readExtensionValue(value) else { return }
            extensions.append(
                ExtensionField(
                    name: String(decoding: bytes[name], as: UTF8.self),
                    value: String(decoding: bytes[read], as: UTF8.self)))
            if let meant = PolicyField(meantBy: bytes[name]), lookalikes[meant] == nil {
                lookalikes[meant] = (line, name)
            }
        }
    }

    /// Reads the value of one of the four fields, then `*WSP` to the end of the line.
    private mutating func readKnown(_ field: PolicyField, value: Range<Int>) {
        var cursor = ByteCursor(bytes, in: value)
        switch field {
        case .version:
            if cursor.stsPolicyVersionValue(), cursor.endsLine() {
                hasVersion = true
                return
            }
        case .mode:
            if let read = cursor.stsPolicyModeValue(), cursor.endsLine() {
                mode = read
                isNoneMeant = read == .none
                return
            }
        case .maxAge:
            if let read = cursor.stsPolicyMaxAgeValue(), cursor.endsLine() {
                if read > STSPolicy.maximumMaxAge {
                    report(.maxAgeOverLimit, trimmed(value))
                } else {
                    maxAge = read
                }
                return
            }
        case .mx:
            let text = trimmed(value)
            if let read = try? MXPattern(bytes: Array(bytes[text])) {
                mx.append(read)
                if read.isAddress { report(.mxInvalid(.ipLiteral), text, isFatal: false) }
                return
            }
        }
        reportInvalid(field, trimmed(value))
    }

    /// `sts-policy-ext-value *WSP`; reports what is wrong.
    private mutating func readExtensionValue(_ value: Range<Int>) -> Range<Int>? {
        var cursor = ByteCursor(bytes, in: value)
        if let read = cursor.stsPolicyExtValue(), cursor.endsLine() { return read }
        if value.isEmpty {
            report(.syntax(.emptyValue), line.range)
        } else if !reportEncoding(in: value) {
            report(.syntax(.tabInValue), trimmed(value))
        }
        return nil
    }

    /// A line that does not begin with a name and a colon.
    private mutating func readBrokenLine(_ range: Range<Int>) {
        let broken = BrokenLine.diagnose(bytes[range])
        if let field = broken.field { excused.insert(field) }
        if reportEncoding(in: range) { return }
        report(.syntax(broken.problem), range)
        // The value is read all the same: it may be wrong too.
        if let field = broken.field, let value = broken.value { readKnown(field, value: value) }
    }

    private mutating func reportInvalid(_ field: PolicyField, _ value: Range<Int>) {
        excused.insert(field)
        if reportEncoding(in: value) { return }
        let text = bytes[value]
        let swallowed = PolicyValueProblem.fields(in: text)
        if !swallowed.isEmpty {
            excused.formUnion(swallowed)
            report(.syntax(.severalFields), line.range)
            return
        }
        switch field {
        case .version: report(.versionInvalid(.diagnoseVersion(text)), value)
        case .mode:
            if text.loweredText == STSPolicy.Mode.none.rawValue { isNoneMeant = true }
            report(.modeInvalid(.diagnoseMode(text)), value)
        case .maxAge: report(.maxAgeInvalid(.diagnoseMaxAge(text)), value)
        case .mx: report(.mxInvalid(.diagnose(text)), value)
        }
    }

    // MARK: The whole text

    private mutating func reportMissing() {
        for field in PolicyField.allCases where !seen.contains(field) && !excused.contains(field) {
            let kind: PolicyProblem.Kind
            switch field {
            case .version: kind = .versionMissing
            case .mode: kind = .modeMissing
            case .maxAge: kind = .maxAgeMissing
            case .mx:
                // RFC 8461 §3.2: "required at least once, except when mode is none".
                if isNoneMeant { continue }
                kind = .mxMissing
            }
            if let (line, name) = lookalikes[field] {
                self.line = line
                report(kind, trimmed(name.lowerBound..<line.range.upperBound))
            } else {
                reportUnplaced(kind)
            }
        }
    }

    private func recogniseWhole(from start: Int) -> NotAPolicy? {
        let hasKnownField = !(seen.isEmpty && excused.isEmpty && lookalikes.isEmpty)
        return WholeText.recognise(bytes, from: start, hasKnownField: hasKnownField)
    }

    private func whole(_ kind: PolicyProblem.Kind) -> STSPolicyReading {
        let text = ProblemText.of(bytes[...])
        let problem = PolicyProblem(kind: kind, line: nil, column: nil, text: text, isFatal: true)
        return STSPolicyReading(policy: nil, problems: [problem])
    }

    // MARK: Reporting

    /// Reports bytes that no line may hold. Answers whether there are any in `range`; each kind
    /// is reported once for a text.
    private mutating func reportEncoding(in range: Range<Int>) -> Bool {
        guard let (problem, place) = PolicyEncodingProblem.first(in: bytes, range) else {
            return false
        }
        if hasReportedEncoding.insert(problem).inserted {
            report(.encoding(problem), place..<range.upperBound)
        }
        return true
    }

    private mutating func report(
        _ kind: PolicyProblem.Kind, _ range: Range<Int>, isFatal: Bool? = nil
    ) {
        add(
            kind, line: line.number, column: range.lowerBound - line.range.lowerBound + 1,
            text: ProblemText.of(bytes[range]), isFatal: isFatal ?? (kind != .duplicateField))
    }

    private mutating func reportUnplaced(_ kind: PolicyProblem.Kind) {
        add(kind, line: nil, column: nil, text: "", isFatal: true)
    }

    private mutating func add(
        _ kind: PolicyProblem.Kind, line: Int?, column: Int?, text: String, isFatal: Bool
    ) {
        // What decides is kept apart from the list, which is bounded.
        self.isFatal = self.isFatal || isFatal
        guard problems.count < ProblemLimit.count else { return }
        problems.append(
            PolicyProblem(kind: kind, line: line, column: column, text: text, isFatal: isFatal))
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        let slice = bytes[range].trimmedOfWSP
        return slice.startIndex..<slice.endIndex
    }
}

extension ByteCursor {
    /// `*WSP` and then the end of the line.
    fileprivate mutating func endsLine() -> Bool {
        skipWSP()
        return isAtEnd
    }
}
