internal import Glibc

/// Owns one socket; closed when the last owner lets go.
final class PolicySocket: Sendable {
    let descriptor: Int32

    /// A non-blocking TCP socket.
    init(family: Int32) throws(PolicyServerFailure) {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw .socket(call: .socket, code: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}

/// A socket that accepts connections at one of the lab's addresses.
struct PolicyListener: Sendable {
    /// As `World.policyHost` is told.
    var address: String
    var socket: PolicySocket
}

/// Every address of the lab at one port: those that answer, the one that refuses and the one
/// that hangs.
struct PolicyAddresses: Sendable {
    let port: UInt16
    let answering: [PolicyListener]
    // Bound and not listening: connections are refused, and nobody else can listen there.
    private let refusing: PolicySocket
    private let hanging: PolicyHangingAddress

    private static let backlog: Int32 = 4_096
    private static let attempts = 16

    static func open(port: UInt16) async throws(PolicyServerFailure) -> PolicyAddresses {
        guard port == 0 else { return try await openAll(port: port) }
        // A port that is free at the first address may be taken at another: then the next one.
        for _ in 1..<attempts {
            do {
                return try await openAll(port: 0)
            } catch .addressInUse {
                continue
            }
        }
        return try await openAll(port: 0)
    }

    private static func openAll(port wanted: UInt16) async throws(PolicyServerFailure)
        -> PolicyAddresses
    {
        let normal = try listener(LabAddress.normal, port: wanted)
        let port = wanted != 0 ? wanted : try boundPort(of: normal.socket)
        var answering = [normal, try listener(LabAddress.second, port: port)]
        do {
            answering.append(try listener("::1", port: port))
        } catch .socket {
            // No IPv6 on this machine: the lab does without.
        }
        let refusing = try bound(LabAddress.refusing, port: port, reusing: false)
        let hanging = try await PolicyHangingAddress(
            bound(LabAddress.hanging, port: port, reusing: true), port: port)
        return PolicyAddresses(
            port: port, answering: answering, refusing: refusing, hanging: hanging)
    }

    private init(
        port: UInt16, answering: [PolicyListener], refusing: PolicySocket,
        hanging: PolicyHangingAddress
    ) {
        self.port = port
        self.answering = answering
        self.refusing = refusing
        self.hanging = hanging
    }

    private static func listener(
        _ address: String, port: UInt16
    ) throws(PolicyServerFailure) -> PolicyListener {
        let socket = try bound(address, port: port, reusing: true)
        guard listen(socket.descriptor, backlog) == 0 else {
            let code = errno
            guard code == EADDRINUSE else { throw .socket(call: .listen, code: code) }
            throw .addressInUse(address: address, port: port)
        }
        return PolicyListener(address: address, socket: socket)
    }

    /// - Parameter reusing: take a port whose closed connections still linger; two sockets that
    ///   both ask for it can be bound alike until one of them listens.
    private static func bound(
        _ address: String, port: UInt16, reusing: Bool
    ) throws(PolicyServerFailure) -> PolicySocket {
        guard let end = SocketAddress(address, port: port) else {
            throw .socket(call: .bind, code: EAFNOSUPPORT)
        }
        let socket = try PolicySocket(family: end.family)
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

    private static func boundPort(of socket: PolicySocket) throws(PolicyServerFailure) -> UInt16 {
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
