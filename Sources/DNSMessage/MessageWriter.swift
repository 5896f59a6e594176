/// Appends the elements of a message, with names compressed (RFC 1035 §4.1.4).
struct MessageWriter {
    private(set) var bytes: [UInt8] = []
    /// Where labels of earlier names start: what a pointer may lead to.
    private var labelOffsets: [UInt16] = []

    init(reserving count: Int) { bytes.reserveCapacity(count) }

    /// Beyond this many, further names are not remembered: searching is linear.
    private static let maximumOffsets = 128
    /// A pointer has 14 bits.
    private static let pointerLimit = 1 << 14

    mutating func uint16(_ value: UInt16) {
        bytes.append(UInt8(value >> 8))
        bytes.append(UInt8(value & 0xFF))
    }

    mutating func uint32(_ value: UInt32) {
        uint16(UInt16(value >> 16))
        uint16(UInt16(value & 0xFFFF))
    }

    mutating func append(_ other: [UInt8]) { bytes.append(contentsOf: other) }

    mutating func patch(_ value: UInt16, at offset: Int) {
        bytes[offset] = UInt8(value >> 8)
        bytes[offset + 1] = UInt8(value & 0xFF)
    }

    /// Forgets everything from `length` on: an item that did not fit.
    mutating func rewind(to length: Int) {
        bytes.removeSubrange(length...)
        labelOffsets.removeAll { Int($0) >= length }
    }

    mutating func name(_ name: DNSName) {
        let wire = name.wire
        var index = 0
        while wire[index] != 0 {
            if let target = earlier(wire[index...]) {
                uint16(0xC000 | target)
                return
            }
            if bytes.count < Self.pointerLimit, labelOffsets.count < Self.maximumOffsets {
                labelOffsets.append(UInt16(bytes.count))
            }
            let end = index + 1 + Int(wire[index])
            bytes.append(contentsOf: wire[index..<end])
            index = end
        }
        bytes.append(0)
    }

    private func earlier(_ suffix: ArraySlice<UInt8>) -> UInt16? {
        labelOffsets.first { matches(suffix, at: Int($0)) }
    }

    /// Whether the name written at `offset` is `suffix`. Our own pointers only lead backwards to
    /// labels. Case counts: a compressed name comes back as it was given.
    private func matches(_ suffix: ArraySlice<UInt8>, at offset: Int) -> Bool {
        var position = offset
        var index = suffix.startIndex
        while index < suffix.endIndex {
            while position + 1 < bytes.count, bytes[position] >= 0xC0 {
                position = Int(bytes[position] & 0x3F) << 8 | Int(bytes[position + 1])
            }
            guard position < bytes.count, bytes[position] == suffix[index] else { return false }
            let length = Int(suffix[index])
            if length == 0 { return true }
            guard position + length < bytes.count else { return false }
            for step in 1...length where bytes[position + step] != suffix[index + step] {
                return false
            }
            position += length + 1
            index += length + 1
        }
        return false
    }
}
