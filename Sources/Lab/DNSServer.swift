internal import Glibc
internal import Loop
internal import Synchronization

/// The lab's DNS server: answers every question over UDP and TCP on 127.0.0.1 from the world, in
/// place of a recursive resolver. One thread; about 100,000 queries a second.
actor DNSServer {
    nonisolated let port: UInt16
    private let loop: Loop
    /// The listener first; empty once the server has stopped.
    private var sockets: [DNSSocket]
    private let datagrams = DNSDatagrams()
    private let idleLimit: Duration
    private var responder: DNSResponder
    private var connections: [Int32: DNSConnection] = [:]
    private var lastSerial: UInt64 = 0
    private var delayedCount = 0
    private var isOpen = false
    private let isStopping = Atomic<Bool>(false)

    /// Several sockets share the port, each with a receive buffer of its own: a burst that
    /// overflows one buffer costs every lost query a timeout of the client.
    private static let datagramSocketCount = 4
    /// Datagrams read in a row before connections and timers have their turn.
    private static let batch = 256
    private static let maximumConnections = 256
    private static let maximumDelayed = 65_536

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// - Parameters:
    ///   - port: for UDP and TCP; 0 for one that is free for both.
    ///   - idleLimit: how long a TCP connection may go without a whole query.
    static func start(
        world: any World, port: UInt16, idleLimit: Duration = .seconds(10)
    ) async throws(DNSServerFailure) -> DNSServer {
        let (port, sockets) = try bind(port)
        let loop: Loop
        do {
            loop = try Loop.start(name: "lab-dns")
        } catch {
            throw .loop(error)
        }
        let server = DNSServer(
            world: world, port: port, loop: loop, sockets: sockets, idleLimit: idleLimit)
        await server.open()
        return server
    }

    /// The system chooses a port that is free for TCP; another process's resolver may be asking
    /// from the UDP port of that number.
    private static func bind(
        _ wanted: UInt16
    ) throws(DNSServerFailure) -> (port: UInt16, sockets: [DNSSocket]) {
        var attempts = wanted == 0 ? 20 : 1
        while true {
            let listener = try DNSSocket.listener(port: wanted)
            let port = try listener.boundPort()
            var sockets = [listener]
            do throws(DNSServerFailure) {
                for _ in 0..<datagramSocketCount { sockets.append(try .datagram(port: port)) }
                return (port, sockets)
            } catch {
                attempts -= 1
                guard case .portInUse = error, attempts > 0 else { throw error }
            }
        }
    }

    private init(
        world: any World, port: UInt16, loop: Loop, sockets: [DNSSocket], idleLimit: Duration
    ) {
        self.port = port
        self.loop = loop
        self.sockets = sockets
        self.idleLimit = idleLimit
        responder = DNSResponder(world: world)
    }

    /// Drops every connection and frees the port. Calling it again is harmless.
    nonisolated func stop() async {
        // A stopped loop runs nothing: a second call must not wait for it.
        guard !isStopping.exchange(true, ordering: .relaxed) else { return }
        await close()
        await loop.stop()
    }

    private func open() {
        isOpen = true
        for (index, descriptor) in sockets.map(\.descriptor).enumerated() {
            loop.watch(descriptor, .readable) { [self] _ in
                assumeIsolated { server in
                    if index == 0 {
                        server.acceptConnections(on: descriptor)
                    } else {
                        server.answerDatagrams(on: descriptor)
                    }
                }
            }
        }
    }

    private func close() {
        isOpen = false
        for socket in sockets { loop.unwatch(socket.descriptor) }
        sockets = []
        for connection in Array(connections.values) { drop(connection) }
    }

    // MARK: - UDP

    private func answerDatagrams(on socket: Int32) {
        for _ in 0..<Self.batch {
            guard let (bytes, peer) = datagrams.receive(from: socket) else { return }
            guard let response = responder.respond(to: bytes, over: .datagram) else { continue }
            for forgery in response.forgeries { send(forgery, to: peer, from: socket) }
            guard response.isSent else { continue }
            if response.delayMilliseconds == 0 {
                datagrams.send(response.bytes, to: peer, from: socket)
            } else {
                delay(response) { $0.datagrams.send(response.bytes, to: peer, from: socket) }
            }
        }
    }

    private func send(_ forgery: DNSForgery, to peer: DNSPeer, from socket: Int32) {
        switch forgery.source {
        case .server: datagrams.send(forgery.bytes, to: peer, from: socket)
        case .otherPort, .otherAddress:
            let isElsewhere = forgery.source == .otherAddress
            guard let other = try? DNSSocket.stranger(port: isElsewhere ? port : nil) else {
                return
            }
            datagrams.send(forgery.bytes, to: peer, from: other.descriptor)
        }
    }

    private func delay(
        _ response: DNSResponder.Response, _ send: @escaping @Sendable (isolated DNSServer) -> Void
    ) {
        // Beyond the bound an answer is lost, as a router would lose it.
        guard delayedCount < Self.maximumDelayed else { return }
        delayedCount += 1
        loop.schedule(after: .milliseconds(response.delayMilliseconds)) { [self] in
            assumeIsolated { server in
                server.delayedCount -= 1
                if server.isOpen { send(server) }
            }
        }
    }

    // MARK: - TCP

    private func acceptConnections(on listener: Int32) {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            let socket = DNSSocket(accepted: descriptor)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            guard connections.count < Self.maximumConnections else { continue }
            lastSerial += 1
            let connection = DNSConnection(socket, serial: lastSerial)
            connections[descriptor] = connection
            restartIdleTimer(of: connection)
            loop.watch(descriptor, .readable) { [self] readiness in
                assumeIsolated { $0.serve(descriptor, readiness) }
            }
        }
    }

    private func serve(_ descriptor: Int32, _ readiness: Loop.Readiness) {
        guard let connection = connections[descriptor] else { return }
        if readiness.contains(.failed) {
            drop(connection)
            return
        }
        if readiness.contains(.readable), !connection.isFinished {
            guard connection.read() else {
                drop(connection)
                return
            }
            answerQueries(of: connection)
        }
        advance(connection)
    }

    private func answerQueries(of connection: DNSConnection) {
        while let query = connection.nextQuery() {
            // RFC 7766 §6.2.3: a connection in use is kept; half a query does not count as use.
            restartIdleTimer(of: connection)
            guard let response = responder.respond(to: query, over: .stream) else { continue }
            if response.delayMilliseconds == 0 {
                connection.append(response.bytes, response.manner)
                continue
            }
            connection.delayedCount += 1
            let (descriptor, serial) = (connection.socket.descriptor, connection.serial)
            delay(response) { server in
                guard let connection = server.connections[descriptor], connection.serial == serial
                else { return }
                connection.delayedCount -= 1
                connection.append(response.bytes, response.manner)
                server.advance(connection)
            }
        }
    }

    /// Writes what can be written, then waits for the right thing or ends.
    private func advance(_ connection: DNSConnection) {
        guard connection.flush(), !connection.isOver else {
            drop(connection)
            return
        }
        loop.setInterest(connection.socket.descriptor, connection.interest)
    }

    private func restartIdleTimer(of connection: DNSConnection) {
        if let timer = connection.idleTimer { loop.cancel(timer) }
        let (descriptor, serial) = (connection.socket.descriptor, connection.serial)
        connection.idleTimer = loop.schedule(after: idleLimit) { [self] in
            assumeIsolated { server in
                guard let connection = server.connections[descriptor], connection.serial == serial
                else { return }
                server.drop(connection)
            }
        }
    }

    private func drop(_ connection: DNSConnection) {
        if let timer = connection.idleTimer { loop.cancel(timer) }
        loop.unwatch(connection.socket.descriptor)
        connections[connection.socket.descriptor] = nil
    }
}
