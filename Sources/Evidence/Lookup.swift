/// What one DNS question came to, seen through any CNAMEs.
///
/// The four outcomes are kept apart because senders treat them differently: a name that does not
/// exist is an answer, a lookup that failed is not (RFC 8461 §3.1, RFC 2308).
public struct Lookup<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
    public enum Outcome: Hashable, Sendable, Codable {
        /// NOERROR with records of the type asked for, at the end of the CNAME chain.
        case found(Value)
        /// NOERROR without such records.
        case noData
        /// NXDOMAIN, of the name itself or of the end of its CNAME chain.
        case nameMissing
        /// No answer that says anything about the name.
        case failed(LookupFailure)
    }

    public var outcome: Outcome
    /// CNAME targets in the order followed, lower case, without the trailing dot; empty if none.
    public var aliases: [String]

    public init(_ outcome: Outcome, aliases: [String] = []) {
        self.outcome = outcome
        self.aliases = aliases
    }

    public var found: Value? {
        if case .found(let value) = outcome { return value }
        return nil
    }

    public var failure: LookupFailure? {
        if case .failed(let failure) = outcome { return failure }
        return nil
    }

    /// The question was answered and there is nothing of the type asked for.
    public var isEmpty: Bool {
        switch outcome {
        case .noData, .nameMissing: true
        case .found, .failed: false
        }
    }

    public func map<Other>(_ transform: (Value) -> Other) -> Lookup<Other> {
        switch outcome {
        case .found(let value): Lookup<Other>(.found(transform(value)), aliases: aliases)
        case .noData: Lookup<Other>(.noData, aliases: aliases)
        case .nameMissing: Lookup<Other>(.nameMissing, aliases: aliases)
        case .failed(let failure): Lookup<Other>(.failed(failure), aliases: aliases)
        }
    }
}

/// Why a DNS question got no answer about the name. All of these mean "not measured".
public enum LookupFailure: Hashable, Sendable, Codable {
    case serverFailure
    case refused
    case formatError
    case notImplemented
    /// Any other response code.
    case responseCode(Int)
    case timeout
    /// The query could not be sent, or ICMP said the resolver is not there.
    case transport
    /// A reply that cannot be decoded, or that answers another question.
    case malformedReply
    /// A CNAME loop, or a chain above the limit.
    case aliasLoop
    /// The name cannot be put into a query (a label above 63 octets, above 255 in all).
    case unaskableName

    /// Whether asking again may help. All but a name that can never be asked.
    public var isTransient: Bool { self != .unaskableName }
}

/// One TXT record: its character-strings joined without a space (RFC 8461 §3.1, RFC 8460 §3).
public typealias TXTRecord = Octets

/// One MX record. `host` is lower case without the trailing dot; the root (null MX, RFC 7505)
/// is the empty string. Bytes a label may not hold are written as `\DDD`.
public struct MXRecord: Hashable, Sendable, Codable, Comparable {
    public var preference: UInt16
    public var host: String

    public init(preference: UInt16, host: String) {
        self.preference = preference
        self.host = host
    }

    public static func < (a: MXRecord, b: MXRecord) -> Bool {
        (a.preference, a.host) < (b.preference, b.host)
    }

    /// `.` as the only exchange: the domain takes no mail (RFC 7505 §3).
    public var isNull: Bool { host.isEmpty }
}

/// The A and AAAA lookups of one host.
public struct HostAddresses: Hashable, Sendable, Codable {
    public var v4: Lookup<[IPAddress]>
    public var v6: Lookup<[IPAddress]>

    public init(v4: Lookup<[IPAddress]>, v6: Lookup<[IPAddress]>) {
        self.v4 = v4
        self.v6 = v6
    }

    /// All addresses, sorted, IPv4 first: which order a server gave is no fact worth keeping.
    public var all: [IPAddress] { ((v4.found ?? []) + (v6.found ?? [])).sorted() }

    /// The longer of the two CNAME chains (they differ only when one lookup failed).
    public var aliases: [String] { v4.aliases.count >= v6.aliases.count ? v4.aliases : v6.aliases }

    /// Set when no address was found and one of the lookups failed: there may be one.
    public var failure: LookupFailure? { all.isEmpty ? v4.failure ?? v6.failure : nil }

    /// Both lookups answered that there is no address.
    public var isMissing: Bool { v4.isEmpty && v6.isEmpty }
}
