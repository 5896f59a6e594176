import MTASTS

/// Reads what is published as one sender reads it.
public enum SenderReader {
    /// Reads a policy text as `sender` does.
    ///
    /// - Parameters:
    ///   - body: as served with status 200, at most 64 KiB; any bytes.
    ///   - contentType: the field value; nil when there was none.
    /// - Complexity: O(*n*) in the number of bytes.
    public static func policy(
        _ body: [UInt8], contentType: String?, as sender: SenderProfile
    ) -> SenderPolicyReading {
        let rules = sender.policy
        let type = MediaType(contentType)
        guard type.satisfies(rules.contentType) else { return .ignored(.contentType) }
        var text = body[...]
        switch rules.body {
        case .whole: break
        case .refused(let limit): if text.count > limit { return .ignored(.tooLong) }
        case .cut(let limit): text = text.prefix(limit)
        }
        guard isReadable(text, rules.encoding, charset: type.charset) else {
            return .ignored(.encoding)
        }
        if rules.dropsByteOrderMark, text.starts(with: SenderText.byteOrderMark) {
            text = text.dropFirst(SenderText.byteOrderMark.count)
        }
        var fields = PolicyFields()
        if let reason = fields.read(text, by: rules) { return .ignored(reason) }
        return fields.judged(by: rules)
    }

    private static func isReadable(
        _ text: ArraySlice<UInt8>, _ rule: EncodingRule, charset: String?
    ) -> Bool {
        switch rule {
        case .any: true
        case .utf8: SenderText.isUTF8(text)
        case .asciiUnlessDeclared:
            switch charset {
            case nil, "ascii", "us-ascii": text.allSatisfy { $0 < 0x80 }
            case "utf-8", "utf8": SenderText.isUTF8(text)
            // Another charset makes other characters of the bytes; the names of fields are
            // ASCII in all that are in use.
            default: true
            }
        }
    }
}

/// The parts of a Content-Type that senders look at.
private struct MediaType {
    /// As written, without parameters.
    private let name: [UInt8]
    /// Lower case, without quotes.
    let charset: String?

    init(_ field: String?) {
        let parts = Array((field ?? "").utf8).split(
            separator: 0x3B, omittingEmptySubsequences: false)
        name = Array(SenderText.trimmed(parts[0], of: .wsp))
        charset =
            parts.dropFirst().lazy.compactMap { part -> String? in
                let parameter = SenderText.lowered(SenderText.trimmed(part, of: .wsp))
                guard parameter.starts(with: "charset=".utf8) else { return nil }
                return SenderText.string(parameter.dropFirst(8).filter { $0 != 0x22 }[...])
            }.first
    }

    func satisfies(_ rule: ContentTypeRule) -> Bool {
        switch rule {
        case .unchecked: true
        case .textPlain: SenderText.lowered(name[...]).elementsEqual("text/plain".utf8)
        case .textPlainExactly: name.elementsEqual("text/plain".utf8)
        }
    }
}

/// The fields that a sender found, each with its values in their order.
private struct PolicyFields {
    private typealias Slice = ArraySlice<UInt8>

    private var version: [Slice] = []
    private var mode: [Slice] = []
    private var maxAge: [Slice] = []
    private var mx: [Slice] = []

    /// - Returns: why a line makes the sender ignore the text.
    mutating func read(
        _ text: ArraySlice<UInt8>, by rules: PolicyBehaviour
    ) -> SenderReason? {
        var isNextLost = false
        for line in SenderText.lines(text, endingWith: rules.lineEnds) {
            let isBlank = SenderText.trimmed(line, of: rules.whiteSpace).isEmpty
            if isBlank {
                switch rules.blankLines {
                case .refused: return .blankLine
                case .skipped: continue
                case .skippedWhenEmpty: if line.isEmpty { continue }
                }
            }
            guard let colon = line.firstIndex(of: SenderText.colon) else {
                switch rules.linesWithoutColon {
                case .refused: return isBlank ? .blankLine : .lineWithoutColon
                case .skipped: continue
                case .joinedToNext:
                    isNextLost = true
                    continue
                }
            }
            if isNextLost {
                isNextLost = false
                continue
            }
            if let reason = readField(line, colon: colon, by: rules) { return reason }
        }
        return nil
    }

    private mutating func readField(
        _ line: ArraySlice<UInt8>, colon: Int, by rules: PolicyBehaviour
    ) -> SenderReason? {
        var name = line[..<colon]
        let value = SenderText.trimmed(line[(colon + 1)...], of: rules.whiteSpace)
        switch rules.names {
        case .grammar: if !SenderText.isFieldName(name) { return .fieldName }
        case .trimmed: name = SenderText.trimmed(name, of: rules.whiteSpace)
        case .asWritten: break
        }
        if value.contains(SenderText.colon) {
            switch rules.colonsInValues {
            case .kept: break
            case .refused: return .colonInValue
            case .lineSkipped: return nil
            }
        }
        if value.isEmpty, rules.skipsEmptyValues { return nil }
        switch SenderText.string(rules.ignoresNameCase ? SenderText.lowered(name)[...] : name) {
        case "version": version.append(value)
        case "mode": mode.append(value)
        case "max_age": maxAge.append(value)
        case "mx": mx.append(value)
        default:
            // RFC 8461 §3.2 sts-policy-ext-value: neither empty nor with control characters.
            let isSound = !value.isEmpty && value.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            if rules.checksUnknownFields, !isSound { return .fieldValue }
        }
        return nil
    }

