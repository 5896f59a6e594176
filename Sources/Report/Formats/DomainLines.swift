internal import Audit
internal import Store

/// `domains.jsonl`: a JSON object a line, every key in every object, so that readers need no
/// special cases. Strings are as found; JSON's own escapes keep control characters out.
struct DomainLines {
    private let columns: [String]
    private var json = JSONWriter(escaping: InertText.isActive)
    private var moment = MomentText()

    init(header: PortfolioHeader) {
        columns = CarriedColumns.names(header.carried, besides: [])
    }

    mutating func append(_ row: ReportRow, to buffer: inout [UInt8]) {
        json.removeAll()
        let recheckAfter = row.status?.recheck.map { moment($0.after) }
        let measuredAt = row.status.map { moment($0.measuredAt) }
        json.object { json in
            json.key("line")
            json.number(row.key.line)
            json.key("domain")
            json.optional(row.domain)
            json.key("input")
            json.string(row.input)
            json.key("account")
            json.optional(row.account.isEmpty ? nil : row.account)
            json.key("expected_mode")
            json.optional(row.expectedMode?.rawValue)
            json.key("tags")
            json.optional(row.tags.isEmpty ? nil : row.tags)
            json.key("carried")
            json.object { json in
                for (name, value) in zip(columns, row.carried) {
                    json.key(escaping: name)
                    json.string(value)
                }
            }
            json.key("verdict")
            json.optional(row.verdict?.rawValue)
            json.key("severity")
            json.optional(row.findings.map(\.severity).max()?.rawValue)
            json.key("mode")
            json.optional(row.status?.mode)
            json.key("policy_id")
            json.optional(row.status?.policyID)
            json.key("max_age")
            json.optional(row.status?.maxAge)
            json.key("mx_hosts")
            json.array { json in
                for host in row.status?.mxHosts ?? [] { json.string(host) }
            }
            json.key("findings")
            json.array { json in
                for finding in row.findings { json.finding(finding) }
            }
            json.key("recheck_after")
            json.optional(recheckAfter)
            json.key("recheck_bound")
            json.optional(row.status?.recheck?.bound)
            json.key("measured_at")
            json.optional(measuredAt)
        }
        json.newline()
        buffer += json.bytes
    }
}

extension JSONWriter {
    mutating func finding(_ finding: Finding) {
        object { json in
            json.key("cause")
            json.string(finding.cause.rawValue)
            json.key("severity")
            json.string(finding.severity.rawValue)
            json.key("line")
            json.optional(finding.line)
            json.key("column")
            json.optional(finding.column)
            json.key("detail")
            json.string(finding.detail)
            json.key("remedy")
            json.string(Catalogue.remedy(finding.cause))
        }
    }
}
