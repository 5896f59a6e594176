internal import Evidence
internal import Store

/// TLS reports as CSV. `kind` says what a row is: `sessions` of a domain, organization and day;
/// `failures` among them of one result type and MX host; or the `account` with all its domains.
enum ReportedTable {
    private static let columns = [
        "kind", "account", "domains", "domain", "day", "organization", "result_type", "mx_host",
        "successful_sessions", "failed_sessions", "failure_rate",
    ]

    static func begin(_ buffer: inout [UInt8]) {
        var row = CSVRow()
        for column in columns { row.word(column) }
        row.end()
        buffer += row.bytes
    }

    static func append(_ domain: ReportedDomain, to buffer: inout [UInt8]) {
        var row = CSVRow()
        for sessions in domain.sessions {
            begin(&row, "sessions", domain.domain)
            row.word(sessions.day.day)
            row.text(sessions.organization)
            row.word("")
            row.word("")
            end(&row, sessions.count)
        }
        for failures in domain.failures {
            begin(&row, "failures", domain.domain)
            row.word(failures.day.day)
            row.text(failures.organization)
            row.text(failures.resultType ?? "")
            row.text(failures.mxHost ?? "")
            row.word("")
            row.number(failures.sessions)
            row.word("")
            row.end()
        }
        buffer += row.bytes
    }

    static func append(account: ReportedGroup, to buffer: inout [UInt8]) {
        var row = CSVRow()
        row.word("account")
        row.text(account.name)
        row.number(account.domains)
        for _ in 0..<5 { row.word("") }
        end(&row, account.count)
        buffer += row.bytes
    }

    private static func begin(_ row: inout CSVRow, _ kind: String, _ domain: String) {
        row.word(kind)
        row.word("")
        row.word("")
        row.text(domain)
    }

    private static func end(_ row: inout CSVRow, _ count: SessionCount) {
        row.number(count.successful)
        row.number(count.failed)
        row.word(count.share ?? "")
        row.end()
    }
}
