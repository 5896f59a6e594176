/// The `_smtp._tls` TXT record of a policy domain (RFC 8460 §3).
public struct TLSRPTRecord: Hashable, Sendable {
    /// `mailto:` and `https:` URIs in their order, of all `rua` fields; at least one.
    public let rua: [String]
    /// Fields that a reporter ignores, in their order.
    public let extensions: [ExtensionField]

    init(rua: [String], extensions: [ExtensionField]) {
        self.rua = rua
        self.extensions = extensions
    }

    /// The record in one line with one `rua` field. Reading it gives an equal record.
    public var text: String {
        let fields =
            ["v=TLSRPTv1", "rua=" + rua.joined(separator: ",")]
            + extensions.map { "\($0.name)=\($0.value)" }
        return fields.joined(separator: "; ")
    }
}

/// What one TXT record says when read by the grammar of RFC 8460 §3.
public struct TLSRPTRecordReading: Hashable, Sendable {
    /// Nil exactly when there are problems.
    public let record: TLSRPTRecord?
    /// Everything wrong, from left to right; at most `ProblemLimit.count`.
    public let problems: [TLSRPTRecordProblem]
}

/// One thing wrong with a TLSRPT record. Every one makes a reporter ignore the record.
public struct TLSRPTRecordProblem: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case version(RecordVersionProblem)
        case ruaMissing
        case ruaInvalid(RUAProblem)
        case syntax(RecordSyntaxProblem)
    }

    public let kind: Kind
    /// Bytes from the start of the record, from 0.
    public let offset: Int
    /// The offending part, at most `ProblemLimit.textBytes` long, broken UTF-8 as U+FFFD.
    public let text: String
}

/// Why an entry of `rua` is no address for reports.
public enum RUAProblem: Hashable, Sendable {
    /// No value, or nothing between two commas or behind the last one.
    case empty
    /// No `mailto:` or `https:` in front, mostly a bare mail address.
    case noScheme
    /// A scheme that RFC 8460 does not allow, such as `http` or `ftp`.
    case scheme
    /// `https:` without `//` and a host.
    case noHost
    /// `mailto:` without an address.
    case noAddress
    case whiteSpace
    /// A `%` without two hexadecimal digits.
    case percentEncoding
    /// `!` or another byte that has to be percent-encoded.
    case character(UInt8)
}
