/// A DNS message (RFC 1035 §4).
public struct Message: Hashable, Sendable {
    public var id: UInt16
    public var flags: Flags
    /// 0...15; 0 is a standard query.
    public var opcode: UInt8
    /// With the upper bits from OPT. Encoding a code above 15 needs an OPT among the additionals.
    public var rcode: ResponseCode
    public var questions: [Question]
    public var answers: [ResourceRecord]
    public var authorities: [ResourceRecord]
    public var additionals: [ResourceRecord]

    public init(
        id: UInt16, flags: Flags = [], opcode: UInt8 = 0, rcode: ResponseCode = .noError,
        questions: [Question] = [], answers: [ResourceRecord] = [],
        authorities: [ResourceRecord] = [], additionals: [ResourceRecord] = []
    ) {
        self.id = id
        self.flags = flags
        self.opcode = opcode
        self.rcode = rcode
        self.questions = questions
        self.answers = answers
        self.authorities = authorities
        self.additionals = additionals
    }

    /// The single-bit fields of the header, at their places in its second 16 bits.
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// QR.
        public static let response = Flags(rawValue: 1 << 15)
        /// AA.
        public static let authoritative = Flags(rawValue: 1 << 10)
        /// TC.
        public static let truncated = Flags(rawValue: 1 << 9)
        /// RD.
        public static let recursionDesired = Flags(rawValue: 1 << 8)
        /// RA.
        public static let recursionAvailable = Flags(rawValue: 1 << 7)
        /// AD (RFC 4035 §3.2.3); in a query, a wish to be told (RFC 6840 §5.7).
        public static let authenticData = Flags(rawValue: 1 << 5)
        /// CD.
        public static let checkingDisabled = Flags(rawValue: 1 << 4)

        static let all: Flags = [
            .response, .authoritative, .truncated, .recursionDesired, .recursionAvailable,
            .authenticData, .checkingDisabled,
        ]
    }

    public struct Question: Hashable, Sendable {
        public var name: DNSName
        public var type: RecordType
        public var recordClass: RecordClass

        public init(name: DNSName, type: RecordType, recordClass: RecordClass = .internet) {
            self.name = name
            self.type = type
            self.recordClass = recordClass
        }
    }

    /// The OPT among the additionals; nil when the sender does not speak EDNS.
    public var edns: ExtendedDNS? {
        for record in additionals {
            if case .opt(let edns) = record.data { return edns }
        }
        return nil
    }

    /// An OPT record to put among the additionals.
    public static func opt(_ edns: ExtendedDNS) -> ResourceRecord {
        ResourceRecord(
            name: .root, type: .opt,
            recordClass: RecordClass(rawValue: edns.payloadSize), ttl: 0, data: .opt(edns))
    }

    /// A query with recursion desired.
    ///
    /// - Parameter payloadSize: what OPT announces; nil leaves OPT out.
    public static func query(
        id: UInt16, _ name: DNSName, _ type: RecordType, payloadSize: UInt16? = nil
    ) -> Message {
        Message(
            id: id, flags: [.recursionDesired],
            questions: [Question(name: name, type: type)],
            additionals: payloadSize.map { [opt(ExtendedDNS(payloadSize: $0))] } ?? [])
    }

    /// A reply to this query: same id and question, recursion available, and an OPT when the
    /// query had one (RFC 6891 §6.1.1).
    public func reply(
        _ rcode: ResponseCode = .noError, answers: [ResourceRecord] = [],
        authorities: [ResourceRecord] = []
    ) -> Message {
        Message(
            id: id,
            flags: flags.intersection([.recursionDesired, .checkingDisabled])
                .union([.response, .recursionAvailable]),
            opcode: opcode, rcode: rcode, questions: questions, answers: answers,
            authorities: authorities,
            additionals: edns == nil ? [] : [Self.opt(ExtendedDNS(payloadSize: 1232))])
    }
}
