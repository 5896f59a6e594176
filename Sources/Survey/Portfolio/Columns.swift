internal import Audit

/// Where the columns of a CSV portfolio stand.
struct Columns {
    let delimiter: UInt8
    let count: Int
    let domain: Int
    let account: Int?
    let expectedMode: Int?
    let tags: Int?
    let carried: [Int]
    let header: PortfolioHeader

    /// Comma first: a header of the single field `domain` reads the same with any of them.
    static let delimiters: [UInt8] = [0x2C, 0x3B, 0x09]

    /// Nil when no field is named `domain`. Of two columns with one name the first counts and the
    /// other is carried through.
    init?(_ row: CSVRow, delimiter: UInt8) {
        var known: [String: Int] = [:]
        var carried: [Int] = []
        var names: [String] = []
        for index in 0..<row.count {
            guard let field = row[index] else { continue }
            let name = String(decoding: DomainField.trimmed(field), as: UTF8.self)
            let key = name.lowercased()
            if Self.understood.contains(key), known[key] == nil {
                known[key] = index
            } else {
                carried.append(index)
                names.append(name)
            }
        }
        guard let domain = known["domain"] else { return nil }
        self.delimiter = delimiter
        self.domain = domain
        self.carried = carried
        count = row.count
        account = known["account"]
        expectedMode = known["expected_mode"]
        tags = known["tags"]
        header = PortfolioHeader(
            carried: names, hasAccount: account != nil, hasExpectedMode: expectedMode != nil,
            hasTags: tags != nil)
    }

    private static let understood: Set<String> = ["domain", "account", "expected_mode", "tags"]
}
