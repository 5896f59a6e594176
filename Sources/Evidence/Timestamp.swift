/// A moment in whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var seconds: Int64

    public init(seconds: Int64) { self.seconds = seconds }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.seconds < b.seconds }

    /// Stays at the end of the range where the sum would go beyond it.
    public func adding(seconds other: Int64) -> Timestamp {
        let (sum, isOver) = seconds.addingReportingOverflow(other)
        return Timestamp(seconds: isOver ? (other < 0 ? .min : .max) : sum)
    }

    public static let secondsPerDay: Int64 = 86_400

    /// The first second of the UTC day it is in.
    public var startOfDay: Timestamp {
        let (_, rest) = seconds.flooredDivision(by: Self.secondsPerDay)
        return adding(seconds: -rest)
    }
}

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC to the second: `2026-11-23T15:04:05Z`. Works for the years 0 to 9999.
    public var description: String {
        let (days, rest) = seconds.flooredDivision(by: Self.secondsPerDay)
        let (year, month, day) = Self.civil(fromDays: days)
        func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
        let paddedYear = String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)"
        return "\(paddedYear)-\(two(month))-\(two(day))"
            + "T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }

    /// The date part of `description`.
    public var day: String { String(description.prefix(10)) }

    /// Year, month and day of a day number (Hinnant's days-from-civil, inverted).
    private static func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = shifted.flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        seconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
