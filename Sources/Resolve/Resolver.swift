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
        await reply(to: ask(name, type))
    }

    // MARK: - Asking first, waiting later: two questions in flight without a task for each

    enum Asked {
        case pending(PendingQuery)
        case settled(Reply)
    }

    func ask(_ text: String, _ type: RecordType) -> Asked {
        guard let name = try? DNSName(text) else {
            return .settled(Reply(.failed(.unaskableName), queries: 0))
        }
        // RFC 7686 §2: names under .onion are not for DNS; NXDOMAIN without asking.
        if let onion = Self.onion, name.isWithin(onion) {
            return .settled(Reply(.nameMissing, queries: 0))
        }
        if Task.isCancelled { return .settled(Reply(.failed(.transport), queries: 0)) }
        let query = PendingQuery(Message.Question(name: name, type: type))
        lane.start(query)
        return .pending(query)
    }

    private static let onion = try? DNSName("onion")

    func reply(to asked: Asked) async -> Reply {
        switch asked {
        case .pending(let query): await reply(to: query)
        case .settled(let reply): reply
        }
    }

    private func reply(to query: PendingQuery) async -> Reply {
        let message: Message
        switch await wait(for: query) {
        case .failed(let failure): return Reply(.failed(failure))
        case .message(let bytes):
            do throws(DecodingFailure) {
                message = try Message.decode(bytes)
            } catch {
                return Reply(.failed(.malformedReply))
            }
        }
        if message.edns == nil, let channel = query.channel { lane.examine(channel) }
        // RFC 6891 §7: a FORMERR without OPT may mean that the server does not know EDNS. c-ares
        // asks again without it only for the first such answer of a channel.
        guard message.rcode == .formatError, message.edns == nil, !Task.isCancelled,
            (try? plainLane.open(1)) != nil
        else { return Reply(message, to: query.question) }
        let plain = PendingQuery(query.question)
        plainLane.start(plain)
        var reply: Reply
        switch await wait(for: plain) {
        case .failed(let failure): reply = Reply(.failed(failure))
        case .message(let bytes):
            if let message = try? Message.decode(bytes) {
                reply = Reply(message, to: query.question)
            } else {
                reply = Reply(.failed(.malformedReply))
            }
        }
        reply.queries = 2
        return reply
    }

    private func wait(for query: PendingQuery) async -> PendingQuery.Answer {
        await withTaskCancellationHandler {
            await query.wait(isolation: self)
        } onCancel: {
            // This may be any thread: the box is touched on the loop's only.
            Task(executorPreference: loop) { await self.abandon(query) }
        }
    }

    /// Lets the asker go; c-ares still waits for the answer, since it can only cancel everything.
    private func abandon(_ query: PendingQuery) {
        query.finish(.failed(.transport))
    }
}
