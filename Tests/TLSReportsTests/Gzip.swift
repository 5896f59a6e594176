/// Just enough of gzip (RFC 1952) and deflate (RFC 1951) to write what tests need.
enum Gzip {
    /// `bytes` in stored blocks.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var out = header
        var start = 0
        repeat {
            let end = min(start + 65_535, bytes.count)
            let length = UInt16(end - start)
            out.append(end == bytes.count ? 1 : 0)
            for value in [length, ~length] { out += [UInt8(value & 0xFF), UInt8(value >> 8)] }
            out += bytes[start..<end]
            start = end
        } while start < bytes.count
        return out + little(crc(of: bytes)) + little(UInt32(bytes.count))
    }

    /// At least `count` times the byte `byte`, below 144, 1 to 158 as deflate's fixed code has it.
    /// The checksum is wrong: whoever gets that far has inflated it all.
    static func bomb(of byte: UInt8, count: Int) -> [UInt8] {
        var bits = BitWriter()
        bits.write(0b011, 3)
        bits.writeCode(UInt32(0x30 + byte), 8)
        for _ in 0...(count / 258) {
            // Length 258 is symbol 285; distance 1 is code 0.
            bits.writeCode(0xC5, 8)
            bits.writeCode(0, 5)
        }
        bits.writeCode(0, 7)
        return header + bits.bytes + [0, 0, 0, 0, 0, 0, 0, 0, 0]
    }

    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]

    private struct BitWriter {
        var bytes: [UInt8] = []
        private var pending: UInt32 = 0
        private var count: UInt32 = 0

        mutating func write(_ value: UInt32, _ width: UInt32) {
            pending |= value << count
            count += width
            while count >= 8 {
                bytes.append(UInt8(pending & 0xFF))
                pending >>= 8
                count -= 8
            }
        }

        /// Huffman codes stand with their first bit first (RFC 1951 §3.1.1).
        mutating func writeCode(_ code: UInt32, _ width: UInt32) {
            for bit in (0..<width).reversed() { write(code >> bit & 1, 1) }
        }
    }

    private static func little(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) }
    }

    private static func crc(of bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 {
                let isOdd = crc & 1 == 1
                crc >>= 1
                if isOdd { crc ^= 0xEDB8_8320 }
            }
        }
        return ~crc
    }
}
