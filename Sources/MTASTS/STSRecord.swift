/// The `_mta-sts` TXT record of a policy domain (RFC 8461 §3.1), as a sender reads it.
public struct STSRecord: Hashable, Sendable {
    /// 1 to 32 ASCII letters and digits. There is no order among ids: only a change counts.
    public let id: String
    /// Fields that a sender ignores, in their order. A repeated `id` or `v` is among them,
    /// since the first entry of a field wins.
    public let extensions: [ExtensionField]

    init(id: String, extensions: [ExtensionField]) {
        self.id = id
        self.extensions = extensions
    }

    /// - Parameter id: nil is returned when it is not 1 to 32 ASCII letters and digits.
    public init?(id: String) {
        var cursor = ByteCursor(Array(id.utf8))
        guard cursor.stsIDValue() != nil, cursor.isAtEnd else { return nil }
        self.init(id: id, extensions: [])
    }

    /// The record in the form of the RFC's example: `v=STSv1; id=20160831085700Z;`.
    /// Reading it gives an equal record.
    public var text: String {
        let fields = ["v=STSv1", "id=\(id)"] + extensions.map { "\($0.name)=\($0.value)" }
        return fields.map { $0 + ";" }.joined(separator: " ")
    }
}

/// A field of a record or policy that its RFC does not define.
public struct ExtensionField: Hashable, Sendable {
    public let name: String
    public let value: String

    init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// What one TXT record says when read by the grammar of RFC 8461 §3.1.
public struct STSRecordReading: Hashable, Sendable {
    /// Nil exactly when there are problems.
    public let record: STSRecord?
    /// Everything wrong, from left to right; at most `ProblemLimit.count`.
    public let problems: [STSRecordProblem]
}

/// One thing wrong with an STS record. Every one makes a sender ignore the record.
public struct STSRecordProblem: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// The record does not begin with `v=STSv1`, byte for byte.
        case version(RecordVersionProblem)
        case idMissing
        case idInvalid(IDProblem)
        case syntax(RecordSyntaxProblem)
    }

    public let kind: Kind
    /// Bytes from the start of the record, from 0.
    public let offset: Int
    /// The offending part, at most `ProblemLimit.textBytes` long, broken UTF-8 as U+FFFD.
    public let text: String
}

/// Why the value of `id` is none (RFC 8461 §3.1 `sts-id`).
public enum IDProblem: Hashable, Sendable {
    case empty
    /// More than 32 characters.
    case tooLong(bytes: Int)
    /// The first byte that is no ASCII letter or digit.
    case character(UInt8)
}

/// Why a TXT record does not begin with the version that its RFC requires.
public enum RecordVersionProblem: Hashable, Sendable {
    /// `v=stsv1`, `V=STSv1`: the version is case-sensitive.
    case wrongCase
    case leadingWhiteSpace
    /// `v = STSv1`.
    case whiteSpaceAroundEquals
    /// The quotes of a zone file were published as part of the text.
    case quoted
    /// The version stands behind another field.
    case notFirst
    /// Another version, such as `v=STSv2` or `v=STSv10`.
    case other
    /// No version field at all.
    case missing
}

/// What breaks the grammar that STS and TLSRPT records share.
public enum RecordSyntaxProblem: Hashable, Sendable {
    /// White space where `;` has to stand between two fields.
    case missingDelimiter
    /// `\;`: an escape of a zone file or a DNS panel was published as part of the text.
    case escapedDelimiter
    /// Two semicolons with nothing between them.
    case emptyField
    /// White space at the end that no `;` follows.
    case trailingWhiteSpace
    case noEquals
    case whiteSpaceAroundEquals
    /// Not 1 to 32 of letters, digits, `_`, `-`, `.`, beginning with a letter or digit.
    case fieldName
    case emptyValue
    /// The first byte that a value may not hold.
    case character(UInt8)
    /// White space before the first `;`, in a record that is not alone at its name: such a
    /// record is discarded before it is read.
    case discardedAmongOthers
}

/// Bounds of what is reported about one text, however long and however broken it is.
public enum ProblemLimit {
    /// Problems kept for one text; the rest is read but not listed.
    public static let count = 50
    /// Bytes of an offending text that are kept.
    public static let textBytes = 80
}
