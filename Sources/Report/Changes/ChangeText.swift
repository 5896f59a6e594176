internal import Audit
internal import Evidence
internal import Store

/// The changes between two runs for a person: what broke first.
enum ChangeText {
    private static let causeLimit = 20
    private static let accountLimit = 10

    static func text(_ tally: ChangeTally) -> String {
        var lines = heading(tally)
        for kind in ChangeKind.allCases where tally.count(kind) > 0 {
            lines += section(kind, tally)
        }
        lines += causes(tally)
        lines += accounts(tally)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func heading(_ tally: ChangeTally) -> [String] {
        let portfolio = InertText.line(tally.after.portfolio).clipped(to: 60)
        var first = "Changes in portfolio \(portfolio)"
        if let account = tally.account {
            first += ", account \(InertText.line(account).clipped(to: 60))"
        }
        var lines = [first, "  from \(name(tally.before))", "  to   \(name(tally.after))", ""]
        let width = ChangeKind.allCases.map { "\(tally.count($0))".count }.max() ?? 1
        for kind in ChangeKind.allCases {
            let count = "\(tally.count(kind))".aligned(to: width)
            lines.append("  \(count) \(kind.rawValue.padded(to: 14)) \(kind.meaning)")
        }
        return lines
    }

    private static func name(_ run: Run) -> String {
        let state = run.state == .finished ? "" : ", \(run.state.rawValue)"
        return "run \(run.id) (\(run.kind.rawValue), \(run.startedAt)\(state))"
    }

    private static func section(_ kind: ChangeKind, _ tally: ChangeTally) -> [String] {
        let examples = tally.examples[kind] ?? []
        guard !examples.isEmpty else { return [] }
        let names = examples.map { InertText.line($0.domain).clipped(to: 60) }
        let width = min(44, names.map(\.count).max() ?? 0)
        var lines = ["", title(kind)]
        lines += zip(names, examples).map { name, change in
            let parts = [verdicts(change), causes(change), accounts(change)]
            return "  \(name.padded(to: width))  "
                + parts.filter { !$0.isEmpty }.joined(separator: "  ")
        }
        let rest = tally.count(kind) - examples.count
        if rest > 0 { lines.append("  and \(rest) more (--format csv has them all)") }
        return lines
    }

    private static func title(_ kind: ChangeKind) -> String {
        switch kind {
        case .regressed: "Regressed"
        case .fixed: "Fixed"
        case .lapsed: "Lapsed"
        case .revived: "Revived"
        case .changed: "Changed"
        case .new: "New"
        case .gone: "Gone"
        case .notMeasured: "Not measured now"
        case .measuredAgain: "Measured again"
        }
    }

    private static func verdicts(_ change: DomainChange) -> String {
        let (before, after) = (change.before?.verdict.rawValue, change.after?.verdict.rawValue)
        switch change.kind {
        case .regressed, .fixed, .lapsed, .revived, .changed:
            return before == after ? after ?? "" : "\(before ?? "?") -> \(after ?? "?")"
        case .new: return after ?? "not examined yet"
        case .gone: return before.map { "was \($0)" } ?? ""
        case .notMeasured:
            return (before.map { "was \($0)" } ?? "never measured")
                + (change.after == nil ? ", not examined yet" : "")
        case .measuredAgain: return after ?? ""
        }
    }

    private static func causes(_ change: DomainChange) -> String {
        switch change.kind {
        case .regressed, .fixed, .lapsed, .revived, .changed:
            let signed =
                change.comparison.appeared.map { "+\($0.rawValue)" }
                + change.comparison.cleared.map { "-\($0.rawValue)" }
            if !signed.isEmpty { return signed.joined(separator: " ") }
            return "(\(change.differences.map(\.rawValue).joined(separator: ", ")))"
        case .notMeasured:
            let open = (change.after?.findings ?? []).filter { $0.severity == .unmeasured }
            return open.map(\.cause.rawValue).joined(separator: " ")
        case .new, .measuredAgain:
            return (change.after?.causes ?? []).map(\.rawValue).joined(separator: " ")
        case .gone: return ""
        }
    }

    private static func accounts(_ change: DomainChange) -> String {
        guard !change.accounts.isEmpty else { return "" }
        let names = change.accounts.prefix(3).map { InertText.line($0).clipped(to: 24) }
        let rest = change.accounts.count - names.count
        return "[\(names.joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : "")]"
    }

    private static func causes(_ tally: ChangeTally) -> [String] {
        guard !tally.causes.isEmpty else { return [] }
        let sorted = tally.causes.sorted { a, b in
            (b.value.appeared, b.value.cleared, a.key.rawValue)
                < (a.value.appeared, a.value.cleared, b.key.rawValue)
        }
        var lines = ["", "By cause", "  appeared cleared"]
        lines += sorted.prefix(causeLimit).map { cause, count in
            "  \("\(count.appeared)".aligned(to: 8)) \("\(count.cleared)".aligned(to: 7))"
                + " \(cause.rawValue)"
        }
        if sorted.count > causeLimit { lines.append("  and \(sorted.count - causeLimit) more") }
        return lines
    }

    private static let columns: [(kind: ChangeKind, title: String)] = [
        (.regressed, "regressed"), (.fixed, "fixed"), (.lapsed, "lapsed"), (.revived, "revived"),
        (.changed, "changed"), (.new, "new"), (.gone, "gone"), (.notMeasured, "not measured"),
    ]

    private static func accounts(_ tally: ChangeTally) -> [String] {
        guard !tally.accounts.isEmpty, tally.account == nil else { return [] }
        let sorted = tally.accounts.sorted { a, b in
            for column in columns {
                let (x, y) = (a.value[column.kind] ?? 0, b.value[column.kind] ?? 0)
                if x != y { return x > y }
            }
            return a.key < b.key
        }
        func row(_ counts: [ChangeKind: Int], _ name: String) -> String {
            let cells = columns.map { "\(counts[$0.kind] ?? 0)".aligned(to: $0.title.count) }
            return "  \(cells.joined(separator: " "))  \(name)"
        }
        var lines = [
            "", "By account", "  \(columns.map(\.title).joined(separator: " "))",
        ]
        lines += sorted.prefix(accountLimit).map { account, counts in
            row(counts, InertText.line(account).clipped(to: 40))
        }
        var rest = tally.otherAccounts
        for (_, counts) in sorted.dropFirst(accountLimit) {
            rest.merge(counts, uniquingKeysWith: +)
        }
        if !rest.isEmpty { lines.append(row(rest, "(all other accounts)")) }
        return lines
    }
}
