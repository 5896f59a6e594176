import DNSMessage
import Evidence
import Glibc
import Loop
import Testing

@testable import Resolve

/// A name server on loopback, UDP and TCP at one port, that answers as a test tells it.
actor NameServer {
    struct Query: Sendable {
        var message: Message
        var isTCP: Bool

        /// As asked, in lower case.
        var name: String { message.questions.first?.name.description ?? "" }
        var type: RecordType { message.questions.first?.type ?? .a }
    }

    enum Answer: Sendable {
        case message(Message)
        /// These bytes as they are.
        case raw([UInt8])
        /// These bytes as they are, without a length ahead of them over TCP.
        case unframed([UInt8])
        indirect case later(Duration, Answer)
        /// Sent when the test calls `release`.
        indirect case held(Answer)
        /// Closes a TCP connection instead of answering.
        case hangUp
    }

    /// What is sent for a query, in order; nothing drops it.
    typealias Script = @Sendable (Query) -> [Answer]

    private let loop: Loop
    private let script: Script
    private let udp: Int32
    private let tcp: Int32
    nonisolated let port: UInt16
    nonisolated let host: String
    private var connections: [Int32: [UInt8]] = [:]
    private var held: [@Sendable (isolated NameServer) -> Void] = []
    private(set) var queries: [Query] = []
    private(set) var sourcePorts: Set<UInt16> = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
    nonisolated var server: Endpoint? {
        .init("[\(host)]:\(port)") ?? .init("\(host):\(port)")
    }

    struct Failure: Error { var call: String }

    init(loop: Loop, host: String = "127.0.0.1", script: @escaping Script) throws {
        self.loop = loop
        self.script = script
        self.host = host
        (udp, tcp, port) = try Self.pair(host: host)
        guard listen(tcp, 64) == 0 else { throw Failure(call: "listen") }
    }

    /// A UDP port whose TCP twin is free as well: another test may hold that one.
    private static func pair(host: String) throws -> (udp: Int32, tcp: Int32, port: UInt16) {
        var attempts = 20
        while true {
            let udp = try LoopbackSocket.bound(SOCK_DGRAM, host: host, port: 0)
            let port = LoopbackSocket.port(of: udp)
            do {
                return (udp, try LoopbackSocket.bound(SOCK_STREAM, host: host, port: port), port)
            } catch {
                close(udp)
                attempts -= 1
                if attempts == 0 { throw error }
            }
        }
    }

    func start() {
        loop.watch(udp, .readable) { [self] _ in assumeIsolated { $0.readDatagrams() } }
        loop.watch(tcp, .readable) { [self] _ in assumeIsolated { $0.accept() } }
    }

    func stop() {
        for descriptor in [udp, tcp] + connections.keys {
            loop.unwatch(descriptor)
            close(descriptor)
        }
        connections = [:]
    }

    /// Sends the answers that were held back.
    func release() {
        let due = held
        held = []
        for send in due { send(self) }
    }

    private func readDatagrams() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var peer = sockaddr_storage()
        while true {
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = unsafe withUnsafeMutablePointer(to: &peer) { peer in
                unsafe peer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
                    unsafe recvfrom(udp, &buffer, buffer.count, 0, peer, &length)
                }
            }
            guard count >= 0 else { return }
            sourcePorts.insert(LoopbackSocket.port(peer))
            let to = (peer, length)
            answer(Array(buffer[..<count]), isTCP: false) { server, bytes, _ in
                server.sendDatagram(bytes, to: to.0, to.1)
            }
        }
    }

    private func sendDatagram(_ bytes: [UInt8], to peer: sockaddr_storage, _ length: socklen_t) {
        var peer = peer
        _ = unsafe withUnsafePointer(to: &peer) { peer in
            unsafe peer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
                unsafe sendto(udp, bytes, bytes.count, 0, peer, length)
            }
        }
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(tcp, nil, nil)
            guard connection >= 0 else { return }
            _ = fcntl(connection, F_SETFL, O_NONBLOCK)
            connections[connection] = []
            loop.watch(connection, .readable) { [self] _ in
                assumeIsolated { $0.readStream(connection) }
            }
        }
    }

    private func hangUp(_ connection: Int32) {
        guard connections.removeValue(forKey: connection) != nil else { return }
        loop.unwatch(connection)
        close(connection)
    }

    private func readStream(_ connection: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(connection, &buffer, buffer.count)
        guard count > 0 else { return hangUp(connection) }
        var bytes = (connections[connection] ?? []) + buffer[..<count]
        while bytes.count >= 2 {
            let length = Int(bytes[0]) << 8 | Int(bytes[1])
            guard bytes.count >= 2 + length else { break }
            let query = Array(bytes[2..<2 + length])
            bytes.removeFirst(2 + length)
            connections[connection] = bytes
            answer(query, isTCP: true) { server, bytes, isFramed in
                guard server.connections[connection] != nil else { return }
                guard !bytes.isEmpty else { return server.hangUp(connection) }
                let length = [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)]
                let framed = isFramed ? length + bytes : bytes
                _ = unsafe write(connection, framed, framed.count)
            }
        }
        if connections[connection] != nil { connections[connection] = bytes }
    }

    /// Puts bytes on the wire, behind their length or not; no bytes to close the connection.
    private typealias Send = @Sendable (isolated NameServer, [UInt8], _ isFramed: Bool) -> Void

    private func answer(_ bytes: [UInt8], isTCP: Bool, send: @escaping Send) {
        guard let message = try? Message.decode(bytes) else {
            Issue.record("the resolver sent a query that cannot be decoded")
            return
        }
        let query = Query(message: message, isTCP: isTCP)
        queries.append(query)
        for answer in script(query) { deliver(answer, to: query, send: send) }
    }

    private func deliver(_ answer: Answer, to query: Query, send: @escaping Send) {
        switch answer {
        case .message(let message):
            send(self, message.encoded(limit: query.isTCP ? nil : 1232), true)
        case .raw(let bytes): send(self, bytes, true)
        case .unframed(let bytes): send(self, bytes, false)
        case .hangUp: send(self, [], true)
        case .held(let answer):
            held.append { $0.deliver(answer, to: query, send: send) }
        case .later(let delay, let answer):
            loop.schedule(after: delay) { [self] in
                assumeIsolated { $0.deliver(answer, to: query, send: send) }
            }
        }
    }
}

