internal import Glibc
import Loop

/// One TCP connection of a resolver: queries behind their lengths in, answers behind theirs out
/// (RFC 1035 §4.2.2, RFC 7766). Loop thread only.
final class DNSConnection {
    let socket: DNSSocket
    /// Tells this connection from a later one with the same descriptor.
    let serial: UInt64
    var idleTimer: Loop.Timer?
    /// Answers that wait for their time.
    var delayedCount = 0
    /// The other side has said all it wanted to say.
    private(set) var isFinished = false
    /// Ours to close when everything is sent.
    private var isEnding = false
    private var input: [UInt8] = []
    private var consumed = 0
    private var output: [UInt8] = []
    private var written = 0

    /// Unsent answers above this stop the reading of more queries.
    private static let maximumUnsent = 1 << 18
    private static let readSize = 16_384

    init(_ socket: DNSSocket, serial: UInt64) {
        self.socket = socket
        self.serial = serial
    }

    var hasOutput: Bool { written < output.count }
    var isOver: Bool {
        (isFinished || isEnding) && !hasOutput && delayedCount == 0
    }

    /// What to wait for now. Not for input once it has ended: its end would be reported for ever.
    var interest: Loop.Interest {
        var interest: Loop.Interest = []
        if !isFinished, output.count - written < Self.maximumUnsent { interest.insert(.readable) }
        if hasOutput { interest.insert(.writable) }
        return interest
    }

    /// Reads what is there, once.
    ///
    /// - Returns: false when the connection broke.
    func read() -> Bool {
        input.removeFirst(consumed)
        consumed = 0
        var buffer = [UInt8](repeating: 0, count: Self.readSize)
        let count = unsafe recv(socket.descriptor, &buffer, Self.readSize, 0)
        if count > 0 {
            input.append(contentsOf: buffer[..<count])
        } else if count == 0 {
            isFinished = true
        } else {
            return errno == EAGAIN || errno == EINTR
        }
        return true
    }

    /// The next whole query; nil when more bytes are needed. Never more is held than one query
    /// of 65,535 bytes and what one read brings.
    func nextQuery() -> [UInt8]? {
        let rest = input.count - consumed
        guard rest >= 2 else { return nil }
        let length = Int(input[consumed]) << 8 | Int(input[consumed + 1])
        guard rest >= 2 + length else { return nil }
        let start = consumed + 2
        consumed = start + length
        return Array(input[start..<consumed])
    }

    func append(_ answer: [UInt8], _ manner: DNSStreamManner = .whole) {
        // 65,535 is also the codec's limit; only a raw answer could be longer.
        let answer = answer.prefix(65_535)
        let framed = [UInt8(answer.count >> 8), UInt8(answer.count & 0xFF)] + answer
        switch manner {
        case .whole: output += framed
        case .stalls(let bytes): output += framed.prefix(max(0, bytes))
        case .closes(let bytes):
            output += framed.prefix(max(0, bytes))
            isEnding = true
        case .announces(let length):
            output += [UInt8(length >> 8), UInt8(length & 0xFF)] + answer
        }
    }

    /// Writes as much as the other side takes.
    ///
    /// - Returns: false when the connection broke.
    func flush() -> Bool {
        while hasOutput {
            let count = unsafe output.withUnsafeBytes { bytes in
                unsafe send(
                    socket.descriptor, bytes.baseAddress.map { unsafe $0 + written },
                    bytes.count - written, Int32(MSG_NOSIGNAL))
            }
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            written += count
        }
        output.removeAll(keepingCapacity: true)
        written = 0
        return true
    }
}
