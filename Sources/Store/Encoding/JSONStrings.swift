/// A list of strings as JSON text, for columns that users' own SQL reads with `json_each`.
enum JSONStrings {
    static func encode(_ strings: [String]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for string in strings { writer.string(string) }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Reads what `encode` wrote: an array of strings without spaces, and the escapes it uses.
    static func decode(_ text: String) throws(Damage) -> [String] {
        let malformed = Damage(detail: "a list of strings is not as it was written")
        var bytes = Array(text.utf8)[...]
        guard bytes.popFirst() == 0x5B, bytes.popLast() == 0x5D else { throw malformed }
        var strings: [String] = []
        while !bytes.isEmpty {
            if !strings.isEmpty, bytes.popFirst() != 0x2C { throw malformed }
            guard bytes.popFirst() == 0x22 else { throw malformed }
            var string: [UInt8] = []
            scanning: while true {
                guard let byte = bytes.popFirst() else { throw malformed }
                switch byte {
                case 0x22: break scanning
                case 0x5C: string.append(try unescape(&bytes, malformed))
                default: string.append(byte)
                }
            }
            strings.append(String(decoding: string, as: UTF8.self))
        }
        return strings
    }

    private static func unescape(
        _ bytes: inout ArraySlice<UInt8>, _ malformed: Damage
    ) throws(Damage) -> UInt8 {
        guard let kind = bytes.popFirst() else { throw malformed }
        guard kind == 0x75 else { return kind }
        let digits = String(decoding: bytes.prefix(4), as: UTF8.self)
        bytes = bytes.dropFirst(4)
        guard let byte = UInt8(digits, radix: 16) else { throw malformed }
        return byte
    }
}
