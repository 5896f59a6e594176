import Audit
import Testing

/// One text and what the named senders do with it.
struct SenderRow: CustomTestStringConvertible, Sendable {
    var what: String
    /// The strict reading: what a sender that follows RFC 8461 does.
    var strict: SenderOutcome
    /// Expected outcomes by sender; a sender that is not named may do either.
    var expected: [SenderName: SenderOutcome]
    var why: String
    var records: [[UInt8]]?
    var policy: ServedPolicy?

    var testDescription: String { "\(what): \(why)" }

    static func policy(
        _ what: String, _ text: String, contentType: String? = "text/plain", strict: SenderOutcome,
        enforces: [SenderName] = [], tests: [SenderName] = [], off: [SenderName] = [],
        ignores: [SenderName] = [], why: String
    ) -> SenderRow {
        var expected: [SenderName: SenderOutcome] = [:]
        for (names, outcome) in [
            (enforces, SenderOutcome.enforces), (tests, .tests), (off, .off), (ignores, .ignores),
        ] {
            for name in names { expected[name] = outcome }
        }
        return SenderRow(
            what: what, strict: strict, expected: expected, why: why, records: nil,
            policy: ServedPolicy(body: Array(text.utf8), contentType: contentType))
    }

    /// `uses` and `ignores` cover what is known; `.enforces` stands for using the record.
    static func record(
        _ what: String, _ texts: [String], isValid: Bool, uses: [SenderName] = [],
        ignores: [SenderName] = [], why: String
    ) -> SenderRow {
        var expected: [SenderName: SenderOutcome] = [:]
        for name in uses { expected[name] = .enforces }
        for name in ignores { expected[name] = .ignores }
        return SenderRow(
            what: what, strict: isValid ? .enforces : .ignores, expected: expected, why: why,
            records: texts.map { Array($0.utf8) }, policy: nil)
    }
}

/// The senders of the table, so that a row cannot name one that is not there.
enum SenderName: String, CaseIterable, Sendable {
    case resolver = "postfix-mta-sts-resolver"
    case tlspol = "postfix-tlspol"
    case mox, maddy, chasquid
    case kumo = "KumoMTA"
    case stalwart = "Stalwart"
    case halon = "Halon"
    case mimecast = "Mimecast mta-sts"
    case mailauth
    case mailauthStrict = "mailauth (strict)"
    case mailpiece

    func profile() throws -> SenderProfile {
        try #require(SenderProfile.all.first { $0.name == rawValue })
    }
}
