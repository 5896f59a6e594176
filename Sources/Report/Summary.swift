public import Audit
public import Store

/// What a person wants to see first of a run.
public struct Summary: Hashable, Sendable {
    public var run: Run
    public var verdicts: VerdictCounts
    /// By domains, the most first.
    public var causes: [CauseCount]
    /// By domains in error, the most first.
    public var accounts: [AccountCount]
    /// What is to be said once of the run.
    public var notes: [RunNote]
    /// What one fix clears at many domains, the most first; empty where nobody asked.
    public var groups: [RootGrouping.Group]

    public init(
        run: Run, verdicts: VerdictCounts, causes: [CauseCount], accounts: [AccountCount],
        notes: [RunNote] = [], groups: [RootGrouping.Group] = []
    ) {
        self.run = run
        self.verdicts = verdicts
        self.causes = causes
        self.accounts = accounts
        self.notes = notes
        self.groups = groups
    }

    /// - Parameters:
    ///   - account: only its rows; empty for the rows without one; nil: all rows.
    ///   - accountLimit: how many of the worst accounts.
    ///   - groups: those of the run, by `RootGroups` or from a `ReportWriter`; empty to leave them
    ///     out. The first few are kept.
    public init(
        _ store: AuditStore, _ run: Run, account: String? = nil, accountLimit: Int = 10,
        groups: [RootGrouping.Group] = []
    ) async throws(ReportError) {
        do throws(StoreError) {
            self.init(
                run: run, verdicts: try await store.verdictCounts(of: run, account: account),
                causes: try await store.causeCounts(of: run, account: account),
                accounts: account == nil
                    ? try await store.accountCounts(of: run, limit: accountLimit) : [],
                notes: try await store.notes(of: run),
                groups: Array(groups.prefix(Self.shownGroups)))
        } catch {
            throw .store(error)
        }
    }

    /// As many groups as a summary has room for.
    static let shownGroups = 3

    /// The most urgent severity found; nil when there are no findings.
    public var severity: Severity? { causes.map(\.severity).max() }
}

extension Summary {
    /// Tables for a terminal, control characters shown and not sent.
    ///
    /// - Parameters:
    ///   - isColored: with ANSI colours; only for a terminal that asked for them.
    ///   - causeLimit: how many causes are listed.
    public func text(isColored: Bool = false, causeLimit: Int = 10) -> String {
        var lines: [String] = []
        let ink = Ink(isOn: isColored)
        lines += verdictLines(ink)
        let listed = causes.prefix(causeLimit)
        if !listed.isEmpty {
            lines += ["", ink.bold("Top causes")]
            lines += causeLines(Array(listed), ink)
            let rest = causes.count - listed.count
            if rest > 0 { lines.append("  and \(rest) more (causes.csv has them all)") }
        }
        if !groups.isEmpty {
            lines += ["", ink.bold("What one fix clears") + "  (stsaudit groups has them all)"]
            lines += groupLines(ink)
        }
        let hit = accounts.filter { !$0.account.isEmpty && $0.withErrors + $0.invalidRows > 0 }
        if !hit.isEmpty {
            lines += ["", ink.bold("Accounts worst hit")]
            lines += accountLines(hit)
        }
        if !notes.isEmpty { lines += [""] + notes.map { InertText.line($0.detail) } }
        return lines.joined(separator: "\n") + "\n"
    }

    private func verdictLines(_ ink: Ink) -> [String] {
        var lines = [ink.bold("Verdicts") + "  (\(verdicts.examined) domains examined)"]
        let width = verdicts.domains.values.map { "\($0)".count }.max() ?? 1
        for verdict in Verdict.allCases {
            guard let count = verdicts.domains[verdict], count > 0 else { continue }
            let name = verdict.rawValue.padded(to: 13)
            let share = verdict == .invalidInput ? "  rows" : percent(count)
            lines.append("  \(ink.verdict(verdict, name)) \("\(count)".aligned(to: width))\(share)")
        }
        if verdicts.outstanding > 0 {
            lines.append("  not examined yet: \(plural(verdicts.outstanding, "domain"))")
        }
        return lines
    }

    private func causeLines(_ causes: [CauseCount], _ ink: Ink) -> [String] {
        let width = causes.map { "\($0.domains)".count }.max() ?? 1
        return causes.flatMap { count in
            let name = ink.severity(count.severity, count.severity.rawValue.padded(to: 10))
            let accounts = count.accounts > 0 ? ", \(plural(count.accounts, "account"))" : ""
            let unit = count.cause == .inputInvalidDomain ? "row" : "domain"
            return [
                "  \("\(count.domains)".aligned(to: width)) \(name) \(count.cause.rawValue)"
                    + "  (\(plural(count.domains, unit))\(accounts))",
                String(repeating: " ", count: width + 14) + Catalogue.remedy(count.cause),
            ]
        }
    }

    private func groupLines(_ ink: Ink) -> [String] {
        let width = groups.map { "\($0.domains)".count }.max() ?? 1
        return groups.flatMap { group in
            let name = ink.severity(group.severity, group.severity.rawValue.padded(to: 10))
            let root = InertText.line(group.root.name).clipped(to: 70)
            return [
                "  \("\(group.domains)".aligned(to: width)) \(name) \(group.cause.rawValue)"
                    + "  (\(plural(group.domains, "domain")), "
                    + "\(plural(group.accounts, "account")))",
                String(repeating: " ", count: width + 14) + "\(group.root.kind.title): \(root)",
            ]
        }
    }

    private func accountLines(_ accounts: [AccountCount]) -> [String] {
        let rows = accounts.map { (InertText.line($0.account).clipped(to: 40), $0) }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, account in
            var line =
                "  \(name.padded(to: width))  \(account.withErrors) of "
                + "\(plural(account.domains, "domain")) with errors"
            if account.invalidRows > 0 {
                line += ", \(plural(account.invalidRows, "row")) without a domain name"
            }
            return line
        }
    }

    private func percent(_ count: Int) -> String {
        let share = Share.percent(count, of: verdicts.examined)
        return share.isEmpty ? "" : "  " + share.aligned(to: 7)
    }

    private func plural(_ count: Int, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }
}

/// ANSI colours, or none.
private struct Ink {
    var isOn: Bool

    func bold(_ text: String) -> String { paint("1", text) }

    func severity(_ severity: Severity, _ text: String) -> String {
        switch severity {
        case .error: paint("31", text)
        case .warning: paint("33", text)
        case .advice: paint("36", text)
        case .unmeasured: paint("35", text)
        }
    }

    func verdict(_ verdict: Verdict, _ text: String) -> String {
        switch verdict {
        case .enforced: paint("32", text)
        case .bouncing, .ineffective, .invalidInput: paint("31", text)
        case .degraded: paint("33", text)
        case .unmeasured: paint("35", text)
        case .testing, .disabled, .absent, .noMail, .noDomain: text
        }
    }

    private func paint(_ code: String, _ text: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    func aligned(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }

    func clipped(to width: Int) -> String {
        count <= width ? self : String(prefix(width - 3)) + "..."
    }
}
