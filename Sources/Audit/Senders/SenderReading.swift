/// What a sender does with mail for a domain because of a policy text.
public enum SenderOutcome: String, Hashable, Sendable, Codable, CaseIterable {
    /// Delivers only over verified TLS to the hosts that it reads in the policy.
    case enforces
    /// Delivers as usual and reports failures.
    case tests
    /// Reads mode `none` and lets go of an older policy.
    case off
    /// Finds nothing that it could use, and keeps an older policy until that expires.
    case ignores
}

/// A policy text as one sender reads it.
public struct SenderPolicyReading: Hashable, Sendable {
    public let outcome: SenderOutcome
    /// As the sender compares them; empty when it ignores the text. A U-label is left as
    /// written, although some senders turn it into an A-label.
    public let mx: [String]
    /// Seconds for which the sender keeps the policy; nil when it ignores the text, or hands on
    /// what is written without reading it.
    public let maxAge: Int?
    /// Why it ignores the text; nil otherwise.
    public let reason: SenderReason?

    static func ignored(_ reason: SenderReason) -> Self {
        Self(outcome: .ignores, mx: [], maxAge: nil, reason: reason)
    }
}

/// The TXT records at `_mta-sts` as one sender reads them.
public enum SenderRecordReading: Hashable, Sendable {
    /// The sender goes on to fetch the policy. The id is nil for a sender that does not read it.
    case uses(id: String?)
    case ignores(SenderReason)

    public var isUsed: Bool {
        switch self {
        case .uses: true
        case .ignores: false
        }
    }
}

/// What makes a sender ignore a record or a policy.
public enum SenderReason: String, Hashable, Sendable, Codable, CaseIterable {
    case contentType = "content-type"
    case tooLong = "too-long"
    case encoding
    case blankLine = "blank-line"
    case lineWithoutColon = "line-without-colon"
    case fieldName = "field-name"
    case fieldValue = "field-value"
    case colonInValue = "colon-in-value"
    case repeatedField = "repeated-field"
    case version
    case mode
    /// The mode is none, and this sender has no use for that.
    case modeNone = "mode-none"
    case maxAge = "max-age"
    case maxAgeRange = "max-age-range"
    case mx
    case mxMissing = "mx-missing"

    case noRecord = "no-record"
    case severalRecords = "several-records"
    case otherText = "other-text"
    case otherTextJoined = "other-text-joined"
    case recordSyntax = "record-syntax"
    case recordVersion = "record-version"
    case id
    case repeatedID = "repeated-id"

    /// One clause, to stand behind the sender's name.
    public var phrase: String {
        switch self {
        case .contentType: "the Content-Type is not text/plain"
        case .tooLong: "the text is longer than it reads"
        case .encoding: "the text has bytes outside its charset"
        case .blankLine: "a line is blank"
        case .lineWithoutColon: "a line has no colon"
        case .fieldName: "a field name is none"
        case .fieldValue: "the value of an unknown field is none"
        case .colonInValue: "a value has a colon"
        case .repeatedField: "a field is repeated"
        case .version: "it finds no version: STSv1"
        case .mode: "it finds no mode that it knows"
        case .modeNone: "it has no use for mode none"
        case .maxAge: "it finds no max_age that it can read"
        case .maxAgeRange: "max_age is out of its range"
        case .mx: "an mx value is no host name to it"
        case .mxMissing: "it finds no mx"
        case .noRecord: "it finds no record that begins as it expects"
        case .severalRecords: "it finds more than one record"
        case .otherText: "there is other text beside the record"
        case .otherTextJoined: "it reads all text at the name as one record"
        case .recordSyntax: "a field is none"
        case .recordVersion: "it finds no v=STSv1"
        case .id: "it finds no id that it can use"
        case .repeatedID: "the id is repeated"
        }
    }
}
