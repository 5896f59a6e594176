internal import DNSMessage

/// How an answer is spoilt on its way: by the server, or by somebody who only pretends to be it.
public enum DNSMischief: Sendable {
    // Datagrams ahead of the true answer, all of which say NXDOMAIN. They are told apart by where
    // they come from and what they claim to answer (RFC 5452 §9.1).
    case forged(Forgery)
    /// The forgeries, and nothing else.
    case onlyForged(Forgery)

    // The message.
    /// The query itself, sent back.
    case echo
    /// NOERROR without a question.
    case questionMissing
    case questionTwice
    /// The records are those of another name.
    case otherName
    /// An owner name that is a pointer to itself (RFC 1035 §4.1.4).
    case pointerLoop
    /// One record more is announced than there is.
    case oneMissing
    /// Bytes behind the last record.
    case trailingBytes
    /// RFC 6891 §6.1.1: there must be one at most.
    case optTwice
    /// RFC 6891 §6.1.3, whatever version was asked with.
    case badVersion
    /// All TTLs are this.
    case ttl(UInt32)
    /// A chain of so many CNAMEs leads to the records.
    case aliasChain(Int)
    /// The name is an alias of itself.
    case aliasOfItself
    /// Two names that are aliases of each other.
    case aliasLoop
    /// The first in the answer has an alias and the records both (RFC 2181 §10.1 forbids it).
    case aliasBesideData
    /// All records have the class CH.
    case otherClass
    /// So many TXT records of one short string each behind the true ones.
    case texts(Int)
    /// One TXT record of so many bytes in strings of 255.
    case longText(Int)

    // The stream. The datagram has TC set and nothing else.
    /// TC over TCP, too.
    case truncated
    case stream(DNSStreamManner)

    public enum Forgery: Sendable {
        case otherID
        case otherQuestion
        case otherType
        case otherPort
        case otherAddress
        /// Random bytes behind the id.
        case noise
        /// Three bytes.
        case stump
    }
}

/// How an answer goes out over TCP (RFC 1035 §4.2.2).
public enum DNSStreamManner: Sendable {
    case whole
    /// So many bytes, the length's two included, and then silence.
    case stalls(afterBytes: Int)
    /// So many bytes, and then FIN.
    case closes(afterBytes: Int)
    /// Whole, behind this length.
    case announces(length: UInt16)
}

/// A datagram that is no answer.
struct DNSForgery {
    enum Source { case server, otherPort, otherAddress }

    var bytes: [UInt8]
    var source = Source.server
}

extension DNSMischief {
    /// - Parameter response: whole and true.
    func spoil(
        _ response: DNSResponder.Response, to query: Message, over transport: DNSResponder.Transport
    ) -> DNSResponder.Response {
        var response = response
        let isDatagram = transport == .datagram
        switch self {
        case .forged(let forgery):
            if isDatagram { response.forgeries = [forgery.datagram(for: query)] }
        case .onlyForged(let forgery):
            if isDatagram { response.forgeries = [forgery.datagram(for: query)] }
            response.isSent = !isDatagram
        case .truncated: response.bytes = Self.cut(query)
        case .stream(let manner):
            if isDatagram { response.bytes = Self.cut(query) } else { response.manner = manner }
        case .echo, .questionMissing, .questionTwice, .otherName, .pointerLoop, .oneMissing,
            .trailingBytes, .optTwice, .badVersion, .ttl, .aliasChain, .aliasOfItself, .aliasLoop,
            .aliasBesideData, .otherClass, .texts, .longText:
            // What we ask for over UDP, as a resolver does (RFC 6891 §6.2.3).
            let limit = isDatagram ? 1_232 : Message.maximumLength
            response.bytes = message(query, response, limit) ?? response.bytes
        }
        return response
    }

    private static func cut(_ query: Message) -> [UInt8] {
        var reply = query.reply()
        reply.flags.insert(.truncated)
        return reply.encoded()
    }

