internal import Audit
internal import Evidence
internal import MTASTS
internal import Store

/// Plans as CSV: a row for each step, or one for a domain without a plan.
enum PlanTable {
    private static let columns = [
        "domain", "standing", "obstacle", "step", "action", "state", "date", "date_bound",
        "mx_hosts", "record", "policy", "title",
    ]

    static func begin(_ buffer: inout [UInt8]) {
        var row = CSVRow()
        for column in columns { row.word(column) }
        row.end()
        buffer += row.bytes
    }

    static func append(_ domain: DomainName, _ plan: Plan, to buffer: inout [UInt8]) {
        var row = CSVRow()
        guard !plan.steps.isEmpty else {
            row.word(domain.description)
            row.word(plan.standing.code)
            row.word(plan.obstacle?.rawValue ?? "")
            for _ in 0..<(columns.count - 4) { row.word("") }
            row.text(plan.obstacle?.explanation ?? "")
            row.end()
            buffer += row.bytes
            return
        }
        for (index, step) in plan.steps.enumerated() {
            row.word(domain.description)
            row.word(plan.standing.code)
            row.word("")
            row.number(index + 1)
            row.word(step.action.rawValue)
            row.word(step.state.code)
            row.word(step.date.map { "\($0)" } ?? "")
            row.word(step.date == nil ? "" : plan.isAtLeast ? "at-least" : "exact")
            row.text(step.hosts.joined(separator: " "))
            row.text(step.publication?.record ?? "")
            // The one cell with line ends: it is to be published as it is.
            row.carried(step.publication?.policy ?? "")
            row.text(step.action.title)
            row.end()
        }
        buffer += row.bytes
    }
}

/// A plan as one JSON object on a line.
enum PlanLine {
    static func append(_ domain: DomainName, _ plan: Plan, to buffer: inout [UInt8]) {
        var json = JSONWriter(escaping: InertText.isActive)
        json.object { json in
            json.key("domain")
            json.string(domain.description)
            json.key("standing")
            json.string(plan.standing.code)
            json.key("obstacle")
            json.optional(plan.obstacle?.rawValue)
            json.key("date_bound")
            json.string(plan.isAtLeast ? "at-least" : "exact")
            json.key("steps")
            json.array { json in
                for step in plan.steps { json.step(step) }
            }
        }
        json.newline()
        buffer += json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func step(_ step: PlanStep) {
        object { json in
            json.key("action")
            json.string(step.action.rawValue)
            json.key("state")
            json.string(step.state.code)
            json.key("date")
            json.optional(step.date?.description)
            json.key("mx_hosts")
            json.strings(step.hosts)
            json.key("record")
            json.optional(step.publication?.record)
            json.key("policy")
            json.optional(step.publication?.policy)
            json.key("title")
            json.string(step.action.title)
            json.key("reason")
            json.string(step.action.reason)
        }
    }
}
