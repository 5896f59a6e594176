internal import CLinux
internal import Evidence
internal import Loop

/// The channels that share one queue: queries beyond what they carry wait in order.
///
/// Loop thread only. c-ares is never called from within its own callbacks: those only note
/// results, and `settle` goes on with the queue afterwards.
final class ChannelLane {
    private let loop: Loop
    private let configuration: ResolverConfiguration
    private let usesEDNS: Bool
    private var channels: [Channel] = []
    /// Replaced, and still waiting for answers.
    private var retired: [Channel] = []
    private var queue = Queue()
    /// Those that are asked again go first: they are the oldest, and tell the window what was lost.
    private var urgent = Queue()
    private var tick: Loop.Timer?
    private var isClosed = false
    private var window: QueryWindow
    /// Of all channels, the retired ones included.
    private var inFlight = 0
    /// One of the channels has.
    var hasStalledStream = false
    /// The channel whose turn it is.
    private var turn = 0
    /// What closed channels counted.
    private var past = ResolverStatistics()

    /// Timeouts are noticed this late at most. `ares_timeout` would cost time linear in queries.
    private static let tickInterval = Duration.milliseconds(50)

    init(_ configuration: ResolverConfiguration, loop: Loop, usesEDNS: Bool) {
        self.configuration = configuration
        self.loop = loop
        self.usesEDNS = usesEDNS
        window = QueryWindow(
            most: configuration.channels * configuration.inFlightPerChannel)
    }

    /// Makes channels until there are `count`; none once closed.
    func open(_ count: Int) throws(ResolverFailure) {
        guard !isClosed else { return }
        while channels.count < count { channels.append(try makeChannel()) }
    }

    private func makeChannel() throws(ResolverFailure) -> Channel {
        try Channel(configuration, loop: loop, lane: self, usesEDNS: usesEDNS)
    }

    /// Sends the query, now or when its turn comes. It may be finished when this returns.
    func start(_ query: PendingQuery) {
        guard !isClosed, !channels.isEmpty else {
            query.finish(.failed(.transport))
            return
        }
        if window.isAskedAgain(query.question) {
            urgent.append(query)
        } else {
            queue.append(query)
        }
        settle()
    }

    /// Sends what there is room for. To be called after anything that may have ended a query.
    func settle() {
        if hasStalledStream {
            hasStalledStream = false
            for index in channels.indices where channels[index].hasStalledStream { replace(index) }
        }
        while hasWaiting, inFlight < window.limit, let index = roomy() {
            guard let query = popFirst() else { break }
            // Given up while it waited.
            if query.isFinished { continue }
            if channels[index].queries >= configuration.queriesPerChannel { replace(index) }
            query.sentAt = clinux_monotonic_ns()
            inFlight += 1
            channels[index].send(query)
        }
        closeRetired()
        if tick == nil, inFlight > 0 { scheduleTick() }
    }

    private var hasWaiting: Bool { !queue.isEmpty || !urgent.isEmpty }

    private func popFirst() -> PendingQuery? { urgent.popFirst() ?? queue.popFirst() }

    /// A query has left its channel, whatever became of it.
    func landed() { inFlight -= 1 }

    /// Widens or narrows the window by what a query that was sent came to.
    func learn(from failure: LookupFailure?, to query: PendingQuery) {
        guard query.sentAt > 0 else { return }
        window.answered(
            query.question, with: failure, sentAt: query.sentAt, now: query.finishedAt,
            // Half full already, since those that were answered together have left together.
            isFull: hasWaiting || inFlight > window.limit / 2)
    }

    /// The next channel with room, each in its turn; nil when all are full.
    private func roomy() -> Int? {
        for step in channels.indices {
            let index = (turn + step) % channels.count
            if channels[index].inFlight < configuration.inFlightPerChannel {
                turn = index + 1
                return index
            }
        }
        return nil
    }

    private func scheduleTick() {
        tick = loop.schedule(after: Self.tickInterval) { [self] in
            tick = nil
            for channel in channels + retired { channel.checkTimeouts() }
            settle()
        }
    }

    // MARK: - Replacing channels

    /// Replaces the channel when c-ares has given up EDNS on it.
    func examine(_ channel: Channel) {
        guard let index = channels.firstIndex(where: { $0 === channel }), !channel.isIntact
        else { return }
        replace(index)
        closeRetired()
    }

    private func replace(_ index: Int) {
        // Without descriptors or memory for a new one the old one goes on as it is.
        guard let fresh = try? makeChannel() else { return }
        retired.append(channels[index])
        channels[index] = fresh
        past.recycledChannels += 1
    }

    private func closeRetired() {
        guard !retired.isEmpty else { return }
        retired.removeAll { channel in
            guard channel.inFlight == 0 else { return false }
            retire(channel)
            return true
        }
    }

    private func retire(_ channel: Channel) {
        channel.close()
        past.queries += channel.queries
        past.timeouts += channel.timeouts
        past.noteReceiveBuffer(channel.receiveBufferBytes)
    }

    /// Ends everything as failed, what waits included. Queries started later fail at once.
    func close() {
        isClosed = true
        if let tick { loop.cancel(tick) }
        tick = nil
        let all = channels + retired
        channels = []
        retired = []
        for channel in all { retire(channel) }
        while let query = popFirst() { query.finish(.failed(.transport)) }
    }

    var statistics: ResolverStatistics {
        var statistics = past
        statistics.queued = queue.count + urgent.count
        if !channels.isEmpty { statistics.window = window.limit }
        for channel in channels + retired {
            statistics.queries += channel.queries
            statistics.timeouts += channel.timeouts
            statistics.inFlight += channel.inFlight
            statistics.noteReceiveBuffer(channel.receiveBufferBytes)
        }
        return statistics
    }
}

extension ResolverStatistics {
    fileprivate mutating func noteReceiveBuffer(_ bytes: Int?) {
        guard let bytes else { return }
        receiveBufferBytes = min(receiveBufferBytes ?? .max, bytes)
    }

    static func + (a: Self, b: Self) -> Self {
        var sum = a
        sum.queries += b.queries
        sum.timeouts += b.timeouts
        sum.inFlight += b.inFlight
        sum.queued += b.queued
        sum.window += b.window
        sum.recycledChannels += b.recycledChannels
        sum.noteReceiveBuffer(b.receiveBufferBytes)
        return sum
    }
}

/// First in, first out; amortised O(1).
private struct Queue {
    private var items: [PendingQuery?] = []
    private var head = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ query: PendingQuery) { items.append(query) }

    mutating func popFirst() -> PendingQuery? {
        guard head < items.count else { return nil }
        let query = items[head]
        items[head] = nil
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 1024, head > items.count / 2 {
            items.removeFirst(head)
            head = 0
        }
        return query
    }
}
