/// One generated domain: its row of the portfolio and its truth.
public struct GeneratedDomain: Sendable {
    public var index: Int
    public var domain: String
    /// `account-01` to `account-20`.
    public var account: String
    public var tags: String
    /// A column that the audit knows nothing of and has to carry through.
    public var contract: String
    public var scenario: Scenario

    public static let portfolioHeader = "domain,account,expected_mode,tags,contract"
    public static let truthHeader = "domain,verdict,causes"

    /// A row under `portfolioHeader` (RFC 4180), without its line end.
    public var portfolioRow: String {
        [domain, account, scenario.expectedModeColumn ?? "", tags, contract]
            .map(Self.field).joined(separator: ",")
    }

    /// A row under `truthHeader`, without its line end: causes sorted, with spaces between them.
    public var truthRow: String {
        [domain, scenario.verdict, scenario.causes.joined(separator: " ")]
            .map(Self.field).joined(separator: ",")
    }

    private static func field(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D })
        else { return value }
        let doubled = value.split(separator: "\"", omittingEmptySubsequences: false)
        return "\"" + doubled.joined(separator: "\"\"") + "\""
    }
}

extension GeneratedWorld {
    /// Header and rows of the portfolio, one at a time, without line ends: the memory needed does
    /// not depend on the count.
    public func portfolioLines() -> some Sequence<String> {
        lines(GeneratedDomain.portfolioHeader, \.portfolioRow)
    }

    /// Header and rows of the truth, in the order of the portfolio, without line ends.
    public func truthLines() -> some Sequence<String> {
        lines(GeneratedDomain.truthHeader, \.truthRow)
    }

    private func lines(
        _ header: String, _ row: @escaping (GeneratedDomain) -> String
    ) -> some Sequence<String> {
        sequence(state: -1) { (index: inout Int) -> String? in
            defer { index += 1 }
            if index < 0 { return header }
            return index < count ? row(domain(at: index)) : nil
        }
    }
}
