public import Evidence

/// Findings as they come up, each with its severity under the profile in use.
struct Findings {
    let profile: SeverityProfile
    private(set) var items: [Finding] = []

    init(profile: SeverityProfile) { self.profile = profile }

    mutating func add(
        _ cause: Cause, _ detail: String, line: Int? = nil, column: Int? = nil
    ) {
        add(cause, profile.severity(of: cause), detail, line: line, column: column)
    }

    /// For the few causes whose severity depends on more than the profile.
    mutating func add(
        _ cause: Cause, _ severity: Severity, _ detail: String, line: Int? = nil,
        column: Int? = nil
    ) {
        items.append(
            Finding(cause: cause, severity: severity, detail: detail, line: line, column: column))
    }

    /// Most urgent first, then by stage, line and column, then as `Cause` lists them.
    func sorted() -> [Finding] {
        guard items.count > 1 else { return items }
        return items.sorted { a, b in
            if a.severity != b.severity { return a.severity > b.severity }
            if a.cause.stage != b.cause.stage { return a.cause.stage < b.cause.stage }
            let places = ((a.line ?? 0, a.column ?? 0), (b.line ?? 0, b.column ?? 0))
            if places.0 != places.1 { return places.0 < places.1 }
            if a.cause != b.cause { return a.cause.position < b.cause.position }
            return a.detail < b.detail
        }
    }
}

extension Cause {
    /// Place in the order of declaration.
    fileprivate var position: Int { Self.positions[self] ?? 0 }

    private static let positions = Dictionary(
        uniqueKeysWithValues: zip(allCases, allCases.indices))
}

/// Wording of details. A detail is one line and holds nothing that changes by itself.
enum Wording {
    /// Received bytes in quotes, on one line and at most 120 bytes of them.
    ///
    /// Control characters become `\DDD`, as in zone files; everything else stays as received.
    static func quote(_ bytes: some Collection<UInt8>) -> String {
        var shown: [UInt8] = []
        for byte in bytes.prefix(maximumQuoted) {
            if byte < 0x20 || byte == 0x7F {
                shown += [
                    0x5C, 0x30 + byte / 100, 0x30 + byte / 10 % 10, 0x30 + byte % 10,
                ]
            } else {
                shown.append(byte)
            }
        }
        let rest = bytes.count > maximumQuoted ? "..." : ""
        return "\"" + String(decoding: shown, as: UTF8.self) + "\"" + rest
    }

    static func quote(_ text: String) -> String { quote(text.utf8) }

    /// At most `limit` items, then how many more there are.
    static func list(
        _ items: some Collection<String>, limit: Int = 8, separator: String = ", "
    ) -> String {
        let shown = items.prefix(limit).joined(separator: separator)
        return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
    }

    private static let maximumQuoted = 120
}

extension LookupFailure {
    /// What the lookup came to, as a DNS operator calls it.
    public var phrase: String {
        switch self {
        case .serverFailure: "SERVFAIL"
        case .refused: "REFUSED"
        case .formatError: "FORMERR"
        case .notImplemented: "NOTIMP"
        case .responseCode(let code): "response code \(code)"
        case .timeout: "no answer in time"
        case .transport: "the resolver could not be reached"
        case .malformedReply: "a reply that cannot be read"
        case .aliasLoop: "a CNAME chain without end"
        case .unaskableName: "a name too long to ask for"
        }
    }
}
