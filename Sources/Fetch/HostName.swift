internal import Glibc

/// Names that may stand in a URL or a command.
enum HostName {
    /// RFC 1123 §2.1 and the underscore some zones use: nothing that could change a URL.
    static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 253 && name.utf8.allSatisfy(isHostByte)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// - Throws: `invalidEHLOName` for a configured one that is no host name.
    static func forEHLO(_ configuration: FetchConfiguration) throws(FetcherFailure) -> String {
        guard let name = configuration.ehloName else { return ofMachine }
        guard isPlain(name) else { throw .invalidEHLOName(name) }
        return name
    }

    /// RFC 5321 §4.1.4: a server must not refuse a name merely because it is the wrong one.
    private static let ofMachine: String = {
        // One byte is kept back: a name that was cut may come without its final zero.
        var bytes = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&bytes, bytes.count - 1) == 0 else { return "localhost" }
        let name = String(
            decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return isPlain(name) ? name : "localhost"
    }()
}
