internal import Glibc
internal import Loop

/// What the connections of one loop share, and the accepting of new ones. Everything here and in
/// `HostConnection` happens on the loop's thread.
final class HostDesk {
    let loop: Loop
    let minter: Minter
    let context: TLSContext
    /// For one step forward of a client.
    let idleLimit: Duration
    /// Where every connection reads into; nothing stays here between two steps.
    var scratch = [UInt8](repeating: 0, count: 4_096)

    private let reception: Reception
    private var listeners: [HostListener] = []
    private var connections: [Int32: HostConnection] = [:]
    private var sweepTimer: Loop.Timer?

    /// Makes the connection for an accepted socket; nil when OpenSSL has nothing left for it.
    typealias Reception =
        @Sendable (_ desk: HostDesk, _ descriptor: Int32, _ address: String) -> HostConnection?

    init(
        loop: Loop, minter: Minter, idleLimit: Duration, reception: @escaping Reception
    ) throws(MintFailure) {
        self.loop = loop
        self.idleLimit = idleLimit
        self.reception = reception
        self.minter = minter
        context = try TLSContext()
    }

    func open(_ listeners: [HostListener]) {
        self.listeners = listeners
        listen()
        sweep()
    }

    func close() {
        for listener in listeners { loop.unwatch(listener.socket.descriptor) }
        listeners = []
        if let sweepTimer { loop.cancel(sweepTimer) }
        for connection in Array(connections.values) { connection.close() }
    }

    /// The connection has closed its descriptor.
    func forget(_ connection: HostConnection) {
        connections[connection.descriptor] = nil
    }

    // MARK: - Accepting

    /// Few at a time: each loop watches the same listeners, and so each gets its share.
    private static let acceptsPerTurn = 16
    private static let pauseWithoutDescriptors = Duration.milliseconds(100)

    private func listen() {
        for listener in listeners {
            loop.watch(listener.socket.descriptor, .readable) { [self] _ in accept(listener) }
        }
    }

    private func accept(_ listener: HostListener) {
        for _ in 0..<Self.acceptsPerTurn {
            let descriptor = Glibc.accept(listener.socket.descriptor, nil, nil)
            guard descriptor >= 0 else {
                // Level-triggered: with no descriptor left, the loop would spin on the listener.
                if errno == EMFILE || errno == ENFILE { pauseAccepting() }
                return
            }
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            descriptor.setOption(Int32(IPPROTO_TCP), TCP_NODELAY)
            guard let connection = reception(self, descriptor, listener.address) else {
                Glibc.close(descriptor)
                return
            }
            connections[descriptor] = connection
            connection.begin()
        }
    }

    private func pauseAccepting() {
        for listener in listeners { loop.unwatch(listener.socket.descriptor) }
        loop.schedule(after: Self.pauseWithoutDescriptors) { [self] in listen() }
    }

    // MARK: - Time limits

    private static let sweepInterval = Duration.seconds(1)

    /// One timer for all connections: limits are seconds, and a timer each would cost more.
    private func sweep() {
        let now = ContinuousClock.now
        for connection in Array(connections.values) where connection.deadline <= now {
            connection.close()
        }
        sweepTimer = loop.schedule(after: Self.sweepInterval) { [self] in sweep() }
    }
}
