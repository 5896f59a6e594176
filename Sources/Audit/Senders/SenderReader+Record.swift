import MTASTS

extension SenderReader {
    /// Reads the TXT records at `_mta-sts` as `sender` does.
    ///
    /// A sender whose reading depends on the order in which a resolver hands out the records
    /// counts as one that ignores them when it does so in one of two opposite orders.
    ///
    /// - Parameter records: each with its strings joined.
    /// - Complexity: O(*n*) in the number of bytes.
    public static func record(
        _ records: [[UInt8]], as sender: SenderProfile
    ) -> SenderRecordReading {
        let rules = sender.record
        var texts = records
        if rules.discardsNonASCII { texts.removeAll { $0.contains { $0 >= 0x80 } } }
        if rules.dropsQuotes { texts = texts.map { $0.filter { $0 != 0x22 } } }
        switch rules.choice {
        case .sole(let prefix):
            let kept = texts.filter(prefix.begins)
            guard let record = kept.first else { return .ignores(.noRecord) }
            return kept.count > 1 ? .ignores(.severalRecords) : read(record, rules.contents)
        case .any(let prefix):
            guard let record = texts.first(where: prefix.begins) else { return .ignores(.noRecord) }
            return read(record, rules.contents)
        case .alone:
            guard let record = texts.first else { return .ignores(.noRecord) }
            return texts.count > 1 ? .ignores(.otherText) : read(record, rules.contents)
        case .joined:
            let forward = read(Array(texts.joined()), rules.contents)
            let backward = read(Array(texts.reversed().joined()), rules.contents)
            if forward.isUsed, backward.isUsed { return forward }
            return texts.count > 1 ? .ignores(.otherTextJoined) : forward
        case .firstReadable:
            var outcome = SenderRecordReading.ignores(.noRecord)
            for text in texts {
                outcome = read(text, rules.contents)
                if outcome.isUsed { break }
            }
            return outcome
        case .soleVersioned:
            let kept = texts.filter { read($0, rules.contents) != .ignores(.recordVersion) }
            guard let record = kept.first else { return .ignores(.recordVersion) }
            return kept.count > 1 ? .ignores(.severalRecords) : read(record, rules.contents)
        }
    }

    private static func read(
        _ text: [UInt8], _ contents: RecordContents
    ) -> SenderRecordReading {
        switch contents {
        case .unread: return .uses(id: nil)
        case .grammar(let repeatedID):
            guard let record = STSRecord.parse(text).record else { return .ignores(.recordSyntax) }
            if repeatedID == .refused, record.extensions.contains(where: { $0.name == "id" }) {
                return .ignores(.repeatedID)
            }
            return .uses(id: record.id)
        case .fields(let rules):
            var fields = RecordFieldValues()
            if let reason = fields.read(text, by: rules) { return .ignores(reason) }
            return fields.judged(by: rules)
        }
    }
}

extension RecordPrefix {
    fileprivate func begins(_ text: [UInt8]) -> Bool {
        switch self {
        case .version: return text.starts(with: Self.bare)
        case .versionSemicolon: return text.starts(with: Self.bare + [Self.semicolon])
        case .versionSpaceSemicolon:
            return text.starts(with: Self.bare)
                && Self.isSemicolonNext(text.dropFirst(Self.bare.count))
        case .looseVersionSpaceSemicolon:
            let head = SenderText.trimmed(text[...], of: .unicodeAndMark)
            return SenderText.lowered(head.prefix(Self.bare.count))
                == SenderText.lowered(Self.bare[...])
                && Self.isSemicolonNext(head.dropFirst(Self.bare.count))
        }
    }

    private static let bare = Array("v=STSv1".utf8)
    private static let semicolon: UInt8 = 0x3B

    private static func isSemicolonNext(_ text: ArraySlice<UInt8>) -> Bool {
        text.first { $0 != 0x20 && $0 != 0x09 } == semicolon
    }
}

/// The values that a sender found, in their order.
private struct RecordFieldValues {
    private var versions: [ArraySlice<UInt8>] = []
    private var ids: [ArraySlice<UInt8>] = []

    /// - Returns: why a field makes the sender ignore the record.
    mutating func read(_ text: [UInt8], by rules: FieldBehaviour) -> SenderReason? {
        let parts = text.split(omittingEmptySubsequences: false) { byte in
            byte == 0x3B || (rules.spaceSeparates && (byte == 0x20 || byte == 0x7C))
        }
        var isNextLost = false
        for part in parts {
            let field = SenderText.trimmed(part, of: .unicode)
            if field.isEmpty {
                switch rules.emptyFields {
                case .skipped: continue
                case .skippedWhenEmpty:
                    if part.isEmpty { continue }
                    return .recordSyntax
                }
            }
            guard let equals = field.firstIndex(of: SenderText.equals) else {
                switch rules.fieldsWithoutEquals {
                case .refused: return .recordSyntax
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
            var name = field[..<equals]
            var value = field[(equals + 1)...]
            if rules.requiresPlainFields {
                let isPlain = !field.contains { $0 == 0x20 || $0 == 0x09 }
                if value.contains(SenderText.equals) || !isPlain { return .recordSyntax }
            }
            switch rules.spaceAroundEquals {
            case .kept: break
            case .dropped:
                name = SenderText.trimmed(name, of: .unicode)
                value = SenderText.trimmed(value, of: .unicode)
            }
            if rules.spaceSeparates, value.isEmpty || value.contains(SenderText.equals) { continue }
            switch SenderText.string(rules.ignoresNameCase ? SenderText.lowered(name)[...] : name) {
            case "v": versions.append(value)
            case "id": ids.append(value)
            default: break
            }
        }
        return nil
    }

    func judged(by rules: FieldBehaviour) -> SenderRecordReading {
        let counted: [ArraySlice<UInt8>] =
            switch rules.laterVersions {
            case .ignored: Array(versions.prefix(1))
            case .replaces: Array(versions.suffix(1))
            case .checked: versions
            }
        guard !counted.isEmpty, counted.allSatisfy({ isVersion($0, rules) }) else {
            return .ignores(.recordVersion)
        }
        if ids.count > 1, rules.repeatedID == .refused { return .ignores(.repeatedID) }
        let chosen: ArraySlice<UInt8>? =
            switch rules.repeatedID {
            case .first, .refused: ids.first
            case .last: ids.last
            }
        guard let id = chosen else { return .ignores(.id) }
        switch rules.id {
        case .present: break
        case .nonEmpty: if id.isEmpty { return .ignores(.id) }
        case .grammar:
            // RFC 8461 §3.1 sts-id: 1*32(ALPHA / DIGIT)
            guard (1...32).contains(id.count), id.allSatisfy(SenderText.isAlphanumeric) else {
                return .ignores(.id)
            }
        }
        return .uses(id: SenderText.string(id))
    }

    private func isVersion(_ value: ArraySlice<UInt8>, _ rules: FieldBehaviour) -> Bool {
        rules.ignoresVersionCase
            ? SenderText.lowered(value).elementsEqual("stsv1".utf8)
            : value.elementsEqual("STSv1".utf8)
    }
}
