internal import Audit
internal import Evidence
internal import MTASTS
internal import Store

/// Kits as CSV for a bulk import: a row for each record to add, replace or delete.
enum KitTable {
    private static let columns = ["domain", "owner", "type", "ttl", "value", "action"]

    static func begin(_ buffer: inout [UInt8]) {
        var row = CSVRow()
        for column in columns { row.word(column) }
        row.end()
        buffer += row.bytes
    }

    static func append(_ kit: PublishKit, to buffer: inout [UInt8]) {
        var row = CSVRow()
        for change in kit.records {
            row.word(kit.domain.description)
            row.word(change.owner)
            row.word(change.type)
            row.number(change.ttl)
            row.text(change.value.plain)
            row.word(change.action.rawValue)
            row.end()
        }
        buffer += row.bytes
    }
}

extension RecordChange.Value {
    /// As an import wants it: no quotes, no final dot.
    fileprivate var plain: String {
        switch self {
        case .text(let octets): octets.display
        case .alias(let target): target
        case .address(let address): address.description
        }
    }
}

/// A kit as one JSON object on a line.
enum KitLine {
    static func append(_ kit: PublishKit, to buffer: inout [UInt8]) {
        var json = JSONWriter(escaping: InertText.isActive)
        json.object { json in
            json.key("domain")
            json.string(kit.domain.description)
            json.key("verdict")
            json.string(kit.verdict.rawValue)
            json.key("standing")
            json.string(kit.standing.code)
            json.key("obstacle")
            json.optional(kit.standing.obstacle?.code)
            json.key("cures")
            json.strings(kit.cures.map(\.code))
            json.key("forecast")
            json.optional(kit.forecast?.rawValue)
            json.key("mode")
            json.optional(kit.policy?.mode.rawValue)
            json.key("policy_id")
            json.optional(kit.policy?.publication.id)
            json.key("policy_url")
            json.string(KitText.url(kit.domain))
            json.key("policy")
            json.optional(kit.policy?.publication.policy)
            json.key("operators")
            json.array { json in
                for entry in kit.policy?.operators ?? [] { json.mailOperator(entry) }
            }
            json.key("records")
            json.array { json in
                for change in kit.records { json.change(change) }
            }
            json.key("steps")
            json.array { json in
                for step in kit.plan?.steps ?? [] { json.kitStep(step) }
            }
            json.key("remaining")
            json.array { json in
                for finding in kit.remaining { json.finding(finding) }
            }
        }
        json.newline()
        buffer += json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func mailOperator(_ entry: MailOperator) {
        object { json in
            json.key("name")
            json.string(entry.name)
            json.key("pattern")
            json.string(entry.pattern.description)
            json.key("document")
            json.string(entry.document)
            json.key("read")
            json.string(entry.read)
        }
    }

    fileprivate mutating func change(_ change: RecordChange) {
        object { json in
            json.key("action")
            json.string(change.action.rawValue)
            json.key("owner")
            json.string(change.owner)
            json.key("type")
            json.string(change.type)
            json.key("ttl")
            json.number(change.ttl)
            json.key("value")
            json.string(change.value.plain)
            json.key("replaces")
            json.strings(change.replaced.map(\.plain))
            json.key("note")
            json.string(change.note)
        }
    }

    fileprivate mutating func kitStep(_ step: PlanStep) {
        object { json in
            json.key("action")
            json.string(step.action.rawValue)
            json.key("state")
            json.string(step.state.code)
            json.key("date")
            json.optional(step.date?.description)
            json.key("title")
            json.string(step.action.title)
        }
    }
}

extension KitStanding {
    var obstacle: KitObstacle? {
        switch self {
        case .sound, .publish: nil
        case .blocked(let obstacle): obstacle
        }
    }
}
