internal import CLinux
internal import Glibc

/// Owns one non-blocking socket on loopback; closed when the last owner lets go.
final class DNSSocket: Sendable {
    let descriptor: Int32

    /// Takes over an accepted connection.
    init(accepted descriptor: Int32) { self.descriptor = descriptor }

    private init(_ type: __socket_type) throws(DNSServerFailure) {
        let flags = type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        descriptor = socket(AF_INET, Int32(flags), 0)
        guard descriptor >= 0 else { throw .socket(call: .socket, code: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// A TCP socket that listens.
    static func listener(port: UInt16) throws(DNSServerFailure) -> DNSSocket {
        let socket = try DNSSocket(SOCK_STREAM)
        socket.descriptor.setOption(SOL_SOCKET, SO_REUSEADDR)
        try socket.bind(port)
        guard listen(socket.descriptor, 512) == 0 else { throw .socket(call: .listen, code: errno) }
        return socket
    }

    /// A UDP socket that shares its port with others of this process.
    static func datagram(port: UInt16) throws(DNSServerFailure) -> DNSSocket {
        let socket = try DNSSocket(SOCK_DGRAM)
        // The listener came first and has the port for itself, so nobody else shares it.
        socket.descriptor.setOption(SOL_SOCKET, SO_REUSEPORT)
        // The kernel cuts this to what the machine allows.
        var size: Int32 = 8 << 20
        let length = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVBUF, &size, length)
        _ = unsafe setsockopt(socket.descriptor, SOL_SOCKET, SO_SNDBUF, &size, length)
        try socket.bind(port)
        return socket
    }

    /// A UDP socket that is not the server's: at another port, or at another address.
    ///
    /// - Parameter port: taken at another address of loopback; nil for any at the server's.
    static func stranger(port: UInt16?) throws(DNSServerFailure) -> DNSSocket {
        let socket = try DNSSocket(SOCK_DGRAM)
        socket.descriptor.setOption(SOL_SOCKET, SO_REUSEPORT)
        try socket.bind(port ?? 0, at: port == nil ? LabAddress.normal : LabAddress.second)
        return socket
    }

    private func bind(
        _ port: UInt16, at host: String = LabAddress.normal
    ) throws(DNSServerFailure) {
        guard let address = SocketAddress(host, port: port) else {
            throw .socket(call: .bind, code: EINVAL)
        }
        let descriptor = descriptor
        let result = unsafe address.withPointer { unsafe Glibc.bind(descriptor, $0, $1) }
        guard result == 0 else {
            throw errno == EADDRINUSE ? .portInUse(port) : .socket(call: .bind, code: errno)
        }
    }

    /// The port the system chose.
    func boundPort() throws(DNSServerFailure) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe getsockname(descriptor, address, &length)
            }
        }
        guard result == 0 else { throw .socket(call: .getsockname, code: errno) }
        return UInt16(bigEndian: address.sin_port)
    }
}

/// Where a datagram came from.
typealias DNSPeer = sockaddr_in

/// A buffer for datagrams and the two calls that move them; owned by one server.
@safe struct DNSDatagrams: ~Copyable {
    private let buffer: UnsafeMutableRawPointer
    /// Above every query a resolver sends; what is longer arrives cut and is answered FORMERR.
    private static let capacity = 4_096

    init() {
        unsafe buffer = UnsafeMutableRawPointer.allocate(byteCount: Self.capacity, alignment: 16)
    }

    deinit { unsafe buffer.deallocate() }

    /// The next datagram; nil when there is none now.
    func receive(from socket: Int32) -> (bytes: [UInt8], peer: DNSPeer)? {
        var peer = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = unsafe withUnsafeMutablePointer(to: &peer) { peer in
            unsafe peer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
                unsafe recvfrom(socket, buffer, Self.capacity, 0, peer, &length)
            }
        }
        guard count >= 0 else { return nil }
        return (unsafe Array(UnsafeRawBufferPointer(start: buffer, count: count)), peer)
    }

    /// Sends or, when the peer is gone or its buffer full, loses the datagram: that is UDP.
    func send(_ bytes: [UInt8], to peer: DNSPeer, from socket: Int32) {
        var peer = peer
        _ = unsafe withUnsafePointer(to: &peer) { peer in
            unsafe peer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
                unsafe sendto(
                    socket, bytes, bytes.count, 0, peer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
