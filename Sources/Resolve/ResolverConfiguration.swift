public import Evidence

/// How a resolver asks.
public struct ResolverConfiguration: Hashable, Sendable {
    /// Of a resolver that is given without one.
    public static let defaultPort: UInt16 = 53

    /// Recursive resolvers, used in turn. Empty: those of the system, as c-ares reads them (from
    /// `/etc/resolv.conf`; the local machine when that names none).
    public var servers: [Endpoint]
    /// For the first try at one server; each round of tries waits twice as long.
    public var timeout: Duration
    /// Tries per server. A failed lookup takes up to `timeout` x servers x (2^tries - 1), so keep
    /// this at 1 or 2 and ask again later instead.
    public var tries: Int
    /// Sockets to spread the queries over, each with its own source port and receive buffer.
    public var channels: Int
    /// Queries in flight on one channel; more wait their turn. Above about 250 the default
    /// receive buffer of Linux overflows, and each answer lost costs a whole timeout. Times
    /// `channels` it is the most that are ever in flight: fewer are while the resolver loses some.
    public var inFlightPerChannel: Int
    /// The largest UDP answer asked for, in bytes (RFC 6891 §6.2.3).
    public var ednsPayload: UInt16
    /// Queries after which a channel is replaced: a source port known for long helps those who
    /// forge answers (RFC 5452 §4.5).
    public var queriesPerChannel: Int

    public init(
        servers: [Endpoint] = [], timeout: Duration = .seconds(3), tries: Int = 2,
        channels: Int = 8, inFlightPerChannel: Int = 128, ednsPayload: UInt16 = 1232,
        queriesPerChannel: Int = 4096
    ) {
        self.servers = servers
        self.timeout = timeout
        self.tries = tries
        self.channels = channels
        self.inFlightPerChannel = inFlightPerChannel
        self.ednsPayload = ednsPayload
        self.queriesPerChannel = queriesPerChannel
    }
}

/// Why a resolver cannot be made.
public enum ResolverFailure: Error, Hashable, Sendable {
    /// No servers were given and the system has none.
    case noServers
    /// A timeout, count or size that is not above zero.
    case invalidConfiguration
    /// c-ares refused to make a channel: its status (`ARES_ENOMEM`, `ARES_EFILE`, ...).
    case library(status: Int)
}

/// What a resolver has done so far.
public struct ResolverStatistics: Hashable, Sendable {
    /// Queries handed to c-ares, its own repetitions not counted.
    public var queries = 0
    /// Of these, how many got no answer in time.
    public var timeouts = 0
    public var inFlight = 0
    /// Waiting for room on a channel, or in the window.
    public var queued = 0
    /// Queries that may be in flight at present.
    public var window = 0
    /// Channels replaced: for age, for a TCP connection that stalled, or because EDNS had been given up
    /// on them.
    public var recycledChannels = 0
    /// The smallest UDP receive buffer the system granted, in bytes; nil before the first query.
    public var receiveBufferBytes: Int?
}
