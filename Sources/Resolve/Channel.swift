internal import CCares
internal import DNSMessage
internal import Evidence
internal import Loop

/// One c-ares channel in service: a UDP socket per server and what is in flight on it.
/// Loop thread only, apart from making one.
final class Channel {
    private var handle: ChannelHandle?
    private let sockets: ChannelSockets
    private weak var lane: ChannelLane?
    private let payloadSize: UInt16?
    private(set) var inFlight = 0
    private(set) var queries = 0
    private(set) var timeouts = 0
    private var ids = QueryIDs()
    /// A query got no answer in time while there was a TCP connection.
    ///
    /// c-ares keeps that connection, and with part of a message on it every later answer is read
    /// from the wrong place: all that follows over TCP would be lost with it.
    private(set) var hasStalledStream = false

    /// - Parameter usesEDNS: whether queries carry an OPT.
    init(
        _ configuration: ResolverConfiguration, loop: Loop, lane: ChannelLane, usesEDNS: Bool
    ) throws(ResolverFailure) {
        sockets = ChannelSockets(loop: loop)
        self.lane = lane
        payloadSize = usesEDNS ? configuration.ednsPayload : nil
        handle = try ChannelHandle(configuration, usesEDNS: usesEDNS, sockets: sockets)
        sockets.channel = self
    }

    var receiveBufferBytes: Int? { sockets.receiveBufferBytes }

    /// False when c-ares has given up EDNS on this channel and the queries still use it. Costs an
    /// allocation or two: to be asked only when an answer came without OPT.
    var isIntact: Bool { payloadSize == nil || handle?.hasEDNS ?? true }

    /// Hands the query to c-ares, which may answer before this returns.
    func send(_ query: PendingQuery) {
        inFlight += 1
        queries += 1
        query.channel = self
        // c-ares' own ids are weakly random, and its own encoder knows only some escapes.
        // RFC 6840 §5.7: AD in a query asks whether the answer was validated.
        let message = Message.encodedQuery(
            id: ids.next(), query.question, flags: [.recursionDesired, .authenticData],
            payloadSize: payloadSize)
        handle?.send(message, for: query)
    }

    /// Called by c-ares, exactly once per query; must not call c-ares again.
    func completed(_ query: PendingQuery, status: Int32, reply: [UInt8]) {
        inFlight -= 1
        lane?.landed()
        switch status {
        case CCARES_SUCCESS:
            query.finish(.message(reply))
        case CCARES_ETIMEOUT:
            timeouts += 1
            if sockets.hasStream {
                hasStalledStream = true
                lane?.hasStalledStream = true
            }
            query.finish(.failed(.timeout))
        case CCARES_EBADRESP:
            query.finish(.failed(.malformedReply))
        default:
            // Not sent, refused by ICMP, or the channel was destroyed.
            query.finish(.failed(.transport))
        }
    }

    func ready(_ descriptor: Int32, _ readiness: Loop.Readiness) {
        // A failure shows itself by reading.
        let isReadable = !readiness.isDisjoint(with: [.readable, .failed])
        handle?.process(
            reading: isReadable ? descriptor : nil,
            writing: readiness.contains(.writable) ? descriptor : nil)
        lane?.settle()
    }

    /// Ends queries whose time is up, or tries them again.
    ///
    /// Reads first: on a busy machine the answer may be here already, and what we were too slow to
    /// read is no timeout of the resolver's.
    func checkTimeouts() {
        guard inFlight > 0 else { return }
        for descriptor in sockets.open { handle?.process(reading: descriptor, writing: nil) }
        handle?.process(reading: nil, writing: nil)
    }

    /// Ends all that is in flight as failed and closes the sockets. Not to be called from a
    /// callback of this channel.
    func close() {
        // Taken out first: the callbacks that come now find no channel to use.
        let handle = handle.take()
        _ = consume handle
    }
}

/// Unpredictable query ids (RFC 5452 §4.3), four for each call of the system.
private struct QueryIDs {
    private var rest: UInt64 = 0
    private var left = 0

    mutating func next() -> UInt16 {
        if left == 0 {
            rest = .random(in: .min ... .max)
            left = 4
        }
        defer {
            rest >>= 16
            left -= 1
        }
        return UInt16(truncatingIfNeeded: rest)
    }
}
