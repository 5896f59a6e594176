import MTASTS

/// What a broken line of a policy most likely was meant to be.
enum PolicyCorrection {
    /// The line to write instead, or several with ` / ` between them; nil where it would be a
    /// guess about more than spelling.
    ///
    /// What is suggested is valid by itself: hosts are MX patterns, numbers within the limit. It
    /// is one line of printable ASCII, at most 300 bytes.
    ///
    /// - Complexity: O(size of the problem's text), which is bounded.
    static func suggest(for problem: PolicyProblem) -> String? {
        // What fills its bound was most likely cut off, and half a line cannot be mended.
        let isCut = problem.text.utf8.count >= ProblemLimit.textBytes
        let value = ValueText(problem.text)
        let lines: [String]? =
            switch problem.kind {
            case .versionMissing, .versionInvalid: ["version: STSv1"]
            case .modeInvalid: value.mode(isCut: isCut)
            case .maxAgeInvalid: value.maxAge(isCut: isCut)
            case .maxAgeOverLimit: ["max_age: \(STSPolicy.maximumMaxAge)"]
            case .mxInvalid(let mistake): value.mx(mistake, isCut: isCut)
            case .modeMissing, .maxAgeMissing, .mxMissing: isCut ? nil : line(problem.text)
            case .syntax(.leadingWhiteSpace), .syntax(.whiteSpaceBeforeColon),
                .syntax(.fieldName), .syntax(.noColon):
                isCut ? nil : line(problem.text)
            // A list of hosts; a document that only begins as YAML does is another matter.
            case .notAPolicy(.yaml) where !problem.text.hasPrefix("---"):
                ["mx: HOST, a line for each host"]
            case .notAPolicy(.yaml), .notAPolicy(.html), .notAPolicy(.json), .notAPolicy(.rtf),
                .notAPolicy(.frontMatter), .notAPolicy(.dnsRecord):
                ["version: STSv1, the first line of a plain text"]
            case .syntax(.blankLine), .syntax(.comment), .syntax(.emptyValue),
                .syntax(.tabInValue), .syntax(.severalFields):
                nil
            case .notAPolicy(.other), .empty, .encoding, .lineEnds, .duplicateField: nil
            }
        guard let text = lines?.joined(separator: " / "), !text.isEmpty, text.utf8.count <= 300
        else { return nil }
        return text
    }

    /// A line whose name is one of the four in some spelling, and whose value can be mended.
    private static func line(_ text: String) -> [String]? {
        guard let end = text.firstIndex(where: { $0 == ":" || $0 == "=" }) ?? firstGap(in: text)
        else { return nil }
        let value = ValueText(String(text[text.index(after: end)...]))
        switch text[..<end].lowercased().filter({ $0.isLetter }) {
        case "version": return ["version: STSv1"]
        case "mode": return value.mode(isCut: false)
        case "maxage": return value.maxAge(isCut: false)
        case "mx": return value.hosts()
        default: return nil
        }
    }

    /// Between a name and its value where the colon was forgotten.
    private static func firstGap(in text: String) -> String.Index? {
        text.drop { $0 == " " || $0 == "\t" }.firstIndex { $0 == " " || $0 == "\t" }
    }
}

/// A value as a person wrote it.
private struct ValueText {
    /// Without a comment, and without white space and marks around it.
    private let bare: Substring
    /// A comment stood behind it, so nothing of the value itself was cut off.
    private let hadComment: Bool

    init(_ text: String) {
        let comment = [" #", "\t#", " //", " (", " ;"].compactMap { text.firstRange(of: $0) }
            .map(\.lowerBound).min()
        hadComment = comment != nil
        var rest = text[..<(comment ?? text.endIndex)]
        while let first = rest.first, " \t\"'`[".contains(first) { rest.removeFirst() }
        while let last = rest.last, " \t\"'`];,.".contains(last) { rest.removeLast() }
        bare = rest
    }

    private func isUsable(_ isCut: Bool) -> Bool { hadComment || !isCut }

