/// A list of strings as JSON text, for columns that users' own SQL reads with `json_each`.
enum JSONStrings {
    static func encode(_ strings: [String]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for string in strings { writer.string(string) }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Reads what `encode` wrote.
    static func decode(_ text: [UInt8]) throws(Damage) -> [String] {
        var reader = JSONReader(text)
        let strings = try reader.strings()
        try reader.finish()
        return strings
    }
}
