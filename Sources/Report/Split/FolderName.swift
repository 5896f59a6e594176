/// Names for folders after what people wrote, whatever that was.
///
/// A name is one path component of lower-case ASCII letters, digits and hyphens: a part that a
/// person knows again and a hash that tells `Müller` from `Möller`. It depends on the text alone,
/// so an account keeps its folder from night to night, unless two texts have everything in common.
struct FolderNames {
    private static let readableLimit = 40
    private var taken: Set<String> = []

    /// A name that this value has not given before.
    mutating func next(for text: String) -> String {
        let plain = Self.name(for: text)
        var name = plain
        var count = 1
        // Whoever chooses account names can make two of them collide in 64 bits.
        while !taken.insert(name).inserted {
            count += 1
            name = "\(plain)-\(count)"
        }
        return name
    }

    static func name(for text: String) -> String {
        if text.isEmpty { return "no-account" }
        var readable = ""
        for scalar in text.unicodeScalars {
            guard readable.utf8.count < readableLimit else { break }
            switch scalar {
            case "a"..."z", "0"..."9": readable.unicodeScalars.append(scalar)
            case "A"..."Z": readable += scalar.properties.lowercaseMapping
            default: if !readable.isEmpty, !readable.hasSuffix("-") { readable += "-" }
            }
        }
        while readable.hasSuffix("-") { readable.removeLast() }
        let hash = String(hash(text), radix: 16)
        let digits = String(repeating: "0", count: 16 - hash.count) + hash
        return (readable.isEmpty ? "account" : readable) + "-" + digits
    }

    /// FNV-1a in 64 bits.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