    /// Spellings of one mode each. A word such as `live` could be either and is none here.
    func mode(isCut: Bool) -> [String]? {
        guard isUsable(isCut) else { return nil }
        switch bare.lowercased() {
        case "enforce", "enforced", "enforces", "enforcing", "enforcement":
            return ["mode: enforce"]
        case "testing", "test", "tests", "tested": return ["mode: testing"]
        case "none": return ["mode: none"]
        default: return nil
        }
    }

    func maxAge(isCut: Bool) -> [String]? {
        guard isUsable(isCut), let seconds, (0...STSPolicy.maximumMaxAge).contains(seconds)
        else { return nil }
        return ["max_age: \(seconds)"]
    }

    private var seconds: Int? {
        let number = bare.prefix { !$0.isLetter }
        let unit = bare[number.endIndex...].lowercased()
        guard let count = Self.count(number) else { return nil }
        let factor: Int
        switch unit {
        case "", "s", "sec", "secs", "second", "seconds": factor = 1
        case "h", "hour", "hours": factor = 3_600
        case "d", "day", "days": factor = 86_400
        case "w", "week", "weeks": factor = 604_800
        default: return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    /// `604,800` and its like: a mark between groups of three, always the same. A fraction is
    /// nobody's number of seconds.
    private static func count(_ text: Substring) -> Int? {
        let digits = text.first == "+" ? text.dropFirst() : text
        let trimmed = digits.last == " " ? digits.dropLast() : digits
        let groups = trimmed.split(omittingEmptySubsequences: false) { ",._' ".contains($0) }
        let marks = Set(trimmed.filter { ",._' ".contains($0) })
        guard marks.count <= 1, groups.allSatisfy({ $0.utf8.allSatisfy(isDigit) }),
            let first = groups.first, groups.count == 1 || (1...3).contains(first.count),
            groups.dropFirst().allSatisfy({ $0.count == 3 })
        else { return nil }
        return Int(groups.joined())
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    func mx(_ mistake: MXPatternProblem, isCut: Bool) -> [String]? {
        guard isUsable(isCut) else { return nil }
        switch mistake {
        case .commaList, .severalNames, .trailingDot, .quoted, .comment: return hosts()
        case .priorityPrefix:
            // `10 host`, `Priority 5: host`.
            return bare.split(whereSeparator: Self.isSeparator).last.flatMap { Self.line($0) }
                .map { [$0] }
        case .invisibleCharacter:
            // By scalars: a joining mark is one character with the letter before it.
            let visible = bare.unicodeScalars.filter(\.isASCII)
            return Self.line(String(String.UnicodeScalarView(visible))).map { [$0] }
        case .notAName: return Self.line(host).map { [$0] }
        case .uLabel: return ALabel.name(bare).flatMap { Self.line($0) }.map { [$0] }
        case .empty, .ipLiteral, .innerWildcard, .bareWildcard, .underscore,
            .emptyLabel, .hyphenAtEdge, .labelTooLong, .tooLong, .placeholder, .character:
            return nil
        }
    }

    /// A line for each name; nil when one of them is none.
    func hosts() -> [String]? {
        let lines = bare.split(whereSeparator: Self.isSeparator).map { Self.line($0) }
        let sound = lines.compactMap(\.self)
        return sound.count == lines.count ? sound : nil
    }

    /// The host of a URL, or what stands before a port. An e-mail address names no MX host.
    private var host: Substring {
        let start = bare.firstRange(of: "://")?.upperBound ?? bare.startIndex
        let rest = bare[start...]
        return rest.prefix { $0 != "/" && $0 != ":" && $0 != "?" }
    }

    private static func isSeparator(_ character: Character) -> Bool {
        ", ;\t".contains(character)
    }

    private static func line(_ text: some StringProtocol) -> String? {
        let marks = "\"'`"
        var name = String(text.filter { !marks.contains($0) })
        if name.last == "." { name.removeLast() }
        // A name alone in the root is more likely a word, and an address is no MX host.
        guard let pattern = try? MXPattern(name), pattern.labelCount > 1, !pattern.isAddress
        else { return nil }
        return "mx: \(pattern)"
    }
}
