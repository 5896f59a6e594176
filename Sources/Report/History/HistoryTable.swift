internal import Audit
internal import Evidence
internal import MTASTS

/// Histories as CSV. Sorted by `from`, the rows of a domain tell its story; `kind` says what each
/// is: `live` and `held` policies, `seen` stays, `change`.
enum HistoryTable {
    private static let columns = [
        "domain", "kind", "facet", "side", "from", "until", "value", "before", "policy_id", "mode",
        "max_age", "mx", "differs", "recheck_after", "recheck_bound",
    ]

    static func begin(_ buffer: inout [UInt8]) {
        var row = CSVRow()
        for column in columns { row.word(column) }
        row.end()
        buffer += row.bytes
    }

    static func append(_ page: HistoryPage, to buffer: inout [UInt8]) {
        var row = Writer(page)
        if let live = page.caches.live {
            row.policy("live", live, from: page.caches.liveSince, until: nil)
        }
        for held in page.caches.held {
            row.policy(
                "held", held.policy, from: held.published.firstSeen, until: held.until,
                value: (held.mxHosts ?? []).map { host in
                    "\(held.treatment(of: host).rawValue) \(host.host)"
                }.joined(separator: "; "), differs: held.differs)
        }
        for history in page.timeline.histories {
            for stay in history.stays {
                row.facet(
                    "seen", history.facet, from: stay.firstSeen, until: stay.lastSeen,
                    value: stay.value)
            }
        }
        for change in page.timeline.changes {
            for facet in change.changes {
                row.facet(
                    "change", facet.facet, from: facet.lastSeenBefore, until: change.seenAt,
                    value: facet.to, before: facet.from)
            }
        }
        buffer += row.bytes
    }

    private struct Writer {
        private let page: HistoryPage
        private var row = CSVRow()

        var bytes: [UInt8] { row.bytes }

        init(_ page: HistoryPage) { self.page = page }

        mutating func policy(
            _ kind: String, _ policy: LivePolicy, from: Timestamp?, until: Timestamp?,
            value: String = "", differs: Bool? = nil
        ) {
            begin(kind, "", "", from, until)
            row.text(value)
            row.word("")
            row.text(policy.recordID)
            row.text(policy.mode)
            row.number(policy.maxAge)
            row.text(policy.patterns.joined(separator: " "))
            row.word(differs.map { $0 ? "yes" : "no" } ?? "")
            end()
        }

        mutating func facet(
            _ kind: String, _ facet: Facet, from: Timestamp, until: Timestamp, value: FacetValue,
            before: FacetValue? = nil
        ) {
            begin(kind, facet.rawValue, facet.side.rawValue, from, until)
            row.text(value.items.joined(separator: "; "))
            row.text(before?.items.joined(separator: "; ") ?? "")
            for _ in 0..<5 { row.word("") }
            end()
        }

        private mutating func begin(
            _ kind: String, _ facet: String, _ side: String, _ from: Timestamp?,
            _ until: Timestamp?
        ) {
            row.word(page.domain.description)
            row.word(kind)
            row.word(facet)
            row.word(side)
            row.word(from.map { "\($0)" } ?? "")
            row.word(until.map { "\($0)" } ?? "")
        }

        private mutating func end() {
            row.word(page.recheck.map { "\($0.after)" } ?? "")
            row.word(page.recheck?.bound ?? "")
            row.end()
        }
    }
}
