import Lab

extension DomainSpecification {
    /// A sound domain but for what the body makes of it.
    static func changed(_ body: (inout DomainSpecification) -> Void) -> DomainSpecification {
        var specification = DomainSpecification()
        body(&specification)
        return specification
    }
}

extension CustomWorld {
    /// In the order of their names.
    var sortedDomains: [String] { domains.keys.sorted().map { "\($0).custom.example" } }
}

enum CSVField {
    /// RFC 4180 §2, rules 5 to 7.
    static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
