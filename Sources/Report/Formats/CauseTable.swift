internal import Audit
internal import Store

/// `causes.csv`: what one kind of fix clears, the most domains first.
enum CauseTable {
    static func text(_ causes: [CauseCount], examined: Int) -> [UInt8] {
        var row = CSVRow()
        for column in [
            "cause", "severity", "domains", "accounts", "share", "title", "remedy", "examples",
        ] { row.word(column) }
        row.end()
        for count in causes {
            row.word(count.cause.rawValue)
            row.word(count.severity.rawValue)
            row.number(count.domains)
            row.number(count.accounts)
            row.word(share(count, of: examined))
            row.text(Catalogue.explanations[count.cause]?.title ?? "")
            row.text(Catalogue.remedy(count.cause))
            row.text(count.examples.joined(separator: " "))
            row.end()
        }
        return row.bytes
    }

    /// Of the examined domains, from 0 to 1 with four digits; empty for invalid rows, which are
    /// not among them.
    private static func share(_ count: CauseCount, of examined: Int) -> String {
        guard count.cause != .inputInvalidDomain, examined > 0 else { return "" }
        return Share.fraction(count.domains, of: examined, digits: 4)
    }
}
