/// What a connection has to send, made piece by piece so that none costs more than a few KiB.
struct Outgoing {
    /// What happens when the last byte has been written.
    enum Ending {
        /// Listens for what the client says next.
        case listen
        /// Waits for a ClientHello.
        case handshake
        /// close_notify where there is TLS, then FIN.
        case close
        /// Nothing: the connection stays open.
        case silence
        case reset
    }

    /// What comes when the bytes at hand are sent.
    enum Rest {
        case nothing
        case filler(bytes: Int)
        /// Filler in chunks, and the last chunk (RFC 9112 §7.1).
        case chunks(bytes: Int)
        /// The same again, without end.
        case endless([UInt8])
    }

    let ending: Ending
    /// Between two bytes; nil for as fast as it goes.
    let interval: Duration?

    private var pending: [UInt8]
    private var offset = 0
    private var rest: Rest

    static let pieceBytes = 4_096

    init(
        _ bytes: [UInt8] = [], then rest: Rest = .nothing, interval: Duration? = nil,
        ending: Ending
    ) {
        pending = bytes
        self.rest = rest
        self.interval = interval
        self.ending = ending
    }

    /// What to write next, never empty; nil at the end. The same again until `advance`.
    mutating func nextPiece() -> ArraySlice<UInt8>? {
        if offset == pending.count { refill() }
        guard offset < pending.count else { return nil }
        let size = interval == nil ? Self.pieceBytes : 1
        return pending[offset..<min(pending.count, offset + size)]
    }

    /// - Parameter count: bytes of the last piece that were written.
    mutating func advance(by count: Int) {
        offset = min(pending.count, offset + count)
    }

    private mutating func refill() {
        switch rest {
        case .nothing:
            return
        case .filler(let bytes):
            pending = Self.filler(min(bytes, Self.pieceBytes))
            rest = bytes > pending.count ? .filler(bytes: bytes - pending.count) : .nothing
        case .chunks(let bytes):
            let size = min(bytes, Self.pieceBytes - 16)
            pending = size > 0 ? Self.chunk(Self.filler(size)) : []
            if bytes > size {
                rest = .chunks(bytes: bytes - size)
            } else {
                pending += Self.lastChunk
                rest = .nothing
            }
        case .endless(let bytes):
            pending = bytes
        }
        offset = 0
    }

    static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        // RFC 9112 §7.1: a chunk of length 0 would be the last one.
        guard !bytes.isEmpty else { return [] }
        return Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8)
    }

    static let lastChunk = Array("0\r\n\r\n".utf8)

    private static func filler(_ count: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(ascii: "x"), count: count)
    }
}
