internal import Glibc

/// Owns one socket; closed when the last owner lets go.
final class HostSocket: Sendable {
    let descriptor: Int32

    /// A non-blocking TCP socket.
    init(family: Int32) throws(HostServerFailure) {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw .socket(call: .socket, code: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}

/// A socket that accepts connections at one of the lab's addresses.
struct HostListener: Sendable {
    /// As the world is told.
    var address: String
    var socket: HostSocket
}

/// The addresses of one of the lab's servers at its port: those that answer, the one that refuses
/// and the one that hangs.
struct HostAddresses: Sendable {
    let port: UInt16
    let answering: [HostListener]
    // Bound and not listening: connections are refused, and nobody else can listen there.
    private let refusing: HostSocket
    private let hanging: HangingAddress

    private static let backlog: Int32 = 4_096
    private static let attempts = 16

    /// - Parameters:
    ///   - answering: at least one; an IPv6 address is left out on a machine that has none.
    ///   - port: 0 for any port that is free at all the addresses.
    static func open(
        _ answering: [String], port: UInt16
    ) async throws(HostServerFailure) -> HostAddresses {
        guard port == 0 else { return try await openAll(answering, port: port) }
        // A port that is free at the first address may be taken at another: then the next one.
        for _ in 1..<attempts {
            do {
                return try await openAll(answering, port: 0)
            } catch .addressInUse {
                continue
            }
        }
        return try await openAll(answering, port: 0)
    }

    private static func openAll(
        _ addresses: [String], port wanted: UInt16
    ) async throws(HostServerFailure) -> HostAddresses {
        var port = wanted
        var answering: [HostListener] = []
        for address in addresses {
            do {
                answering.append(try listener(address, port: port))
            } catch .socket where address.utf8.contains(UInt8(ascii: ":")) {
                // No IPv6 on this machine: the lab does without.
                continue
            }
            if port == 0, let first = answering.first { port = try boundPort(of: first.socket) }
        }
        let refusing = try bound(LabAddress.refusing, port: port, reusing: false)
        let hanging = try await HangingAddress(
            bound(LabAddress.hanging, port: port, reusing: true), port: port)
        return HostAddresses(
            port: port, answering: answering, refusing: refusing, hanging: hanging)
    }

    private init(
        port: UInt16, answering: [HostListener], refusing: HostSocket,
        hanging: HangingAddress
    ) {
        self.port = port
        self.answering = answering
        self.refusing = refusing
        self.hanging = hanging
    }

    private static func listener(
        _ address: String, port: UInt16
    ) throws(HostServerFailure) -> HostListener {
        let socket = try bound(address, port: port, reusing: true)
        guard listen(socket.descriptor, backlog) == 0 else {
            let code = errno
            guard code == EADDRINUSE else { throw .socket(call: .listen, code: code) }
            throw .addressInUse(address: address, port: port)
        }
        return HostListener(address: address, socket: socket)
    }

    /// - Parameter reusing: take a port whose closed connections still linger; two sockets that
    ///   both ask for it can be bound alike until one of them listens.
    private static func bound(
        _ address: String, port: UInt16, reusing: Bool
    ) throws(HostServerFailure) -> HostSocket {
        guard let end = SocketAddress(address, port: port) else {
            throw .socket(call: .bind, code: EAFNOSUPPORT)
        }
        let socket = try HostSocket(family: end.family)
        if reusing { socket.descriptor.setOption(SOL_SOCKET, SO_REUSEADDR) }
        if end.family == AF_INET6 { socket.descriptor.setOption(Int32(IPPROTO_IPV6), IPV6_V6ONLY) }
        let result = unsafe end.withPointer { unsafe bind(socket.descriptor, $0, $1) }
        guard result == 0 else {
            let code = errno
            guard code == EADDRINUSE else { throw .socket(call: .bind, code: code) }
            throw .addressInUse(address: address, port: port)
        }
        return socket
    }

    private static func boundPort(of socket: HostSocket) throws(HostServerFailure) -> UInt16 {
        var end = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &end) { end in
            unsafe end.withMemoryRebound(to: sockaddr.self, capacity: 1) { end in
                unsafe getsockname(socket.descriptor, end, &length)
            }
        }
        guard result == 0 else { throw .socket(call: .getsockname, code: errno) }
        return UInt16(bigEndian: end.sin_port)
    }
}
