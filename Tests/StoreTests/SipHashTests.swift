import Testing

@testable import Store

@Suite("SipHash-2-4-128: the reference vectors of its authors")
struct SipHashTests {
    struct Row: Sendable, CustomStringConvertible {
        var length: Int
        var hex: String
        var why: String
        var description: String { why }
    }

    /// Key 00 01 ... 0F, input 00 01 02 ... of the given length.
    static let rows = [
        Row(length: 0, hex: "a3817f04ba25a8e66df67214c7550293", why: "no input"),
        Row(length: 1, hex: "da87c1d86b99af44347659119b22fc45", why: "one byte"),
        Row(length: 8, hex: "3b62a9ba6258f5610f83e264f31497b4", why: "exactly one word"),
        Row(length: 63, hex: "5150d1772f50834a503e069a973fbd7c", why: "words and a tail"),
    ]

    @Test("vectors", arguments: rows)
    func vector(row: Row) throws {
        let key = try #require(SipHash.Key((0..<16).map { UInt8($0) }))
        let value = SipHash.hash((0..<row.length).map { UInt8($0) }, key: key)
        let hex = value.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(hex == row.hex)
    }

    @Test("pieces hash as the whole")
    func pieces() {
        let key = SipHash.Key(first: 1, second: 2)
        var hash = SipHash(key: key)
        hash.combine([1, 2, 3])
        hash.combine([])
        hash.combine([4, 5, 6, 7, 8, 9])
        #expect(hash.finish() == SipHash.hash([1, 2, 3, 4, 5, 6, 7, 8, 9], key: key))
    }

    @Test("pieces of any length, and of any kind, hash as the whole", arguments: 0..<40)
    func manyPieces(length: Int) {
        let key = SipHash.Key(first: 3, second: 4)
        let bytes = (0..<length).map { UInt8($0 * 37 % 256) }
        for first in 0...length {
            var hash = SipHash(key: key)
            hash.combine(bytes[..<first])
            // Without a place in memory: byte by byte.
            hash.combine(AnySequence(bytes[first...]))
            #expect(hash.finish() == SipHash.hash(bytes, key: key))
        }
    }

    @Test("another hash counts as its bytes", arguments: [0, 8, 11])
    func value(before: Int) {
        let key = SipHash.Key(first: 5, second: 6)
        let value = SipHash.hash([1, 2, 3], key: key)
        var hash = SipHash(key: key)
        hash.combine(Array(repeating: 7, count: before))
        hash.combine(value)
        #expect(
            hash.finish()
                == SipHash.hash(
                    Array(repeating: 7, count: before) + value.bytes, key: key))
    }

    @Test("another key gives another value: the outside cannot prepare a collision")
    func keyed() {
        let a = SipHash.hash([1], key: SipHash.Key(first: 1, second: 2))
        let b = SipHash.hash([1], key: SipHash.Key(first: 1, second: 3))
        #expect(a != b)
    }

    @Test("fingerprint tells contents apart")
    func fingerprint() {
        var a = ContentFingerprint()
        a.combine("example.com\n".utf8)
        var b = ContentFingerprint()
        b.combine("example.".utf8)
        b.combine("com\n".utf8)
        var c = ContentFingerprint()
        c.combine("example.org\n".utf8)
        #expect(a.description == b.description)
        #expect(a.description != c.description)
    }
}
