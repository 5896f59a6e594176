public import Audit
internal import CIDN2
internal import Evidence
public import MTASTS

/// Reads what stands in a domain field.
///
/// ASCII names go to DNS as they are, A-labels that IDNA2008 would not make included: such
/// names exist and senders look them up. U-labels become A-labels through libidn2.
public enum DomainField {
    /// - Parameter bytes: trimmed; see `trimmed(_:)`.
    public static func read(_ bytes: ArraySlice<UInt8>) -> Result<DomainName, InputProblem> {
        guard !bytes.isEmpty else { return .failure(.empty) }
        if bytes.allSatisfy({ $0 < 0x80 }) { return readASCII(bytes) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .failure(.badEncoding)
        }
        if let problem = otherThing(text) { return .failure(problem) }
        switch aLabels(of: text) {
        case .success(let name): return domain(name)
        case .failure(let problem): return .failure(problem)
        }
    }

    private static func readASCII(_ bytes: ArraySlice<UInt8>) -> Result<DomainName, InputProblem> {
        let text = String(decoding: bytes, as: UTF8.self)
        if let problem = otherThing(text) { return .failure(problem) }
        return domain(text)
    }

    private static func domain(_ text: String) -> Result<DomainName, InputProblem> {
        // The root is written as one dot: a name, but no domain that has mail.
        if text == "." { return .failure(.emptyLabel) }
        do {
            let name = try DomainName(text)
            return name.description.utf8.contains(0x2E) ? .success(name) : .failure(.singleLabel)
        } catch {
            return .failure(InputProblem(error))
        }
    }

    /// Things that people put where a domain belongs and that deserve a better answer than
    /// "bad character".
    private static func otherThing(_ text: String) -> InputProblem? {
        // Nearly every name ends here: with none of these marks, and anything but digits and dots,
        // it is neither an address nor a URL.
        var hasMark = false
        var isNumeric = true
        for byte in text.utf8 {
            switch byte {
            case 0x25, 0x2F, 0x3A, 0x40, 0x5B: hasMark = true
            case 0x2E, 0x30...0x39: break
            default: isNumeric = false
            }
        }
        guard hasMark || isNumeric else { return nil }
        if text.contains("://") { return .url }
        if isAddress(text) { return .ipAddress }
        if text.utf8.contains(0x40) { return .emailAddress }
        if text.utf8.contains(0x2F) { return .url }
        return nil
    }

    /// An address alone, in brackets (RFC 5321 §4.1.3 too), with a port, or with a prefix length.
    private static func isAddress(_ text: String) -> Bool {
        var text = text[...]
        if text.hasPrefix("[") {
            text = text.dropFirst().prefix { $0 != "]" }
            if text.lowercased().hasPrefix("ipv6:") { text = text.dropFirst(5) }
        }
        text = text.prefix { $0 != "/" && $0 != "%" }
        if text.hasSuffix(".") { text = text.dropLast() }
        if IPAddress(text) != nil { return true }
        let host = text.prefix { $0 != ":" }
        return host.contains(".") && IPAddress(host) != nil
    }

    private static func aLabels(of text: String) -> Result<String, InputProblem> {
        // C would see the name end there.
        guard !text.utf8.contains(0) else { return .failure(.badCharacter) }
        // 253 octets of A-labels come from fewer than 1,024 of UTF-8.
        guard text.utf8.count <= 1024 else { return .failure(.tooLong) }
        var buffer = [CChar](repeating: 0, count: 512)
        let size = buffer.count
        let code = unsafe text.withCString { unsafe cidn2_lookup($0, &buffer, size) }
        switch code {
        case CIDN2_OK:
            let end = buffer.firstIndex(of: 0) ?? size
            return .success(
                String(decoding: buffer[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self))
        case CIDN2_TOO_BIG_DOMAIN: return .failure(.tooLong)
        case CIDN2_TOO_BIG_LABEL, CIDN2_PUNYCODE_BIG_OUTPUT: return .failure(.labelTooLong)
        default: return .failure(.badUnicode)
        }
    }

    /// The bytes without white space at either end. A no-break space, a zero-width space or a
    /// byte order mark comes along when a name is copied out of a page or a spreadsheet.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let width = spaceWidth(atStartOf: bytes) { bytes = bytes.dropFirst(width) }
        while let width = spaceWidth(atEndOf: bytes) { bytes = bytes.dropLast(width) }
        return bytes
    }

    private static let wideSpaces: [[UInt8]] = [
        [0xC2, 0xA0], [0xE2, 0x80, 0x8B], [0xE3, 0x80, 0x80], [0xEF, 0xBB, 0xBF],
    ]

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func spaceWidth(atStartOf bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.first else { return nil }
        if isSpace(first) { return 1 }
        guard first >= 0x80 else { return nil }
        return wideSpaces.first { bytes.starts(with: $0) }?.count
    }

    private static func spaceWidth(atEndOf bytes: ArraySlice<UInt8>) -> Int? {
        guard let last = bytes.last else { return nil }
        if isSpace(last) { return 1 }
        guard last >= 0x80 else { return nil }
        return wideSpaces.first { bytes.suffix($0.count).elementsEqual($0) }?.count
    }
}

extension InputProblem {
    fileprivate init(_ problem: DomainName.Problem) {
        self =
            switch problem {
            case .empty: .empty
            case .emptyLabel: .emptyLabel
            case .labelTooLong: .labelTooLong
            case .tooLong: .tooLong
            case .character: .badCharacter
            case .hyphenAtEdge: .hyphenAtEdge
            // Only what libidn2 gave could hold it, and that is ASCII.
            case .notASCII: .badUnicode
            }
    }
}
