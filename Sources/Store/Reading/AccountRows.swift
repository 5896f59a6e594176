/// Which rows of a portfolio a report is about.
enum AccountRows: Hashable, Sendable {
    case all
    /// Those without an account.
    case without
    case named(String)

    /// - Parameter account: empty for the rows without one; nil for all.
    init(_ account: String?) {
        switch account {
        case nil: self = .all
        case "": self = .without
        case .some(let name): self = .named(name)
        }
    }

    /// The index that finds the rows of a portfolio in the order of their lines.
    var index: String {
        switch self {
        case .all, .without: "INDEXED BY entry_by_line"
        case .named: "INDEXED BY entry_by_account"
        }
    }

    /// To be added to a condition on `entry`.
    func condition(_ entry: String, _ parameter: String) -> String {
        switch self {
        case .all: ""
        case .without: "AND \(entry).account IS NULL"
        case .named: "AND \(entry).account = \(parameter)"
        }
    }
}
