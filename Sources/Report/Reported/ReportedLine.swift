internal import Evidence
internal import Store

/// TLS reports as JSON Lines: `kind` is `domain`, or `all` for the sums of all domains.
enum ReportedLine {
    static func append(_ domain: ReportedDomain, _ days: ReportDays, to buffer: inout [UInt8]) {
        let sums = ReportedSums(domain)
        var json = JSONWriter(escaping: InertText.isActive)
        json.object { json in
            begin(&json, "domain", days)
            json.key("domain")
            json.string(domain.domain)
            json.sessions(sums.all)
            json.key("organizations")
            json.array { json in
                for organization in sums.organizations {
                    json.object { json in
                        json.key("organization")
                        json.string(organization.name)
                        json.sessions(organization.count)
                    }
                }
            }
            json.key("result_types")
            json.array { json in for type in sums.types { append(type, to: &json) } }
            json.key("mx_hosts")
            json.array { json in
                for host in sums.mxHosts {
                    json.object { json in
                        json.key("mx_host")
                        json.string(host.name)
                        json.key("failed_sessions")
                        json.number(host.sessions)
                    }
                }
            }
            json.key("by_day")
            json.array { json in
                for day in sums.days {
                    json.object { json in
                        json.key("day")
                        json.string(day.day.day)
                        json.sessions(day.count)
                    }
                }
            }
        }
        json.newline()
        buffer += json.bytes
    }

    static func append(_ overview: ReportedOverview, to buffer: inout [UInt8]) {
        var json = JSONWriter(escaping: InertText.isActive)
        json.object { json in
            begin(&json, "all", overview.days)
            json.key("domains")
            json.number(overview.all.domains)
            json.sessions(overview.all.count)
            json.key("result_types")
            json.array { json in
                for type in overview.types {
                    json.object { json in
                        json.key("result_type")
                        json.optional(type.resultType)
                        json.key("domains")
                        json.number(type.domains)
                        json.key("failed_sessions")
                        json.number(type.sessions)
                    }
                }
            }
            json.key("organizations")
            json.array { json in
                for group in overview.organizations { json.group(group, named: "organization") }
            }
            json.key("accounts")
            json.array { json in
                for group in overview.accounts { json.group(group, named: "account") }
            }
        }
        json.newline()
        buffer += json.bytes
    }

    private static func begin(_ json: inout JSONWriter, _ kind: String, _ days: ReportDays) {
        json.key("kind")
        json.string(kind)
        json.key("first_day")
        json.string(days.first.day)
        json.key("last_day")
        json.string(days.last.day)
    }

    private static func append(_ type: ReportedSums.TypeSum, to json: inout JSONWriter) {
        json.object { json in
            json.key("result_type")
            json.optional(type.resultType)
            json.key("known")
            json.bool(type.isKnown)
            json.key("failed_sessions")
            json.number(type.sessions)
            json.key("days")
            json.number(type.days.count)
            json.key("first_day")
            json.optional(type.firstDay?.day)
            json.key("last_day")
            json.optional(type.lastDay?.day)
            json.key("organizations")
            json.array { json in
                for name in type.organizations.sorted() { json.string(name) }
            }
            json.key("mx_hosts")
            json.array { json in for host in type.mxHosts.sorted() { json.string(host) } }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func sessions(_ count: SessionCount) {
        key("successful_sessions")
        number(count.successful)
        key("failed_sessions")
        number(count.failed)
        key("failure_rate")
        if let share = count.share { number(digits: share) } else { null() }
    }

    fileprivate mutating func group(_ group: ReportedGroup, named key: StaticString) {
        object { json in
            json.key(key)
            json.string(group.name)
            json.key("domains")
            json.number(group.domains)
            json.sessions(group.count)
        }
    }
}
