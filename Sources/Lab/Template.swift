/// Texts with `{domain}` in them.
enum Template {
    static let token = "{domain}"

    static func fill(_ text: String, with domain: String) -> String {
        // Nearly every host name is a label and the token.
        if text.hasSuffix(token) {
            let head = text.dropLast(token.count)
            if !head.utf8.contains(brace) { return head + domain }
        }
        guard text.utf8.contains(brace) else { return text }
        return String(decoding: fill(Array(text.utf8), with: domain), as: UTF8.self)
    }

    /// Every token replaced. One pass: O(*n*) in the text.
    static func fill(_ text: [UInt8], with domain: String) -> [UInt8] {
        guard text.contains(brace) else { return text }
        var filled: [UInt8] = []
        filled.reserveCapacity(text.count + 4 * domain.utf8.count)
        var index = 0
        while index < text.count {
            if text[index] == brace, text[index...].starts(with: tokenBytes) {
                filled.append(contentsOf: domain.utf8)
                index += tokenBytes.count
            } else {
                filled.append(text[index])
                index += 1
            }
        }
        return filled
    }

    private static let brace = UInt8(ascii: "{")
    private static let tokenBytes = Array(token.utf8)
}

extension HostBehaviour {
    func filled(with domain: String) -> HostBehaviour {
        HostBehaviour(handshake: handshake, response: response.filled(with: domain))
    }
}

extension ResponseBehaviour {
    func filled(with domain: String) -> ResponseBehaviour {
        switch self {
        case .reply(let status, let contentType, let extra, let body):
            .reply(
                status: status, contentType: contentType,
                extra: extra.map { Template.fill($0, with: domain) },
                body: Template.fill(body, with: domain))
        case .chunked(let body): .chunked(body: Template.fill(body, with: domain))
        case .truncated(let body): .truncated(body: Template.fill(body, with: domain))
        case .drip(let interval, let body):
            .drip(intervalMilliseconds: interval, body: Template.fill(body, with: domain))
        case .raw(let bytes): .raw(Template.fill(bytes, with: domain))
        case .torrent(let torrent): .torrent(torrent.filled(with: domain))
        case .failing(let times, let first, let then):
            .failing(times: times, first.filled(with: domain), then: then.filled(with: domain))
        case .oversize, .oversizeChunked, .endlessHeaders, .silence, .empty, .reset: self
        }
    }
}
