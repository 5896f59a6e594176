public import Audit
internal import Evidence

extension HistoryPage {
    /// Stays and changes beyond these are counted; CSV and JSON have them all.
    private static let listed = 12

    var text: String {
        var text = "\(domain): \(verdict?.rawValue ?? "")\n"
        if let firstSeen, let lastSeen {
            text += "  Looked at from \(firstSeen) to \(lastSeen)\n"
        }
        text += "\nWhat senders may hold at \(now)\n"
        for line in CacheLines(caches: caches).lines { text += "  \(InertText.line(line))\n" }
        for finding in findings {
            text +=
                "  \(finding.severity.rawValue.uppercased()) \(finding.cause.code): "
                + InertText.line(finding.detail) + "\n"
        }
        if let recheck { text += "  \(CacheLines.sentence(recheck))\n" }
        text += "\nWhat was seen\n"
        for history in timeline.histories { text += Self.stays(of: history) }
        return text + "\nWhat changed together\n" + changes
    }

    private static func stays(of history: FacetHistory) -> String {
        var text = "  \(history.facet.title)\n"
        if history.stays.isEmpty { text += "    not measured\n" }
        let hidden = history.stays.count - listed
        if hidden > 0 { text += "    \(hidden) earlier ones\n" }
        for stay in history.stays.suffix(listed) {
            text +=
                "    \(stay.firstSeen) to \(stay.lastSeen)  "
                + InertText.line(stay.value.phrase) + "\n"
        }
        if !history.stays.isEmpty, let until = history.unmeasuredUntil {
            text += "    not measured since, up to \(until)\n"
        }
        return text
    }

    private var changes: String {
        guard !timeline.changes.isEmpty else { return "  Nothing changed.\n" }
        let lines = ChangedLines(timeline: timeline, limit: Self.listed)
        return lines.lines.map { "  \(InertText.line($0))\n" }.joined()
    }
}

/// Held policies, a line or two for each; untrusted text in them is as received.
public struct CacheLines {
    private let caches: SenderCaches

    public init(caches: SenderCaches) { self.caches = caches }

    public var lines: [String] {
        var lines: [String] = []
        if let live = caches.live {
            let since = caches.liveSince.map { ", seen since \($0)" } ?? ""
            lines.append("live  \(live.phrase)\(since)")
        } else {
            lines.append("live  nothing")
        }
        for held in caches.held.reversed() {
            let gone = held.published.goneBy.map { ", gone by \($0)" } ?? ""
            lines.append("held  until \(held.until): \(held.policy.phrase)\(gone)")
            lines += held.effects.map { "        \($0)" }
        }
        if caches.held.isEmpty {
            lines.append(
                caches.isAtLeast
                    ? "No earlier policy was seen that could be held; it may have gone before."
                    : "No sender can hold an earlier policy.")
        }
        return lines
    }

    public static func sentence(_ recheck: Recheck) -> String {
        recheck.isAtLeast
            ? "Test again after \(recheck.after) at the least: the domain was not watched for as "
                + "long as its policies are held."
            : "Test again after \(recheck.after): then the last sender has let go."
    }
}

/// What changed, each look's findings together, the last first to fit.
public struct ChangedLines {
    private let timeline: Timeline
    private let limit: Int

    /// - Parameter limit: looks with changes; earlier ones are counted.
    public init(timeline: Timeline, limit: Int) {
        self.timeline = timeline
        self.limit = limit
    }

    public var lines: [String] {
        var lines: [String] = []
        let hidden = timeline.changes.count - limit
        if hidden > 0 { lines.append("\(hidden) earlier changes") }
        for change in timeline.changes.suffix(limit) {
            let after = change.changes.map(\.lastSeenBefore).max()
            lines.append("\(change.seenAt)" + (after.map { ", not yet at \($0)" } ?? ""))
            for facet in change.changes {
                let side = facet.facet.side.rawValue
                let blanks = String(repeating: " ", count: max(0, 10 - side.count))
                let older =
                    facet.lastSeenBefore == after ? "" : " (not yet at \(facet.lastSeenBefore))"
                lines.append(
                    "  \(side)\(blanks)\(facet.facet.title): \(facet.phrase)\(older)")
            }
        }
        return lines
    }
}

extension FacetChange {
    /// Long lists show what went and what came.
    fileprivate var phrase: String {
        let (old, new) = (Set(from.items), Set(to.items))
        guard from.items.count > 1, to.items.count > 1, old != new, !old.isDisjoint(with: new)
        else {
            return from.items == to.items
                ? "\(from.phrase), with other contents" : "\(from.phrase) -> \(to.phrase)"
        }
        let gone = from.items.filter { !new.contains($0) }.map { "- \($0)" }
        let added = to.items.filter { !old.contains($0) }.map { "+ \($0)" }
        return (gone + added).joined(separator: "; ")
    }
}

extension FacetValue {
    var phrase: String { isNothing ? "nothing" : items.joined(separator: "; ") }
}

extension LivePolicy {
    fileprivate var phrase: String {
        let mx = patterns.isEmpty ? "no mx" : "mx \(patterns.joined(separator: ", "))"
        return "id \(recordID), mode \(mode), max_age \(maxAge) s, \(mx)"
    }
}

extension HeldPolicy {
    /// What a holder does with today's hosts, the same treatment together.
    fileprivate var effects: [String] {
        var effects: [String]
        if let mxHosts {
            effects = Treatment.allCases.compactMap { treatment in
                let hosts = mxHosts.filter { self.treatment(of: $0) == treatment }.map(\.host)
                return hosts.isEmpty
                    ? nil : "\(treatment.phrase) \(hosts.joined(separator: ", "))"
            }
        } else {
            effects = ["the MX hosts of today are not known"]
        }
        switch likeness {
        case .same: effects.append("the same as the live one")
        case .idUnchanged: effects.append("its id is the live one's: no reason to fetch")
        case .idReused: effects.append("its id is back over another text: no reason to fetch")
        case .otherID: break
        }
        return effects
    }
}
