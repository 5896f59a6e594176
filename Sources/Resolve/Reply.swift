public import DNSMessage
public import Evidence

/// What one question came to.
public struct Reply: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        /// Data of the type asked for at the end of the CNAME chain, in the order given, without
        /// repeats; never empty.
        case found([RecordData])
        case noData
        case nameMissing
        case failed(LookupFailure)

        var failure: LookupFailure? {
            if case .failed(let failure) = self { failure } else { nil }
        }
    }

    public var outcome: Outcome
    /// CNAME targets in the order followed, lower case, without the final dot.
    public var aliases: [String]
    /// Seconds the answer may be kept: the least over the chain and the records, or for a negative
    /// answer what its SOA says (RFC 2308 §5). Nil when nothing says it.
    public var ttl: UInt32?
    /// The resolver vouches for the answer by DNSSEC (AD, RFC 4035 §3.2.3).
    public var isAuthenticated: Bool
    /// Queries it took; 0 when none could be sent.
    public var queries: Int

    public init(
        _ outcome: Outcome, aliases: [String] = [], ttl: UInt32? = nil,
        isAuthenticated: Bool = false, queries: Int = 1
    ) {
        self.outcome = outcome
        self.aliases = aliases
        self.ttl = ttl
        self.isAuthenticated = isAuthenticated
        self.queries = queries
    }

    /// CNAMEs followed before the chain counts as endless; resolvers stop near the same number.
    public static let maximumAliases = 16
}

extension Reply {
    /// Reads a message as the reply to `question`.
    init(_ message: Message, to question: Message.Question) {
        guard message.flags.contains(.response), message.opcode == 0,
            message.questions.count == 1, message.questions.first == question,
            // c-ares asks again over TCP: what is still cut short is no whole answer.
            !message.flags.contains(.truncated)
        else {
            self.init(.failed(.malformedReply))
            return
        }
        var chain = Chain(start: question.name)
        let ended = chain.follow(message.answers, type: question.type)
        let outcome: Outcome =
            if let failure = LookupFailure(message.rcode) {
                .failed(failure)
            } else if !ended {
                .failed(.aliasLoop)
            } else if message.rcode == .nameError {
                // RFC 6604 §3: the code speaks of the end of the chain.
                .nameMissing
            } else {
                chain.data.isEmpty ? .noData : .found(chain.data)
            }
        if case .found = outcome {} else { chain.readNegativeTTL(message.authorities) }
        self.init(
            outcome, aliases: chain.names.dropFirst().map(\.description), ttl: chain.ttl,
            isAuthenticated: message.flags.contains(.authenticData))
    }
}

extension LookupFailure {
    /// Nil for the two codes that are answers.
    init?(_ rcode: ResponseCode) {
        switch rcode {
        case .noError, .nameError: return nil
        case .formatError: self = .formatError
        case .serverFailure: self = .serverFailure
        case .notImplemented: self = .notImplemented
        case .refused: self = .refused
        default: self = .responseCode(Int(rcode.rawValue))
        }
    }
}

/// Walks from the name asked for along the CNAMEs of an answer section (RFC 1034 §3.6.2).
private struct Chain {
    /// The name asked for, then each target.
    var names: [DNSName]
    var data: [RecordData] = []
    var ttl: UInt32?

    init(start: DNSName) { names = [start] }

    /// Records that the chain does not lead to are ignored, whatever their order.
    ///
    /// - Returns: false when the chain loops or is too long.
    mutating func follow(_ answers: [ResourceRecord], type: RecordType) -> Bool {
        while let name = names.last {
            var target: (name: DNSName, ttl: UInt32)?
            var seen: Set<RecordData> = []
            for record in answers
            where record.recordClass == .internet && record.name == name {
                if record.type == type {
                    // RFC 2181 §5: a set has no two records with the same data.
                    if seen.insert(record.data).inserted { data.append(record.data) }
                    limit(record.ttl)
                } else if case .cname(let next) = record.data, target == nil {
                    target = (next, record.ttl)
                }
            }
            guard data.isEmpty, let target else { return true }
            guard names.count <= Reply.maximumAliases, !names.contains(target.name) else {
                return false
            }
            limit(target.ttl)
            names.append(target.name)
        }
        return true
    }

    // RFC 2308 §5: the lesser of the SOA's own TTL and its minimum.
    mutating func readNegativeTTL(_ authorities: [ResourceRecord]) {
        for record in authorities {
            guard case .soa(let soa) = record.data else { continue }
            limit(min(record.ttl, soa.minimum))
        }
    }

    private mutating func limit(_ seconds: UInt32) { ttl = min(ttl ?? .max, seconds) }
}