    /// Nil where the message stays as it is.
    private func message(
        _ query: Message, _ response: DNSResponder.Response, _ limit: Int
    ) -> [UInt8]? {
        guard var reply = try? Message.decode(response.bytes), let question = query.questions.first
        else { return nil }
        let answers = Answers(question: question, of: reply.answers)
        switch self {
        case .forged, .onlyForged, .truncated, .stream: return nil
        case .echo: return query.encoded()
        case .questionMissing: reply.questions = []
        case .questionTwice: reply.questions += reply.questions
        case .otherName: reply.answers = answers.moved()
        case .pointerLoop:
            return Self.announcing(1, in: query.reply().encodedBare, behind: answers.pointerLoop)
        case .oneMissing:
            return Self.announcing(UInt16(reply.answers.count + 1), in: reply.encoded(limit: limit))
        case .trailingBytes:
            return reply.encoded(limit: limit) + [UInt8](repeating: 0xFF, count: 64)
        case .optTwice: return Self.withOPTTwice(reply, limit)
        case .badVersion: reply = query.reply(.badVersion)
        case .ttl(let seconds):
            for index in reply.answers.indices { reply.answers[index].ttl = seconds }
        case .aliasChain(let length): reply.answers = answers.behindAliases(length)
        case .aliasOfItself: reply.answers = [answers.alias(question.name, question.name)]
        case .aliasLoop:
            reply.answers = [
                answers.alias(question.name, answers.other),
                answers.alias(answers.other, question.name),
            ]
        case .aliasBesideData:
            reply.answers = [answers.alias(question.name, answers.other)] + reply.answers
        case .otherClass:
            for index in reply.answers.indices {
                reply.answers[index].recordClass = RecordClass(rawValue: 3)
            }
        case .texts(let count): reply.answers = answers.texts(count)
        case .longText(let length): reply.answers = answers.longText(length)
        }
        return reply.encoded(limit: limit)
    }

    /// The header's count of answers is patched; `records` come behind the rest.
    private static func announcing(
        _ count: UInt16, in bytes: [UInt8], behind records: [UInt8] = []
    ) -> [UInt8] {
        var bytes = bytes
        bytes[6] = UInt8(count >> 8)
        bytes[7] = UInt8(count & 0xFF)
        return bytes + records
    }

    private static func withOPTTwice(_ reply: Message, _ limit: Int) -> [UInt8] {
        var bytes = reply.encoded(limit: limit)
        guard let opt = reply.additionals.first(where: { $0.type == .opt }) else { return bytes }
        var lone = Message(id: 0)
        lone.additionals = [opt]
        bytes += lone.encoded().dropFirst(12)
        bytes[11] += 1
        return bytes
    }
}

extension DNSMischief.Forgery {
    fileprivate func datagram(for query: Message) -> DNSForgery {
        var reply = query.reply(.nameError)
        switch self {
        case .otherID: reply.id ^= 0x5A5A
        case .otherQuestion:
            if let other = try? DNSName("another.lab.example") {
                for index in reply.questions.indices { reply.questions[index].name = other }
            }
        case .otherType:
            for index in reply.questions.indices { reply.questions[index].type = .ns }
        case .otherPort: return DNSForgery(bytes: reply.encoded(), source: .otherPort)
        case .otherAddress: return DNSForgery(bytes: reply.encoded(), source: .otherAddress)
        case .noise:
            let id = [UInt8(query.id >> 8), UInt8(query.id & 0xFF)]
            return DNSForgery(bytes: id + (0..<400).map { UInt8(truncatingIfNeeded: $0 &* 167) })
        case .stump: return DNSForgery(bytes: [UInt8(query.id >> 8), UInt8(query.id & 0xFF), 0x81])
        }
        return DNSForgery(bytes: reply.encoded())
    }
}

extension Message {
    /// Without OPT: nothing stands behind the question.
    fileprivate var encodedBare: [UInt8] {
        var message = self
        message.additionals = []
        return message.encoded()
    }
}
