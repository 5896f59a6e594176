import Evidence
import Testing

@Suite("Timestamp: days, text and the ends of the range")
struct TimestampTests {
    @Test(
        "what is written is read back",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1_795_435_200, "2026-11-23T12:00:00Z"),
            (951_827_696, "2000-02-29T12:34:56Z"), (-1, "1969-12-31T23:59:59Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (-62_167_219_200, "0000-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func roundTrip(_ seconds: Int64, _ text: String) {
        #expect(Timestamp(seconds: seconds).description == text)
        #expect(Timestamp(text)?.seconds == seconds)
    }

    @Test(
        "shorter forms",
        arguments: [
            "2026-11-23", "2026-11-23Z", "2026-11-23T00:00", "2026-11-23 00:00:00",
            "2026-11-23t00:00z",
        ])
    func forms(_ text: String) {
        #expect(Timestamp(text)?.description == "2026-11-23T00:00:00Z")
    }

    @Test(
        "no moments",
        arguments: [
            "", "now", "2026", "2026-11", "2026-1-23", "2026-00-01", "2026-13-01", "2026-11-00",
            "2026-11-31", "2026-02-29", "2026-11-23T", "2026-11-23T24:00", "2026-11-23T12:60",
            "2026-11-23T12:00:60", "2026-11-23T12:00:00+01:00", "2026-11-23 x", "-026-11-23",
        ])
    func refused(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("adding stays at the ends of the range")
    func saturation() {
        #expect(Timestamp(seconds: .max).adding(seconds: 1).seconds == .max)
        #expect(Timestamp(seconds: .min).adding(seconds: -1).seconds == .min)
        #expect(Timestamp(seconds: 5).adding(seconds: -7).seconds == -2)
    }
}
