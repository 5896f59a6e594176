/// The bytes of a policy host's response (RFC 9112).
extension Outgoing {
    /// - Parameter behaviour: `.failing` has been settled before.
    init(_ behaviour: ResponseBehaviour) {
        switch behaviour {
        case .reply(let status, let contentType, let extra, let body):
            var fields = Self.fields(contentType: contentType) + extra
            // RFC 9110 §8.6: no length with 1xx and 204.
            if status >= 200, status != 204 { fields.append("Content-Length: \(body.count)") }
            self.init(Self.head(status, fields) + body, ending: .close)
        case .chunked(let body):
            self.init(Self.chunkedHead + Self.chunk(body) + Self.lastChunk, ending: .close)
        case .oversize(let length):
            let length = max(0, length)
            self.init(Self.head(announcing: length), then: .filler(bytes: length), ending: .close)
        case .oversizeChunked(let length):
            self.init(Self.chunkedHead, then: .chunks(bytes: max(0, length)), ending: .close)
        case .truncated(let body):
            // At least one byte is missing, also of an empty body.
            let head = Self.head(announcing: max(1, body.count))
            self.init(head + body.prefix(body.count / 2), ending: .close)
        case .drip(let milliseconds, let body):
            self.init(
                Self.head(announcing: body.count) + body,
                interval: .milliseconds(max(1, milliseconds)), ending: .close)
        case .endlessHeaders:
            self.init(
                Array("HTTP/1.1 200 OK\r\n".utf8), then: .endless(Self.headerLines), ending: .close)
        case .silence, .failing: self.init(ending: .silence)
        case .empty: self.init(ending: .close)
        case .reset: self.init(ending: .reset)
        case .raw(let bytes): self.init(bytes, ending: .close)
        case .torrent(let torrent): self.init(torrent)
        }
    }

    private static func fields(contentType: String? = "text/plain") -> [String] {
        contentType.map { ["Content-Type: \($0)"] } ?? []
    }

    private static func head(_ status: Int, _ fields: [String]) -> [UInt8] {
        let lines =
            ["HTTP/1.1 \(status) \(reason(status))"] + fields + ["Connection: close", "", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private static func head(announcing length: Int) -> [UInt8] {
        head(200, fields() + ["Content-Length: \(length)"])
    }

    private static var chunkedHead: [UInt8] { head(200, fields() + ["Transfer-Encoding: chunked"]) }

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

    private static let headerLines = Array(
        String(repeating: "X-Lab-Filler: " + String(repeating: "x", count: 48) + "\r\n", count: 64)
            .utf8)
}
