internal import Audit
internal import Evidence
internal import MTASTS
internal import Store

/// A history as one JSON object on a line.
enum HistoryLine {
    static func append(_ page: HistoryPage, to buffer: inout [UInt8]) {
        var json = JSONWriter(escaping: InertText.isActive)
        json.object { json in
            json.key("domain")
            json.string(page.domain.description)
            json.key("verdict")
            json.optional(page.verdict?.rawValue)
            json.key("first_seen")
            json.optional(page.firstSeen?.description)
            json.key("last_seen")
            json.optional(page.lastSeen?.description)
            json.key("at")
            json.string(page.now.description)
            json.key("recheck_after")
            json.optional(page.recheck?.after.description)
            json.key("recheck_bound")
            json.optional(page.recheck?.bound)
            json.key("findings")
            json.array { json in
                for finding in page.findings { json.finding(finding) }
            }
            json.key("live")
            if let live = page.caches.live {
                json.object { json in
                    json.policy(live)
                    json.key("first_seen")
                    json.optional(page.caches.liveSince?.description)
                }
            } else {
                json.null()
            }
            json.key("held")
            json.array { json in
                for held in page.caches.held { json.held(held) }
            }
            json.key("facets")
            json.array { json in
                for history in page.timeline.histories { json.facet(history) }
            }
            json.key("changes")
            json.array { json in
                for change in page.timeline.changes { json.change(change) }
            }
        }
        json.newline()
        buffer += json.bytes
    }
}

extension JSONWriter {
    mutating func strings(_ strings: some Sequence<String>) {
        array { json in
            for string in strings { json.string(string) }
        }
    }

    fileprivate mutating func policy(_ policy: LivePolicy) {
        key("policy_id")
        string(policy.recordID)
        key("sha256")
        string(policy.digest.hex)
        key("mode")
        string(policy.mode)
        key("max_age")
        number(policy.maxAge)
        key("mx")
        strings(policy.patterns)
    }

    fileprivate mutating func held(_ held: HeldPolicy) {
        object { json in
            json.policy(held.policy)
            json.key("first_seen")
            json.string(held.published.firstSeen.description)
            json.key("gone_by")
            json.optional(held.published.goneBy?.description)
            json.key("until")
            json.string(held.until.description)
            json.key("likeness")
            json.string(held.likeness.rawValue)
            json.key("differs")
            json.bool(held.differs)
            json.key("mx_hosts")
            json.array { json in
                for host in held.mxHosts ?? [] {
                    json.object { json in
                        json.key("host")
                        json.string(host.host)
                        json.key("covered_by")
                        json.optional(host.pattern)
                        json.key("treatment")
                        json.string(held.treatment(of: host).rawValue)
                    }
                }
            }
        }
    }

    fileprivate mutating func facet(_ history: FacetHistory) {
        object { json in
            json.key("facet")
            json.string(history.facet.rawValue)
            json.key("side")
            json.string(history.facet.side.rawValue)
            json.key("unmeasured_until")
            json.optional(history.unmeasuredUntil?.description)
            json.key("seen")
            json.array { json in
                for stay in history.stays {
                    json.object { json in
                        json.key("from")
                        json.string(stay.firstSeen.description)
                        json.key("until")
                        json.string(stay.lastSeen.description)
                        json.value(stay.value)
                    }
                }
            }
        }
    }

    private mutating func value(_ value: FacetValue) {
        key("value")
        strings(value.items)
        key("sha256")
        strings(value.digests.map(\.hex))
    }

    fileprivate mutating func change(_ change: TimelineChange) {
        object { json in
            json.key("seen_at")
            json.string(change.seenAt.description)
            json.key("changes")
            json.array { json in
                for facet in change.changes {
                    json.object { json in
                        json.key("facet")
                        json.string(facet.facet.rawValue)
                        json.key("side")
                        json.string(facet.facet.side.rawValue)
                        json.key("not_yet_at")
                        json.string(facet.lastSeenBefore.description)
                        json.key("before")
                        json.strings(facet.from.items)
                        json.key("after")
                        json.strings(facet.to.items)
                    }
                }
            }
        }
    }
}
