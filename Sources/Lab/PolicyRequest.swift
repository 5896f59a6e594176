/// One HTTP request as it comes in, bounded. Beside its first line only what must not be there
/// matters: credentials.
struct PolicyRequest {
    enum Reading: Equatable {
        case incomplete
        /// A GET of the policy.
        case policy
        /// Answer with this status.
        case refused(status: Int)
    }

    static let limitBytes = 8_192
    /// RFC 8461 §3.3: the well-known path.
    static let target = "/.well-known/mta-sts.txt"

    private var bytes: [UInt8] = []

    /// Takes more bytes from the network. Cost: linear in `more`.
    mutating func append(_ more: ArraySlice<UInt8>) -> Reading {
        let searched = max(0, bytes.count - 3)
        bytes.append(contentsOf: more.prefix(Self.limitBytes - bytes.count))
        if let end = Self.endOfHead(in: bytes[searched...]) { return Self.judge(bytes[..<end]) }
        return bytes.count < Self.limitBytes ? .incomplete : .refused(status: 431)
    }

    /// RFC 9112 §2.1: the head ends with an empty line.
    private static func endOfHead(in bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while index + 4 <= bytes.endIndex {
            if bytes[index..<(index + 4)].elementsEqual(emptyLine) { return index }
            index += 1
        }
        return nil
    }

    private static let emptyLine = Array("\r\n\r\n".utf8)

    private static func judge(_ head: ArraySlice<UInt8>) -> Reading {
        // RFC 9112 §3: method SP request-target SP HTTP-version.
        let line = head.prefix { $0 != UInt8(ascii: "\r") }
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].starts(with: Array("HTTP/1.".utf8)) else {
            return .refused(status: 400)
        }
        guard parts[0].elementsEqual("GET".utf8) else { return .refused(status: 405) }
        guard parts[1].elementsEqual(target.utf8) else { return .refused(status: 404) }
        return carriesCredentials(head) ? .refused(status: 400) : .policy
    }

    /// Nobody has an account at a policy host: what looks like one comes from the client's machine.
    private static func carriesCredentials(_ head: ArraySlice<UInt8>) -> Bool {
        String(decoding: head, as: UTF8.self).lowercased().split(separator: "\r\n").contains {
            $0.hasPrefix("authorization:") || $0.hasPrefix("proxy-") || $0.hasPrefix("cookie:")
        }
    }
}
