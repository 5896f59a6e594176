import DNSMessage
import Glibc

/// A resolver's side of the wire, as small as it can be. Blocking, with an own deadline.
struct DNSTestClient {
    var port: UInt16

    private func open(_ type: __socket_type) -> Int32 {
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        var end = sockaddr_in()
        end.sin_family = sa_family_t(AF_INET)
        end.sin_port = port.bigEndian
        end.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = unsafe withUnsafePointer(to: &end) { end in
            unsafe end.withMemoryRebound(to: sockaddr.self, capacity: 1) { end in
                unsafe connect(descriptor, end, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }

    /// Sends one datagram; nil when no answer came within the wait.
    func datagram(_ bytes: [UInt8], waitMilliseconds: Int32 = 5_000) -> [UInt8]? {
        let descriptor = open(SOCK_DGRAM)
        defer { close(descriptor) }
        _ = unsafe send(descriptor, bytes, bytes.count, 0)
        return Self.receive(descriptor, waitMilliseconds)
    }

    func datagram(_ query: Message, waitMilliseconds: Int32 = 5_000) throws -> Message? {
        try datagram(query.encoded(), waitMilliseconds: waitMilliseconds).map {
            try Message.decode($0)
        }
    }

    func stream() -> Stream { Stream(descriptor: open(SOCK_STREAM)) }

    /// What one read brings; empty at the end of the stream, nil after the wait.
    private static func receive(_ descriptor: Int32, _ waitMilliseconds: Int32) -> [UInt8]? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&wanted, 1, waitMilliseconds) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 70_000)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return count >= 0 ? Array(buffer[..<count]) : []
    }

    /// One TCP connection; closed when the last copy goes.
    final class Stream {
        private let descriptor: Int32
        private var input: [UInt8] = []

        init(descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }

        func write(_ bytes: [UInt8]) {
            _ = unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }

        func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

        /// The next whole message; nil at the end of the stream or after the wait.
        func next(waitMilliseconds: Int32 = 5_000) throws -> Message? {
            while true {
                if input.count >= 2 {
                    let length = Int(input[0]) << 8 | Int(input[1])
                    if input.count >= 2 + length {
                        defer { input.removeFirst(2 + length) }
                        return try Message.decode(Array(input[2..<2 + length]))
                    }
                }
                guard let more = receive(descriptor, waitMilliseconds), !more.isEmpty
                else { return nil }
                input += more
            }
        }

        /// Whether the server closes the connection within the wait, whatever it says before.
        func isClosed(withinMilliseconds wait: Int32 = 5_000) -> Bool {
            while let more = receive(descriptor, wait) {
                if more.isEmpty { return true }
            }
            return false
        }
    }

    /// A message behind its length.
    static func framed(_ message: Message) -> [UInt8] {
        let bytes = message.encoded()
        return [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
    }
}
