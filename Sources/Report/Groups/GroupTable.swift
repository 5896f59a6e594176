public import Audit
internal import Store

/// The root-cause groups in the forms people and programs read.
public enum GroupTable {
    public static func csv(_ groups: [RootGrouping.Group]) -> [UInt8] {
        var row = CSVRow()
        for column in [
            "rank", "cause", "severity", "root", "value", "name", "domains", "sharing", "accounts",
            "remedy", "examples",
        ] { row.word(column) }
        row.end()
        for (index, group) in groups.enumerated() {
            row.number(index + 1)
            row.word(group.cause.rawValue)
            row.word(group.severity.rawValue)
            row.word(group.root.kind.rawValue)
            row.text(group.root.value)
            row.text(group.root.name)
            row.number(group.domains)
            row.number(group.sharing)
            row.number(group.accounts)
            row.text(Catalogue.remedy(group.cause))
            row.text(group.examples.joined(separator: " "))
            row.end()
        }
        return row.bytes
    }

    /// One JSON array, an object for each group.
    public static func json(_ groups: [RootGrouping.Group]) -> [UInt8] {
        var json = JSONWriter(escaping: InertText.isActive)
        json.array { json in
            for group in groups {
                json.object { json in
                    json.key("cause")
                    json.string(group.cause.rawValue)
                    json.key("severity")
                    json.string(group.severity.rawValue)
                    json.key("root")
                    json.string(group.root.kind.rawValue)
                    json.key("value")
                    json.string(group.root.value)
                    json.key("name")
                    json.string(group.root.name)
                    json.key("domains")
                    json.number(group.domains)
                    json.key("sharing")
                    json.number(group.sharing)
                    json.key("accounts")
                    json.number(group.accounts)
                    json.key("remedy")
                    json.string(Catalogue.remedy(group.cause))
                    json.key("examples")
                    json.array { json in
                        for example in group.examples { json.string(example) }
                    }
                }
            }
        }
        json.newline()
        return json.bytes
    }

    /// A few lines for each group: what is broken, what is shared, what fixing it clears.
    public static func text(_ groups: [RootGrouping.Group]) -> String {
        if groups.isEmpty { return "No two domains share the root of a finding.\n" }
        let width = "\(groups.map(\.domains).max() ?? 0)".count
        var text = ""
        for group in groups {
            let count = String(repeating: " ", count: width - "\(group.domains)".count)
            let indent = String(repeating: " ", count: width + 2)
            let accounts = group.accounts == 1 ? "1 account" : "\(group.accounts) accounts"
            text += """
                \(count)\(group.domains)  \(group.cause.rawValue) (\(group.severity.rawValue)), \
                \(accounts)
                \(indent)\(group.root.kind.title), at \(group.sharing) domains: \
                \(InertText.line(group.root.name))
                \(indent)\(Catalogue.remedy(group.cause))
                \(indent)\(InertText.line(group.examples.prefix(3).joined(separator: ", ")))

                """
        }
        return text
    }
}
