import Evidence
import Foundation
import Testing

@Suite("Evidence as it is stored")
struct CodingTests {
    static let moments: [(seconds: Int64, text: String, why: String)] = [
        (0, "1970-01-01T00:00:00Z", "the epoch"),
        (-1, "1969-12-31T23:59:59Z", "before the epoch"),
        (951_782_400, "2000-02-29T00:00:00Z", "a leap day of a century"),
        (1_709_251_199, "2024-02-29T23:59:59Z", "a leap day"),
        (4_107_542_400, "2100-03-01T00:00:00Z", "2100 has no leap day"),
        (1_795_446_245, "2026-11-23T15:04:05Z", "two digits each"),
        (253_402_300_799, "9999-12-31T23:59:59Z", "the last"),
        (-62_167_219_200, "0000-01-01T00:00:00Z", "the first"),
    ]

    @Test("Timestamp: ISO 8601 in UTC", arguments: moments)
    func timestamp(seconds: Int64, text: String, why: String) throws {
        let moment = Timestamp(seconds: seconds)
        #expect(moment.description == text, "\(why)")
        #expect(moment.day == String(text.prefix(10)), "\(why)")
        #expect(try roundTrip(moment) == moment)
    }

    @Test("Octets: every byte survives, ASCII stays readable")
    func octets() throws {
        let all = Octets(Array(0...255))
        #expect(try roundTrip(all) == all)
        #expect(try encoded(Octets("v=STSv1; id=1")) == #"["v=STSv1; id=1"]"#)
        #expect(Octets([0x61, 0xFF]).display == "a\u{FFFD}")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Octets].self, from: Data("[\"\u{100}\"]".utf8))
        }
    }

    @Test("Digest: 64 hexadecimal digits, either case read, lower case written")
    func digest() throws {
        let bytes = Array<UInt8>(0..<32)
        let digest = try #require(Digest(bytes))
        #expect(digest.hex == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        #expect(Digest(hex: digest.hex.uppercased()) == digest)
        #expect(try roundTrip(digest) == digest)
        for bad in [
            "", "00", digest.hex + "00", String(digest.hex.dropLast()) + "g",
            String(digest.hex.dropLast()) + "é",
        ] {
            #expect(Digest(hex: bad) == nil, "\(bad)")
        }
        #expect(Digest(Array(bytes.dropLast())) == nil)
    }

    @Test("IPAddress: its text, and nothing else is read")
    func address() throws {
        let address = try #require(IPAddress("2001:db8::1"))
        #expect(try encoded(address) == #"["2001:db8::1"]"#)
        #expect(try roundTrip(address) == address)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([IPAddress].self, from: Data(#"["::1%lo"]"#.utf8))
        }
    }

    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value? {
        try JSONDecoder().decode([Value].self, from: JSONEncoder().encode([value])).first
    }

    private func encoded(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode([value]), as: UTF8.self)
    }
}