    func judged(by rules: PolicyBehaviour) -> SenderPolicyReading {
        if let reason = versionTrouble(rules) { return .ignored(reason) }
        let outcome: SenderOutcome
        switch readMode(rules) {
        case .success(let read): outcome = read
        case .failure(let trouble): return .ignored(trouble.reason)
        }
        let age: Int?
        switch readMaxAge(rules, isEnforced: outcome == .enforces) {
        case .success(let read): age = read
        case .failure(let trouble): return .ignored(trouble.reason)
        }
        guard let patterns = readMX(rules) else { return .ignored(.mx) }
        switch rules.mxNeed {
        case .never: break
        case .always: if patterns.isEmpty { return .ignored(.mxMissing) }
        case .unlessNone:
            if patterns.isEmpty, outcome != .off { return .ignored(.mxMissing) }
        }
        if outcome == .off, rules.refusesNone { return .ignored(.modeNone) }
        return SenderPolicyReading(outcome: outcome, mx: patterns, maxAge: age, reason: nil)
    }

    // MARK: The four fields

    private struct Trouble: Error { var reason: SenderReason }

    /// The value that counts; nil when there is none.
    private func counted<Value>(
        _ values: [Slice], _ rule: RepetitionRule, read: (Slice) -> Value?,
        otherwise unreadable: Value?, reason: SenderReason
    ) -> Result<Value?, Trouble> {
        guard let first = values.first, let last = values.last else { return .success(nil) }
        let chosen: Slice
        var isAllChecked = false
        switch rule {
        case .first: chosen = first
        case .firstAllChecked: (chosen, isAllChecked) = (first, true)
        case .last: chosen = last
        case .lastAllChecked: (chosen, isAllChecked) = (last, true)
        case .refused:
            if values.count > 1 { return .failure(Trouble(reason: .repeatedField)) }
            chosen = first
        }
        guard let value = read(chosen) ?? unreadable else {
            return .failure(Trouble(reason: reason))
        }
        if isAllChecked, unreadable == nil, values.contains(where: { read($0) == nil }) {
            return .failure(Trouble(reason: .repeatedField))
        }
        return .success(value)
    }

    private func versionTrouble(_ rules: PolicyBehaviour) -> SenderReason? {
        switch rules.version {
        case .unchecked: return nil
        case .checkedWhenPresent: if version.isEmpty { return nil }
        case .required: if version.isEmpty { return .version }
        }
        let read = counted(
            version, rules.repetition,
            read: { value in
                let isVersion =
                    rules.ignoresVersionCase
                    ? SenderText.lowered(value).elementsEqual("stsv1".utf8)
                    : value.elementsEqual("STSv1".utf8)
                return isVersion ? true : nil
            }, otherwise: nil, reason: .version)
        switch read {
        case .success: return nil
        case .failure(let trouble): return trouble.reason
        }
    }

    private func readMode(_ rules: PolicyBehaviour) -> Result<SenderOutcome, Trouble> {
        let unknown: SenderOutcome? =
            switch rules.unknownMode {
            case .off: .off
            case .refused: nil
            }
        let read = counted(
            mode, rules.repetition,
            read: { value in
                let word = rules.ignoresModeCase ? SenderText.lowered(value)[...] : value
                return STSPolicy.Mode(rawValue: SenderText.string(word)).map(SenderOutcome.init)
            }, otherwise: unknown, reason: .mode)
        return read.flatMap { outcome in
            if let outcome { return .success(outcome) }
            switch rules.missingMode {
            case .off: return .success(.off)
            case .refused: return .failure(Trouble(reason: .mode))
            }
        }
    }

    private func readMaxAge(
        _ rules: PolicyBehaviour, isEnforced: Bool
    ) -> Result<Int?, Trouble> {
        let rule = rules.maxAge
        if rule.spelling == .unread { return .success(nil) }
        let read = counted(
            maxAge, rules.maxAgeRepetition,
            read: { SenderText.number($0, spelled: rule.spelling) },
            otherwise: rule.unreadable, reason: .maxAge)
        return read.flatMap { value in
            guard let value = value ?? rule.missing else {
                return .failure(Trouble(reason: .maxAge))
            }
            let lowest = isEnforced ? rule.lowestEnforced ?? rule.lowest : rule.lowest
            if rule.isClamped { return .success(min(max(value, lowest), rule.highest)) }
            guard value >= lowest, value <= rule.highest else {
                return .failure(Trouble(reason: .maxAgeRange))
            }
            return .success(value)
        }
    }

    /// - Returns: nil when a value makes the policy invalid.
    private func readMX(_ rules: PolicyBehaviour) -> [String]? {
        var patterns: [String] = []
        for value in mx {
            var kept = value
            let hasFinalDot = kept.last == SenderText.dot
            switch rules.mx {
            case .any: break
            case .grammar:
                guard (try? MXPattern(SenderText.string(value))) != nil else { return nil }
            case .hostName:
                let name = hasFinalDot ? value.dropLast() : value
                guard let pattern = try? MXPattern(SenderText.string(name)), !pattern.isAddress
                else { return nil }
            case .nonEmpty:
                if value.allSatisfy({ $0 == SenderText.star || $0 == SenderText.dot }) {
                    return nil
                }
            case .emptySkipped:
                if value.isEmpty || value.elementsEqual("*.".utf8) { continue }
            case .emptyAndInnerStarSkipped:
                if value.isEmpty { continue }
                if value.contains(SenderText.star), value.first != SenderText.star { continue }
            }
            if rules.dropsFinalDot, hasFinalDot { kept = kept.dropLast() }
            patterns.append(SenderText.string(SenderText.lowered(kept)[...]))
        }
        return patterns
    }
}

extension SenderOutcome {
    init(_ mode: STSPolicy.Mode) {
        switch mode {
        case .enforce: self = .enforces
        case .testing: self = .tests
        case .none: self = .off
        }
    }
}
