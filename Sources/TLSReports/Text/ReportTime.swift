/// A moment as reports give it: RFC 3339 §5.6, and what senders write instead.
struct ReportTime: Hashable {
    /// Seconds since 1970 UTC.
    var seconds: Int64
    /// How it departs from RFC 3339; nil when it does not.
    var observation: TLSReportObservation?

    /// - Parameter isEnd: a day alone stands for its last second, not its first.
    init?(_ text: String, isEnd: Bool) {
        var cursor = Cursor(bytes: Array(text.trimmed().utf8.prefix(64)))
        if let epoch = cursor.allDigits() {
            self.init(epoch: epoch)
            return
        }
        guard let day = cursor.date() else { return nil }
        if cursor.isAtEnd {
            self.init(day * 86_400 + (isEnd ? 86_399 : 0), .timeWithoutClock)
            return
        }
        // RFC 3339 §5.6: "T" may be lower case, or a space.
        guard cursor.take(oneOf: "Tt "), let clock = cursor.clock() else { return nil }
        if cursor.isAtEnd {
            self.init(day * 86_400 + clock, .timeWithoutZone)
            return
        }
        guard let offset = cursor.offset(), cursor.isAtEnd else { return nil }
        self.init(day * 86_400 + clock - offset, nil)
    }

    /// Seconds since 1970, up to the year 9999.
    init?(epoch: Int64) {
        guard (0...253_402_300_799).contains(epoch) else { return nil }
        self.init(epoch, .timeIsEpoch)
    }

    private init(_ seconds: Int64, _ observation: TLSReportObservation?) {
        self.seconds = seconds
        self.observation = observation
    }

    private struct Cursor {
        var bytes: [UInt8]
        var index = 0

        var isAtEnd: Bool { index == bytes.count }

        func allDigits() -> Int64? {
            guard !bytes.isEmpty, bytes.count <= 12, bytes.allSatisfy(Self.isDigit) else {
                return nil
            }
            return bytes.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }

        mutating func take(oneOf choices: String) -> Bool {
            guard index < bytes.count, choices.utf8.contains(bytes[index]) else { return false }
            index += 1
            return true
        }

        /// Exactly `count` digits, within `range`.
        mutating func number(_ count: Int, in range: ClosedRange<Int64>) -> Int64? {
            guard bytes.count - index >= count else { return nil }
            let digits = bytes[index..<index + count]
            guard digits.allSatisfy(Self.isDigit) else { return nil }
            index += count
            let value = digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
            return range.contains(value) ? value : nil
        }

        /// Days since 1970-01-01.
        mutating func date() -> Int64? {
            guard let year = number(4, in: 1970...9999), take(oneOf: "-"),
                let month = number(2, in: 1...12), take(oneOf: "-"),
                let day = number(2, in: 1...31), day <= Self.length(ofMonth: month, year)
            else { return nil }
            return Self.days(year, month, day)
        }

        /// Seconds of the day. Fractions are dropped, and a leap second is the one before it.
        mutating func clock() -> Int64? {
            guard let hour = number(2, in: 0...24), take(oneOf: ":"),
                let minute = number(2, in: 0...59), take(oneOf: ":"),
                let second = number(2, in: 0...60)
            else { return nil }
            if take(oneOf: ".") {
                let start = index
                while index < bytes.count, Self.isDigit(bytes[index]) { index += 1 }
                guard index > start else { return nil }
            }
            // ISO 8601 has 24:00:00 for the end of a day, and RFC 8460 §4.1 speaks of it so.
            guard hour < 24 || minute == 0 && second == 0 else { return nil }
            return hour * 3600 + minute * 60 + min(second, 59)
        }

        /// Seconds east of UTC: `Z`, `+01:00`, and `+0100` as ISO 8601 has it.
        mutating func offset() -> Int64? {
            if take(oneOf: "Zz") { return 0 }
            let sign: Int64 = index < bytes.count && bytes[index] == UInt8(ascii: "-") ? -1 : 1
            guard take(oneOf: "+-"), let hours = number(2, in: 0...23) else { return nil }
            _ = take(oneOf: ":")
            guard let minutes = number(2, in: 0...59) else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }

        private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

        private static func length(ofMonth month: Int64, _ year: Int64) -> Int64 {
            switch month {
            case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        }

        /// Proleptic Gregorian, counting years from March so that the leap day is the last.
        private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
            let shifted = month <= 2 ? year - 1 : year
            let era = shifted / 400
            let yearOfEra = shifted - era * 400
            let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
            let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            return era * 146_097 + dayOfEra - 719_468
        }
    }
}
