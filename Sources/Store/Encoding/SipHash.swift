/// SipHash-2-4 with a 128-bit result (Aumasson, Bernstein 2012), fed byte by byte.
///
/// What is hashed here comes from strangers' servers, and equal digests share one stored row. So
/// the hash is keyed with a secret of the file: nobody outside can build two observations that
/// collide. A cryptographic hash would do too, at ten times the cost and with a new dependency.
struct SipHash {
    /// 128 bits, in the byte order of the reference implementation.
    struct Value: Hashable, Sendable {
        var first: UInt64
        var second: UInt64

        var bytes: [UInt8] {
            [first, second].flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
            }
        }
    }

    /// The secret: two words read little-endian.
    struct Key: Hashable, Sendable {
        var first: UInt64
        var second: UInt64

        init(first: UInt64, second: UInt64) {
            self.first = first
            self.second = second
        }

        /// - Parameter bytes: exactly 16.
        init?(_ bytes: [UInt8]) {
            guard bytes.count == 16 else { return nil }
            func word(_ range: Range<Int>) -> UInt64 {
                bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
            }
            first = word(0..<8)
            second = word(8..<16)
        }
    }

    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    private var tail: UInt64 = 0
    private var count: UInt64 = 0

    init(key: Key) {
        v0 = key.first ^ 0x736f_6d65_7073_6575
        v1 = key.second ^ 0x646f_7261_6e64_6f6d ^ 0xEE
        v2 = key.first ^ 0x6c79_6765_6e65_7261
        v3 = key.second ^ 0x7465_6462_7974_6573
    }

    static func hash(_ bytes: [UInt8], key: Key) -> Value {
        var hash = SipHash(key: key)
        hash.combine(bytes)
        return hash.finish()
    }

    mutating func combine(_ bytes: some Sequence<UInt8>) {
        // Nearly all of it comes as arrays: eight bytes a time, where they are aligned.
        let isDone: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            let bytes = UnsafeRawBufferPointer(buffer)
            var index = 0
            while index < bytes.count, count & 7 != 0 {
                combine(byte: unsafe bytes[index])
                index += 1
            }
            while bytes.count - index >= 8 {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                compress(UInt64(littleEndian: word))
                count &+= 8
                index += 8
            }
            while index < bytes.count {
                combine(byte: unsafe bytes[index])
                index += 1
            }
        }
        guard isDone == nil else { return }
        for byte in bytes { combine(byte: byte) }
    }

    /// The sixteen bytes of another hash.
    mutating func combine(_ value: Value) {
        guard count & 7 == 0 else { return combine(value.bytes) }
        compress(value.first)
        compress(value.second)
        count &+= 16
    }

    private mutating func combine(byte: UInt8) {
        tail |= UInt64(byte) << (8 * (count & 7))
        count &+= 1
        if count & 7 == 0 {
            compress(tail)
            tail = 0
        }
    }

    consuming func finish() -> Value {
        compress(tail | count << 56)
        v2 ^= 0xEE
        for _ in 0..<4 { round() }
        let first = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xDD
        for _ in 0..<4 { round() }
        return Value(first: first, second: v0 ^ v1 ^ v2 ^ v3)
    }

    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    @inline(__always)
    private mutating func round() {
        v0 &+= v1
        v2 &+= v3
        v1 = v1 << 13 | v1 >> 51
        v3 = v3 << 16 | v3 >> 48
        v1 ^= v0
        v3 ^= v2
        v0 = v0 << 32 | v0 >> 32
        v2 &+= v1
        v0 &+= v3
        v1 = v1 << 17 | v1 >> 47
        v3 = v3 << 21 | v3 >> 43
        v1 ^= v2
        v3 ^= v0
        v2 = v2 << 32 | v2 >> 32
    }
}
