internal import Glibc

/// A listener whose accept queue is full: further SYNs are dropped, so connecting hangs.
///
/// Nothing is ever accepted here; the connections that fill the queue are our own and stay open
/// for as long as this lives.
struct HangingAddress: Sendable {
    private let listener: HostSocket
    private let fillers: [HostSocket]

    /// Linux admits one connection more than the backlog.
    private static let backlog: Int32 = 1
    private static let mostFillers = 16
    /// Loopback answers a SYN within the connect call; this is for a busy machine.
    private static let proof = Duration.milliseconds(40)

    /// - Parameter socket: bound to the address at `port`, not listening yet.
    init(_ socket: HostSocket, port: UInt16) async throws(HostServerFailure) {
        guard listen(socket.descriptor, Self.backlog) == 0 else {
            let code = errno
            guard code == EADDRINUSE else { throw .socket(call: .listen, code: code) }
            throw .addressInUse(address: LabAddress.hanging, port: port)
        }
        guard let end = SocketAddress(LabAddress.hanging, port: port) else {
            throw .socket(call: .connect, code: EAFNOSUPPORT)
        }
        var fillers: [HostSocket] = []
        while fillers.count < Self.mostFillers {
            let filler = try HostSocket(family: AF_INET)
            let result = unsafe end.withPointer { unsafe connect(filler.descriptor, $0, $1) }
            guard result == 0 || errno == EINPROGRESS else {
                throw .socket(call: .connect, code: errno)
            }
            if !Self.isConnected(filler) {
                // A cancelled start only shortens the proof.
                try? await Task.sleep(for: Self.proof)
                guard Self.isConnected(filler) else {
                    listener = socket
                    self.fillers = fillers
                    return
                }
            }
            fillers.append(filler)
        }
        throw .nothingHangs
    }

    private static func isConnected(_ socket: HostSocket) -> Bool {
        var watched = pollfd(fd: socket.descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&watched, 1, 0) == 1
    }
}
