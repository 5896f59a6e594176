import DNSMessage

/// Turns the bytes of a query into the bytes of an answer, as the world wants it.
struct DNSResponder {
    enum Transport {
        case datagram, stream
    }

    struct Response {
        var bytes: [UInt8]
        var delayMilliseconds = 0
        /// What is sent ahead of it, over UDP.
        var forgeries: [DNSForgery] = []
        /// False where the forgeries are all there is.
        var isSent = true
        /// How it goes out over TCP.
        var manner = DNSStreamManner.whole
    }

    private let world: any World
    /// Queries seen for names that fail at first; nothing else is remembered.
    private var failures: [FailureKey: Int] = [:]

    private struct FailureKey: Hashable {
        var name: String
        var type: RecordType
    }

    private static let maximumFailures = 65_536
    /// Largest answer over UDP, whatever the query offers; resolvers offer 1232 to 4096.
    private static let largestPayload = 4_096

    init(world: any World) { self.world = world }

    /// - Parameter bytes: anything.
    /// - Returns: nil for no answer.
    mutating func respond(to bytes: [UInt8], over transport: Transport) -> Response? {
        let query: Message
        do {
            query = try Message.decode(bytes)
        } catch {
            return Self.formatError(bytes).map { Response(bytes: $0) }
        }
        // Answering an answer could go on for ever between two servers.
        guard !query.flags.contains(.response) else { return nil }
        guard query.opcode == 0 else {
            return whole(query.reply(.notImplemented), query, transport)
        }
        guard query.questions.count == 1, let question = query.questions.first else {
            return whole(query.reply(.formatError), query, transport)
        }
        // RFC 6891 §6.1.3: only version 0 is known here.
        if let edns = query.edns, edns.version > 0 {
            return whole(query.reply(.badVersion), query, transport)
        }
        guard question.recordClass == .internet else {
            return whole(query.reply(.refused), query, transport)
        }
        let name = question.name.description
        return answer(
            world.answer(to: name, type: question.type), query,
            FailureKey(name: name, type: question.type), transport)
    }

    private mutating func answer(
        _ behaviour: DNSBehaviour, _ query: Message, _ key: FailureKey, _ transport: Transport
    ) -> Response? {
        switch behaviour {
        case .records(let records):
            let hasAnswer = records.contains { $0.type == key.type }
            return whole(
                query.reply(answers: records, authorities: hasAnswer ? [] : Self.negative), query,
                transport)
        case .nameError:
            return whole(query.reply(.nameError, authorities: Self.negative), query, transport)
        case .danglingAlias(let records):
            return whole(
                query.reply(.nameError, answers: records, authorities: Self.negative), query,
                transport)
        case .responseCode(let code):
            return whole(
                query.reply(ResponseCode(rawValue: UInt16(clamping: code) & 0xF)), query, transport)
        case .drop:
            return nil
        case .delayed(let milliseconds, let then):
            guard var response = answer(then, query, key, transport) else { return nil }
            response.delayMilliseconds += max(0, milliseconds)
            return response
        case .truncated(let then):
            guard transport == .datagram else { return answer(then, query, key, transport) }
            var reply = query.reply()
            reply.flags.insert(.truncated)
            return whole(reply, query, transport)
        case .formatErrorWithOPT(let then):
            guard query.edns != nil else { return answer(then, query, key, transport) }
            var reply = query.reply(.formatError)
            // What a server that knows no OPT answers has none.
            reply.additionals = []
            return whole(reply, query, transport)
        case .raw(let bytes):
            return Response(bytes: Self.patched(bytes, id: query.id))
        case .mischief(let mischief, let then):
            guard let response = answer(then, query, key, transport) else { return nil }
            return mischief.spoil(response, to: query, over: transport)
        case .failing(let times, let first, let then):
            return answer(hasToFail(key, times: times) ? first : then, query, key, transport)
        }
    }

    private mutating func hasToFail(_ key: FailureKey, times: Int) -> Bool {
        let seen = failures[key, default: 0]
        guard seen < times else { return false }
        // With the table full the fault is lost rather than the bound: the name has healed.
        guard seen > 0 || failures.count < Self.maximumFailures else { return false }
        failures[key] = seen + 1
        return true
    }

    private func whole(_ reply: Message, _ query: Message, _ transport: Transport) -> Response {
        var reply = reply
        reply.flags.insert(.authoritative)
        return Response(bytes: reply.encoded(limit: Self.limit(of: query, transport)))
    }

    private static func limit(of query: Message, _ transport: Transport) -> Int? {
        switch transport {
        case .stream: nil
        // RFC 6891 §6.2.3: less than 512 means 512; RFC 1035 §4.2.1: 512 without OPT.
        case .datagram: min(max(512, Int(query.edns?.payloadSize ?? 512)), largestPayload)
        }
    }

    /// FORMERR for bytes that have at least the header of a query; nothing for the rest.
    private static func formatError(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 12, bytes[2] & 0x80 == 0 else { return nil }
        return Message(
            id: UInt16(bytes[0]) << 8 | UInt16(bytes[1]), flags: [.response, .recursionAvailable],
            rcode: .formatError
        ).encoded()
    }

    private static func patched(_ bytes: [UInt8], id: UInt16) -> [UInt8] {
        guard bytes.count >= 2 else { return bytes }
        var bytes = bytes
        bytes[0] = UInt8(id >> 8)
        bytes[1] = UInt8(id & 0xFF)
        return bytes
    }

    /// RFC 2308 §3: an answer without data carries the zone's SOA.
    private static let negative: [ResourceRecord] = {
        guard let zone = try? DNSName("example"), let primary = try? DNSName("ns.lab.example"),
            let mailbox = try? DNSName("hostmaster.lab.example")
        else { return [] }
        return [
            .lab(
                zone, .soa,
                .soa(StartOfAuthority(primary: primary, mailbox: mailbox, minimum: 300)))
        ]
    }()
}
