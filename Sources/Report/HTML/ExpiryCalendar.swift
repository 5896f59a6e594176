internal import Audit
internal import Evidence

/// How many domains' policy-host certificates end on which day, of those that end soon.
struct ExpiryCalendar {
    /// Days ahead that are shown.
    static let horizonDays: Int64 = 60

    struct Day {
        var domains = 0
        /// The first few.
        var examples: [String] = []
    }

    private let start: Timestamp
    private(set) var days: [String: Day] = [:]

    init(from start: Timestamp) { self.start = start }

    mutating func add(_ domain: String, until end: Timestamp) {
        let horizon = start.adding(seconds: Self.horizonDays * Timestamp.secondsPerDay)
        guard end >= start, end < horizon else { return }
        days[end.day, default: Day()].domains += 1
        if let count = days[end.day]?.examples.count, count < 3 {
            days[end.day]?.examples.append(domain)
        }
    }

    /// A cell for each day, in weeks, and the table of days with something on them.
    var html: String {
        guard !days.isEmpty else {
            return "<p>No certificate ends within \(Self.horizonDays) days.</p>\n"
        }
        return svg + table
    }

    private var svg: String {
        let cell = 22
        let greatest = days.values.map(\.domains).max() ?? 1
        let weeks = (Int(Self.horizonDays) + 6) / 7
        var text = """
            <svg viewBox="0 0 \(weeks * cell + 4) \(7 * cell + 4)" width="\(weeks * cell * 2)" \
            role="img" aria-label="Certificates that end, by day; the table has the numbers">

            """
        for offset in 0..<Self.horizonDays {
            let day = start.adding(seconds: offset * Timestamp.secondsPerDay).day
            let count = days[day]?.domains ?? 0
            let x = Int(offset) / 7 * cell + 2
            let y = Int(offset) % 7 * cell + 2
            let shade = count == 0 ? "0.08" : Self.opacity(count, of: greatest)
            let color = count == 0 ? "var(--absent)" : "var(--bouncing)"
            text += """
                <rect x="\(x)" y="\(y)" width="\(cell - 3)" height="\(cell - 3)" rx="3" \
                style="fill:\(color);fill-opacity:\(shade)"><title>\(day): \(count)</title></rect>

                """
        }
        return text + "</svg>\n"
    }

    /// From 0.35 to 1.00, so that one domain can be seen beside a thousand.
    private static func opacity(_ count: Int, of greatest: Int) -> String {
        let hundredths = 35 + 65 * count / max(1, greatest)
        return hundredths >= 100 ? "1" : "0.\(hundredths)"
    }

    private var table: String {
        var text = """
            <table><caption>Certificates of policy hosts that end within \(Self.horizonDays) \
            days</caption><thead><tr><th scope="col">Ends on</th><th scope="col" \
            class="n">Domains</th><th scope="col">For example</th></tr></thead><tbody>

            """
        for (day, entry) in days.sorted(by: { $0.key < $1.key }) {
            text += """
                <tr><td class="nowrap">\(day)</td><td class="n">\(HTMLText.number(entry.domains))\
                </td><td class="code">\(HTMLText.escape(entry.examples.joined(separator: ", ")))\
                </td></tr>

                """
        }
        return text + "</tbody></table>\n"
    }
}
