extension Timestamp {
    /// Reads a moment in UTC as people write it: `2026-11-23`, `2026-11-23T15:04`, or with
    /// seconds, each with or without a final `Z`; a space may stand for the `T`.
    ///
    /// - Returns: nil for anything else, a day that no month has included. Years 0 to 9999.
    public init?(_ text: some StringProtocol) {
        var fields = Fields(rest: Array(text.utf8)[...])
        guard let year = fields.number(4), fields.skip(0x2D), let month = fields.number(2),
            fields.skip(0x2D), let day = fields.number(2)
        else { return nil }
        var seconds: Int64 = 0
        if fields.skip(0x54) || fields.skip(0x74) || fields.skip(0x20) {
            guard let hour = fields.number(2), fields.skip(0x3A), let minute = fields.number(2),
                hour < 24, minute < 60
            else { return nil }
            seconds = hour * 3600 + minute * 60
            if fields.skip(0x3A) {
                guard let second = fields.number(2), second < 60 else { return nil }
                seconds += second
            }
        }
        _ = fields.skip(0x5A) || fields.skip(0x7A)
        guard fields.rest.isEmpty, (1...12).contains(month), day >= 1 else { return nil }
        let moment = Timestamp(
            seconds: Self.days(year, month, day) * Self.secondsPerDay + seconds)
        // The 31st of June becomes the 1st of July.
        guard moment.day.hasSuffix(day < 10 ? "-0\(day)" : "-\(day)") else { return nil }
        self = moment
    }

    /// Days since 1970-01-01 (Hinnant's days-from-civil).
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    private struct Fields {
        var rest: ArraySlice<UInt8>

        mutating func number(_ digits: Int) -> Int64? {
            guard rest.count >= digits else { return nil }
            var value: Int64 = 0
            for byte in rest.prefix(digits) {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            rest = rest.dropFirst(digits)
            return value
        }

        mutating func skip(_ byte: UInt8) -> Bool {
            guard rest.first == byte else { return false }
            rest = rest.dropFirst()
            return true
        }
    }
}