/// Sockets bound to loopback addresses.
enum LoopbackSocket {
    static func bound(_ type: __socket_type, host: String, port: UInt16) throws -> Int32 {
        let isV6 = host.contains(":")
        let descriptor = socket(isV6 ? AF_INET6 : AF_INET, Int32(type.rawValue), 0)
        guard descriptor >= 0 else { throw NameServer.Failure(call: "socket") }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var size: Int32 = 1 << 20
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
        var storage = sockaddr_storage()
        let length: Int
        if isV6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            unsafe inet_pton(AF_INET6, host, &address.sin6_addr)
            length = MemoryLayout<sockaddr_in6>.size
            unsafe withUnsafeMutableBytes(of: &storage) { storage in
                unsafe withUnsafeBytes(of: address) { unsafe storage.copyMemory(from: $0) }
            }
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            unsafe inet_pton(AF_INET, host, &address.sin_addr)
            length = MemoryLayout<sockaddr_in>.size
            unsafe withUnsafeMutableBytes(of: &storage) { storage in
                unsafe withUnsafeBytes(of: address) { unsafe storage.copyMemory(from: $0) }
            }
        }
        let status = unsafe withUnsafePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { storage in
                unsafe bind(descriptor, storage, socklen_t(length))
            }
        }
        guard status == 0 else {
            close(descriptor)
            throw NameServer.Failure(call: "bind")
        }
        return descriptor
    }

    static func port(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { storage in
                unsafe getsockname(descriptor, storage, &length)
            }
        }
        return port(storage)
    }

    /// The port stands at the same place in both families.
    static func port(_ storage: sockaddr_storage) -> UInt16 {
        unsafe withUnsafeBytes(of: storage) { bytes in
            unsafe UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        }
    }
}
