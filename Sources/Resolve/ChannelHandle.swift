internal import CCares
internal import DNSMessage
internal import Evidence
internal import Glibc
internal import Loop

/// Owns one `ares_channel` and what its callbacks are given. Destroying it ends every query in
/// flight with a failure, by their callbacks, and reports every socket as closed.
///
/// Loop thread only, apart from making one: c-ares opens no socket before the first query.
@safe struct ChannelHandle: ~Copyable {
    private let channel: ares_channel
    private let sockets: Unmanaged<ChannelSockets>

    /// - Parameter usesEDNS: what c-ares should think of the queries it is given to send: whether
    ///   their last 11 bytes are an OPT, and answers may be as long as that says.
    init(
        _ configuration: ResolverConfiguration, usesEDNS: Bool, sockets: ChannelSockets
    ) throws(ResolverFailure) {
        try Self.startLibrary()
        var options = unsafe ares_options()
        // NOCHECKRESP: without it SERVFAIL, REFUSED and NOTIMP come back as a connection failure.
        unsafe options.flags =
            CCARES_FLAG_NOSEARCH | CCARES_FLAG_NOALIASES | CCARES_FLAG_STAYOPEN
            | CCARES_FLAG_NOCHECKRESP | (usesEDNS ? CCARES_FLAG_EDNS : 0)
        unsafe options.timeout = Int32(clamping: configuration.timeout.milliseconds)
        unsafe options.tries = Int32(clamping: configuration.tries)
        unsafe options.ednspsz = Int32(configuration.ednsPayload)
        var mask =
            CCARES_OPT_FLAGS | CCARES_OPT_TIMEOUTMS | CCARES_OPT_TRIES | CCARES_OPT_LOOKUPS
            | CCARES_OPT_SOCK_STATE_CB | CCARES_OPT_EDNSPSZ
        // Equals share the load. The system's have an order, which is the administrator's.
        if configuration.servers.count > 1 { mask |= CCARES_OPT_ROTATE }

        // Given back by deinit, after the channel whose callbacks use it.
        let context = unsafe Unmanaged.passRetained(sockets)
        unsafe options.sock_state_cb_data = unsafe context.toOpaque()
        unsafe options.sock_state_cb = { context, descriptor, readable, writable in
            guard let context = unsafe context else { return }
            unsafe Unmanaged<ChannelSockets>.fromOpaque(context).takeUnretainedValue()
                .changed(descriptor, isReadable: readable != 0, isWritable: writable != 0)
        }

        var made: ares_channel?
        // "b": no hosts file, only DNS.
        var lookups = Array("b".utf8CString)
        var status = unsafe lookups.withUnsafeMutableBufferPointer { lookups in
            unsafe options.lookups = lookups.baseAddress
            return unsafe ares_init_options(&made, &options, mask)
        }
        guard status == CCARES_SUCCESS, let channel = unsafe made else {
            unsafe context.release()
            throw .library(status: Int(status))
        }
        if !configuration.servers.isEmpty {
            let list = configuration.servers.map(\.description).joined(separator: ",")
            status = unsafe ares_set_servers_ports_csv(channel, list)
        }
        var servers: UnsafeMutablePointer<ares_addr_port_node>?
        if status == CCARES_SUCCESS {
            status = unsafe ares_get_servers_ports(channel, &servers)
        }
        let hasServers = unsafe servers != nil
        unsafe ares_free_data(servers)
        guard status == CCARES_SUCCESS, hasServers else {
            unsafe ares_destroy(channel)
            unsafe context.release()
            throw status == CCARES_SUCCESS ? .noServers : .library(status: Int(status))
        }
        unsafe ares_set_socket_configure_callback(
            channel,
            { descriptor, type, context in
                guard let context = unsafe context else { return 0 }
                unsafe Unmanaged<ChannelSockets>.fromOpaque(context).takeUnretainedValue()
                    .opened(descriptor, type: type)
                return 0
            }, context.toOpaque())
        unsafe self.channel = channel
        unsafe self.sockets = context
    }

    deinit {
        unsafe ares_destroy(channel)
        unsafe sockets.release()
    }

    /// Sends a query; the callback may come before this returns.
    func send(_ bytes: [UInt8], for query: PendingQuery) {
        let box = unsafe Unmanaged.passRetained(query)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe ares_send(
                channel, bytes.baseAddress, Int32(bytes.count),
                { box, status, _, reply, length in
                    guard let box = unsafe box else { return }
                    let query = unsafe Unmanaged<PendingQuery>.fromOpaque(box).takeRetainedValue()
                    // c-ares frees the reply when this returns.
                    let bytes = unsafe Array(
                        UnsafeBufferPointer(start: reply, count: max(0, Int(length))))
                    query.channel?.completed(query, status: status, reply: bytes)
                }, box.toOpaque())
        }
    }

    /// Lets c-ares read, write and look at its timeouts.
    func process(reading: Int32?, writing: Int32?) {
        unsafe ares_process_fd(channel, reading ?? -1, writing ?? -1)
    }

    /// False once a FORMERR without OPT has made c-ares give up EDNS on this channel.
    var hasEDNS: Bool { unsafe ccares_flags(channel) & CCARES_FLAG_EDNS != 0 }

    private static let libraryStatus = ares_library_init(1)

    /// Once per process; a static is initialised under a lock.
    private static func startLibrary() throws(ResolverFailure) {
        guard libraryStatus == CCARES_SUCCESS else {
            throw .library(status: Int(libraryStatus))
        }
    }
}

/// The sockets of one channel, as c-ares tells of them. Loop thread only.
final class ChannelSockets {
    private let loop: Loop
    /// Nil when the channel is going away: its last sockets are only unwatched.
    weak var channel: Channel?
    private var watched: Set<Int32> = []
    private var streams: Set<Int32> = []
    /// Bytes of the smallest UDP receive buffer granted.
    private(set) var receiveBufferBytes: Int?

    init(loop: Loop) { self.loop = loop }

    var open: [Int32] { Array(watched) }

    var hasStream: Bool { !streams.isEmpty }

    /// More than any window of queries needs; the system grants what its limit allows.
    private static let wantedReceiveBuffer: Int32 = 4 << 20

    func opened(_ descriptor: Int32, type: Int32) {
        guard type == Int32(SOCK_DGRAM.rawValue) else {
            streams.insert(descriptor)
            return
        }
        var wanted = Self.wantedReceiveBuffer
        var length = socklen_t(MemoryLayout<Int32>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &wanted, length)
        var granted: Int32 = 0
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &granted, &length) == 0 else {
            return
        }
        receiveBufferBytes = min(receiveBufferBytes ?? .max, Int(granted))
    }

    func changed(_ descriptor: Int32, isReadable: Bool, isWritable: Bool) {
        guard isReadable || isWritable else {
            streams.remove(descriptor)
            if watched.remove(descriptor) != nil { loop.unwatch(descriptor) }
            return
        }
        var interest: Loop.Interest = []
        if isReadable { interest.insert(.readable) }
        if isWritable { interest.insert(.writable) }
        guard watched.insert(descriptor).inserted else {
            loop.setInterest(descriptor, interest)
            return
        }
        guard let channel else { return }
        loop.watch(descriptor, interest) { readiness in
            channel.ready(descriptor, readiness)
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up; at least 1.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds > 0 ? .max : 1 }
        let part = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (sum, isTooLarge) = product.addingReportingOverflow(part)
        return isTooLarge ? .max : max(1, sum)
    }
}
