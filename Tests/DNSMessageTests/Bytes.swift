import DNSMessage

/// Hand-made wire bytes, piece by piece.
struct Bytes {
    var bytes: [UInt8] = []

    /// A header with id 0x0102 and these counts.
    static func header(
        flags: UInt16 = 0x8180, _ questions: UInt16 = 0, _ answers: UInt16 = 0,
        _ authorities: UInt16 = 0, _ additionals: UInt16 = 0
    ) -> Bytes {
        Bytes().word(0x0102).word(flags).word(questions).word(answers).word(authorities)
            .word(additionals)
    }

    func raw(_ more: [UInt8]) -> Bytes { Bytes(bytes: bytes + more) }

    func word(_ value: UInt16) -> Bytes { raw([UInt8(value >> 8), UInt8(value & 0xFF)]) }

    func long(_ value: UInt32) -> Bytes { word(UInt16(value >> 16)).word(UInt16(value & 0xFFFF)) }

    /// An uncompressed name; "" is the root.
    func name(_ text: String) -> Bytes {
        var result = self
        for label in text.split(separator: ".") {
            result = result.raw([UInt8(label.utf8.count)] + Array(label.utf8))
        }
        return result.raw([0])
    }

    func pointer(_ offset: UInt16) -> Bytes { word(0xC000 | offset) }

    /// Type, class IN, TTL 60, and the data with its length (or a false one).
    func record(_ type: RecordType, _ data: [UInt8], length: Int? = nil, ttl: UInt32 = 60) -> Bytes
    {
        word(type.rawValue).word(1).long(ttl).word(UInt16(length ?? data.count)).raw(data)
    }
}
