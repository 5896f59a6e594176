import Testing

@testable import TLSReports

@Suite("Times of reports: RFC 3339 §5.6")
struct ReportTimeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        var seconds: Int64?
        var observation: TLSReportObservation?
        var why: String
        var testDescription: String { "\(text): \(why)" }

        init(
            _ text: String, _ seconds: Int64?, _ observation: TLSReportObservation? = nil,
            why: String
        ) {
            self.text = text
            self.seconds = seconds
            self.observation = observation
            self.why = why
        }
    }

    static let rows: [Row] = [
        .init("1970-01-01T00:00:00Z", 0, why: "the first second"),
        .init("2024-02-29T12:34:56Z", 1_709_210_096, why: "a leap day"),
        .init("2000-02-29T00:00:00Z", 951_782_400, why: "a leap day of a century"),
        .init("2100-03-01T00:00:00Z", 4_107_542_400, why: "a century without one"),
        .init("9999-12-31T23:59:59Z", 253_402_300_799, why: "the last second"),
        .init("2026-03-01t00:00:00z", 1_772_323_200, why: "letters of either case"),
        .init("2026-03-01 00:00:00Z", 1_772_323_200, why: "a space for the T"),
        .init("2026-03-01T00:00:00.123456Z", 1_772_323_200, why: "a fraction"),
        .init("2026-03-01T01:30:00+01:30", 1_772_323_200, why: "east of UTC"),
        .init("2026-02-28T19:00:00-05:00", 1_772_323_200, why: "west of UTC"),
        .init("2026-03-01T00:00:00+0000", 1_772_323_200, why: "ISO 8601's short form"),
        .init("2026-02-28T23:59:60Z", 1_772_323_199, why: "a leap second"),
        .init("2026-02-28T24:00:00Z", 1_772_323_200, why: "the end of a day"),
        .init("2026-03-01T00:00:00", 1_772_323_200, .timeWithoutZone, why: "taken as UTC"),
        .init("2026-03-01", 1_772_323_200, .timeWithoutClock, why: "the day's first second"),
        .init("0", 0, .timeIsEpoch, why: "seconds since 1970"),
        .init(" 1772323200 ", 1_772_323_200, .timeIsEpoch, why: "the same, with spaces"),
        .init("999999999999", nil, why: "beyond the year 9999"),
        .init("2025-02-29T00:00:00Z", nil, why: "no leap year"),
        .init("2100-02-29T00:00:00Z", nil, why: "no leap year either"),
        .init("2026-13-01T00:00:00Z", nil, why: "month 13"),
        .init("2026-00-10T00:00:00Z", nil, why: "month 0"),
        .init("2026-04-31T00:00:00Z", nil, why: "no such day"),
        .init("2026-03-01T24:00:01Z", nil, why: "beyond the end of a day"),
        .init("2026-03-01T00:60:00Z", nil, why: "minute 60"),
        .init("1969-12-31T23:59:59Z", nil, why: "before there was mail"),
        .init("2026-03-01T00:00Z", nil, why: "no seconds"),
        .init("2026-03-01T00:00:00.Z", nil, why: "a fraction of no digits"),
        .init("2026-03-01T00:00:00ZZ", nil, why: "something follows"),
        .init("2026-03-01T00:00:00+1:00", nil, why: "half an offset"),
        .init("20260301T000000Z", nil, why: "ISO 8601's basic form is not RFC 3339's"),
        .init("-5", nil, why: "before 1970"),
        .init("", nil, why: "nothing"),
        .init("2026-03-0\u{661}", nil, why: "digits of another script"),
    ]

    @Test("times", arguments: rows)
    func time(row: Row) {
        let time = ReportTime(row.text, isEnd: false)
        #expect(time?.seconds == row.seconds)
        #expect(time?.observation == row.observation)
    }

    @Test("a day alone ends with its last second")
    func end() {
        #expect(ReportTime("2026-03-01", isEnd: true)?.seconds == 1_772_409_599)
    }
}
