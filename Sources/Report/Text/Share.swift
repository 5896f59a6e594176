/// A part of a whole, rounded to the nearest and never through a floating-point number.
enum Share {
    /// `29.2 %`; empty when there is nothing to share.
    static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "" }
        let tenths = rounded(part, of: whole, in: 1000)
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// `0.2919`; zero when there is nothing to share.
    ///
    /// - Parameter digits: after the point, 1 to 6.
    static func fraction(_ part: Int, of whole: Int, digits: Int) -> String {
        let unit = (0..<digits).reduce(1) { unit, _ in unit * 10 }
        let count = whole > 0 ? rounded(part, of: whole, in: unit) : 0
        let rest = String(count % unit)
        return "\(count / unit)." + String(repeating: "0", count: digits - rest.count) + rest
    }

    /// Counts of sessions come from strangers: what is too great to multiply is halved first.
    private static func rounded(_ part: Int, of whole: Int, in unit: Int) -> Int {
        var (part, whole) = (part, whole)
        while max(part, whole) > Int.max / (4 * unit) { (part, whole) = (part / 2, whole / 2) }
        return whole > 0 ? (part * 2 * unit + whole) / (2 * whole) : 0
    }
}
