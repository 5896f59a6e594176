/// The bytes of one response, made piece by piece so that none costs more than a few KiB.
struct PolicyResponse {
    /// What happens when the last byte has been written.
    enum Ending {
        /// close_notify, then FIN.
        case close
        /// Nothing: the connection stays open.
        case silence
        case reset
    }

    private enum Rest {
        case nothing
        case filler(bytes: Int)
        case chunks(bytes: Int)
        case headerLines
    }

    let ending: Ending
    /// Between two bytes; nil for as fast as it goes.
    let interval: Duration?

    private var pending: [UInt8]
    private var offset = 0
    private var rest: Rest

    static let pieceBytes = 4_096

    /// - Parameter behaviour: `.failing` has been settled before.
    init(_ behaviour: ResponseBehaviour) {
        var ending = Ending.close
        var interval: Duration?
        var rest = Rest.nothing
        switch behaviour {
        case .reply(let status, let contentType, let extra, let body):
            var fields = Self.fields(contentType: contentType) + extra
            // RFC 9110 §8.6: no length with 1xx and 204.
            if status >= 200, status != 204 { fields.append("Content-Length: \(body.count)") }
            pending = Self.head(status, fields) + body
        case .chunked(let body):
            pending = Self.head(200, Self.fields() + ["Transfer-Encoding: chunked"])
            pending += Self.chunk(body) + Self.lastChunk
        case .oversize(let length):
            pending = Self.head(200, Self.fields() + ["Content-Length: \(max(0, length))"])
            rest = .filler(bytes: max(0, length))
        case .oversizeChunked(let length):
            pending = Self.head(200, Self.fields() + ["Transfer-Encoding: chunked"])
            rest = .chunks(bytes: max(0, length))
        case .truncated(let body):
            // At least one byte is missing, also of an empty body.
            pending = Self.head(200, Self.fields() + ["Content-Length: \(max(1, body.count))"])
            pending += body.prefix(body.count / 2)
        case .drip(let milliseconds, let body):
            pending = Self.head(200, Self.fields() + ["Content-Length: \(body.count)"]) + body
            interval = .milliseconds(max(1, milliseconds))
        case .endlessHeaders:
            pending = Array("HTTP/1.1 200 OK\r\n".utf8)
            rest = .headerLines
        case .silence, .failing:
            pending = []
            ending = .silence
        case .empty:
            pending = []
        case .reset:
            pending = []
            ending = .reset
        case .raw(let bytes):
            pending = bytes
        }
        self.ending = ending
        self.interval = interval
        self.rest = rest
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
        case .headerLines:
            pending = Self.headerLines
        }
        offset = 0
    }

    // MARK: - Bytes

    private static func fields(contentType: String? = "text/plain") -> [String] {
        contentType.map { ["Content-Type: \($0)"] } ?? []
    }

    private static func head(_ status: Int, _ fields: [String]) -> [UInt8] {
        let lines =
            ["HTTP/1.1 \(status) \(reason(status))"] + fields + ["Connection: close", "", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// RFC 9110 §15; no client reads it.
    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 300..<400: "Elsewhere"
        case 400..<500: "Not For You"
        case 500..<600: "Out Of Order"
        default: "Lab"
        }
    }

    private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        // RFC 9112 §7.1: a chunk of length 0 would be the last one.
        guard !bytes.isEmpty else { return [] }
        return Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8)
    }

    private static let lastChunk = Array("0\r\n\r\n".utf8)

    private static func filler(_ count: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(ascii: "x"), count: count)
    }

    private static let headerLines = Array(
        String(repeating: "X-Lab-Filler: " + String(repeating: "x", count: 48) + "\r\n", count: 64)
            .utf8)
}
