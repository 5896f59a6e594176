internal import Glibc

/// An address and port in the form the socket calls take.
enum SocketAddress {
    case v4(sockaddr_in)
    case v6(sockaddr_in6)

    /// - Parameter text: a literal IPv4 or IPv6 address; anything else gives nil.
    init?(_ text: String, port: UInt16) {
        var v4 = sockaddr_in()
        v4.sin_family = sa_family_t(AF_INET)
        v4.sin_port = port.bigEndian
        if unsafe inet_pton(AF_INET, text, &v4.sin_addr) == 1 {
            self = .v4(v4)
            return
        }
        var v6 = sockaddr_in6()
        v6.sin6_family = sa_family_t(AF_INET6)
        v6.sin6_port = port.bigEndian
        guard unsafe inet_pton(AF_INET6, text, &v6.sin6_addr) == 1 else { return nil }
        self = .v6(v6)
    }

    var family: Int32 {
        switch self {
        case .v4: AF_INET
        case .v6: AF_INET6
        }
    }

    /// Lends the bytes as `bind` and `connect` want them.
    func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        switch self {
        case .v4(var end): unsafe Self.lend(&end, body)
        case .v6(var end): unsafe Self.lend(&end, body)
        }
    }

    private static func lend<Address>(
        _ end: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        unsafe withUnsafePointer(to: &end) { end in
            unsafe end.withMemoryRebound(to: sockaddr.self, capacity: 1) { end in
                unsafe body(end, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }
}

extension Int32 {
    /// Turns a boolean socket option on; this value is the descriptor.
    func setOption(_ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        _ = unsafe setsockopt(self, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }
}
