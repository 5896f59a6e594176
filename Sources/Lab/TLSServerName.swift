/// Reads the server_name extension of a ClientHello (RFC 6066 §3).
enum TLSServerName {
    /// The host name, lower case; nil when the bytes are not one well-formed host name.
    ///
    /// - Parameter extension: the extension's data, from the network.
    static func read(_ extension: some Collection<UInt8>) -> String? {
        var rest = Array(`extension`.prefix(512))[...]
        // RFC 6066 §3: ServerNameList <1..2^16-1>, NameType host_name(0), HostName <1..2^16-1>.
        guard let listLength = takeLength(&rest), listLength == rest.count,
            rest.popFirst() == 0,
            let nameLength = takeLength(&rest), nameLength == rest.count,
            (1...253).contains(nameLength)
        else { return nil }
        guard rest.allSatisfy(isHostByte), rest.first != dot, rest.last != dot else { return nil }
        return String(decoding: rest.map(lowered), as: UTF8.self)
    }

    private static func takeLength(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        guard let high = bytes.popFirst(), let low = bytes.popFirst() else { return nil }
        return Int(high) << 8 | Int(low)
    }

    private static let dot = UInt8(ascii: ".")

    /// Letters, digits, hyphen and dot, and the underscore that some clients let through.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), dot:
            true
        default: false
        }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
