internal import Audit
internal import Evidence
internal import Store

/// Changes as JSON Lines: an object for each domain, every key in every object.
struct ChangeLines {
    private var json = JSONWriter(escaping: InertText.isActive)

    mutating func append(_ change: DomainChange, to buffer: inout [UInt8]) {
        json.removeAll()
        json.object { json in
            json.key("domain")
            json.string(change.domain)
            json.key("accounts")
            json.list(change.accounts)
            json.key("change")
            json.string(change.kind.rawValue)
            json.key("appeared")
            json.list(change.comparison.appeared.map(\.rawValue))
            json.key("cleared")
            json.list(change.comparison.cleared.map(\.rawValue))
            json.key("differs")
            json.list(change.differences.map(\.rawValue))
            json.key("before")
            json.side(change.before)
            json.key("after")
            json.side(change.after)
        }
        json.newline()
        buffer += json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func list(_ strings: [String]) {
        array { json in
            for string in strings { json.string(string) }
        }
    }

    fileprivate mutating func side(_ side: DomainChange.Side?) {
        guard let side else { return null() }
        object { json in
            json.key("run")
            json.number(side.run)
            json.key("verdict")
            json.string(side.verdict.rawValue)
            json.key("severity")
            json.optional(side.severity?.rawValue)
            json.key("mode")
            json.optional(side.mode)
            json.key("policy_id")
            json.optional(side.policyID)
            json.key("max_age")
            json.optional(side.maxAge)
            json.key("mx_hosts")
            json.list(side.mxHosts.split(separator: " ").map(String.init))
            json.key("findings")
            json.array { json in
                for finding in side.findings { json.finding(finding) }
            }
            json.key("measured_at")
            json.string(side.measuredAt.description)
        }
    }
}
