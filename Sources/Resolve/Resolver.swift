public import DNSMessage
internal import Evidence
public import Loop

/// Asks recursive resolvers, thousands of questions at a time, on one loop.
///
/// A question always comes to a `Reply`, never to an error: "no such name", "nothing of that
/// type" and every way of not finding out are kept apart there. Transient failures are not asked
/// again here beyond `ResolverConfiguration.tries`; that is the caller's decision.
///
/// Call `close()` before letting go of it and before the loop is stopped: its sockets and timer
/// stay with the loop otherwise. Cost: a few microseconds of CPU per query on the loop's thread;
/// a task that prefers the loop as its executor pays no hop.
public actor Resolver {
    private let loop: Loop
    private let lane: ChannelLane
    /// For servers that do not understand OPT (RFC 6891 §7); opened when one is met.
    private let plainLane: ChannelLane

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// Makes the channels; nothing is sent before the first query.
    public init(
        loop: Loop, configuration: ResolverConfiguration = ResolverConfiguration()
    ) throws(ResolverFailure) {
        guard configuration.timeout > .zero, configuration.tries > 0, configuration.channels > 0,
            configuration.inFlightPerChannel > 0, configuration.queriesPerChannel > 0,
            // RFC 6891 §6.2.3: smaller values count as 512.
            configuration.ednsPayload >= 512
        else { throw .invalidConfiguration }
        self.loop = loop
        lane = ChannelLane(configuration, loop: loop, usesEDNS: true)
        plainLane = ChannelLane(configuration, loop: loop, usesEDNS: false)
        try lane.open(configuration.channels)
    }

    /// Ends all queries with `.transport` and closes the sockets. May be called again.
    public func close() {
        lane.close()
        plainLane.close()
    }

    public var statistics: ResolverStatistics { lane.statistics + plainLane.statistics }

    /// Asks for the records of one type at a name.
    ///
    /// A task that is cancelled returns at once with `.failed(.transport)`, which says nothing
    /// about the name; other queries are not touched.
    ///
    /// - Parameter name: presentation form, with or without the final dot.
    public func query(_ name: String, _ type: RecordType) async -> Reply {
        await replies(to: [Question(name, type)]).first ?? Reply(.failed(.transport), queries: 0)
    }

    /// What is asked: the records of one type at a name in presentation form.
    public struct Question: Hashable, Sendable {
        public var name: String
        public var type: RecordType

        public init(_ name: String, _ type: RecordType) {
            self.name = name
            self.type = type
        }
    }

    /// Asks all of them at once; the replies come in the order of the questions.
    ///
    /// The task is suspended and woken once, however many they are: that is most of what a query
    /// costs beside its two system calls.
    public func replies(to questions: [Question]) async -> [Reply] {
        let gathering = Gathering()
        let asked = questions.map { ask($0, gathering) }
        let pending = asked.compactMap(\.query)
        if !pending.isEmpty { await wait(for: gathering, of: pending) }
        var replies: [Reply] = []
        replies.reserveCapacity(asked.count)
        for asked in asked {
            switch asked {
            case .settled(let reply): replies.append(reply)
            case .pending(let query): replies.append(await reply(to: query))
            }
        }
        return replies
    }

    private enum Asked {
        case pending(PendingQuery)
        case settled(Reply)

        var query: PendingQuery? {
            switch self {
            case .pending(let query): query
            case .settled: nil
            }
        }
    }

    private func ask(_ question: Question, _ gathering: Gathering) -> Asked {
        guard let name = try? DNSName(question.name) else {
            return .settled(Reply(.failed(.unaskableName), queries: 0))
        }
        // RFC 7686 §2: names under .onion are not for DNS; NXDOMAIN without asking.
        if let onion = Self.onion, name.isWithin(onion) {
            return .settled(Reply(.nameMissing, queries: 0))
        }
        if Task.isCancelled { return .settled(Reply(.failed(.transport), queries: 0)) }
        let query = PendingQuery(
            Message.Question(name: name, type: question.type), in: gathering)
        lane.start(query)
        return .pending(query)
    }

    private static let onion = try? DNSName("onion")

    /// Reads the answer of a query that is finished.
    private func reply(to query: PendingQuery) async -> Reply {
        let answer = Read(query)
        if answer.lacksOPT, let channel = query.channel { lane.examine(channel) }
        lane.learn(from: answer.reply.outcome.failure, to: query)
        // RFC 6891 §7: a FORMERR without OPT may mean that the server does not know EDNS. c-ares
        // asks again without it only for the first such answer of a channel.
        guard answer.lacksOPT, answer.isFormatError, !Task.isCancelled,
            (try? plainLane.open(1)) != nil
        else { return answer.reply }
        let gathering = Gathering()
        let plain = PendingQuery(query.question, in: gathering)
        plainLane.start(plain)
        await wait(for: gathering, of: [plain])
        var reply = Read(plain).reply
        reply.queries = 2
        return reply
    }

    /// What a finished query came to.
    private struct Read {
        var reply: Reply
        /// There was a message, and no OPT in it.
        var lacksOPT = false
        /// Of the message's header: some repeat no question, which makes the reply a malformed one.
        var isFormatError = false

        init(_ query: PendingQuery) {
            switch query.answer {
            // Not finished: nobody waits any more.
            case nil: reply = Reply(.failed(.transport))
            case .failed(let failure): reply = Reply(.failed(failure))
            case .message(let bytes):
                do throws(DecodingFailure) {
                    let message = try Message.decode(bytes)
                    reply = Reply(message, to: query.question)
                    lacksOPT = message.edns == nil
                    isFormatError = message.rcode == .formatError
                } catch {
                    reply = Reply(.failed(.malformedReply))
                }
            }
        }
    }

    private func wait(for gathering: Gathering, of queries: [PendingQuery]) async {
        await withTaskCancellationHandler {
            await gathering.wait(isolation: self)
        } onCancel: {
            // This may be any thread: the boxes are touched on the loop's only.
            Task(executorPreference: loop) { await self.abandon(queries) }
        }
    }

    /// Lets the asker go; c-ares still waits for the answers, since it can only cancel everything.
    private func abandon(_ queries: [PendingQuery]) {
        for query in queries { query.finish(.failed(.transport)) }
    }
}
