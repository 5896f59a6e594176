import Glibc
import Synchronization

/// Ports of loopback addresses, for the tests.
public enum LoopbackPort {
    public struct NoneFree: Error {}

    /// Below those that Linux gives out by itself (`ip_local_port_range`, from 32,768 unless set
    /// otherwise).
    private static let range = 15_000..<32_000

    /// From where the next one is looked for; another process begins elsewhere.
    private static let next = Atomic(Int.random(in: 0..<range.count))

    /// One that nobody listens on, and that no other test gets: neither before the server that it
    /// is for, nor between that server and the next. Each is given once a round of 17,000.
    public static func free() throws -> UInt16 {
        for _ in 0..<200 {
            let offset = next.add(1, ordering: .relaxed).oldValue % range.count
            let port = UInt16(range.lowerBound + offset)
            if isFree(port, SOCK_STREAM), isFree(port, SOCK_DGRAM) { return port }
        }
        throw NoneFree()
    }

    /// Whether connections are accepted there.
    public static func isTaken(_ address: String, _ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return unsafe withAddress(address, port) { unsafe connect(descriptor, $0, $1) } == 0
    }

    private static func isFree(_ port: UInt16, _ type: __socket_type) -> Bool {
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        defer { close(descriptor) }
        return unsafe withAddress("0.0.0.0", port) { unsafe bind(descriptor, $0, $1) } == 0
    }

    private static func withAddress(
        _ text: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        unsafe inet_pton(AF_INET, text, &address.sin_addr)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe body(pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
