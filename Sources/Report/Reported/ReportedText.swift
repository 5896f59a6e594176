internal import Evidence
internal import Store

/// What was reported of one domain, for a person.
struct ReportedText {
    private let domain: ReportedDomain
    private let days: ReportDays
    private let sums: ReportedSums

    /// Rows of a table; senders and hosts have no bound of their own.
    private static let limit = 20

    init(_ domain: ReportedDomain, _ days: ReportDays) {
        self.domain = domain
        self.days = days
        sums = ReportedSums(domain)
    }

    var text: String {
        var lines = [
            "\(InertText.line(domain.domain)): TLS reports of \(days.phrase)",
            "  \(sums.all.phrase), reported on \(sums.days.count) of these days",
        ]
        lines += section(
            "Senders", sums.organizations.map { [$0.name] + $0.count.cells })
        lines += section(
            "Result types",
            sums.types.map { type in
                [
                    type.resultType ?? "(none given)", "\(type.sessions) failed",
                    "\(type.days.count) \(type.days.count == 1 ? "day" : "days")",
                    "last \(type.lastDay?.day ?? "")",
                    (type.organizations.sorted().prefix(3) + more(type.organizations.count, 3))
                        .joined(separator: ", "),
                ]
            })
        lines += section("MX hosts", sums.mxHosts.map { [$0.name, "\($0.sessions) failed"] })
        lines += section("Days", sums.days.map { [$0.day.day] + $0.count.cells }, limit: 366)
        return lines.joined(separator: "\n") + "\n"
    }

    private func more(_ count: Int, _ limit: Int) -> [String] {
        count > limit ? ["\(count - limit) more"] : []
    }

    private func section(
        _ title: String, _ rows: [[String]], limit: Int = Self.limit
    ) -> [String] {
        Columns.section(title, rows, limit: limit)
    }
}

extension ReportedOverview {
    var text: String {
        var lines = [
            "TLS reports of \(days.phrase): \(domains(all.domains))",
            "  \(all.count.phrase)",
        ]
        lines += Columns.section(
            "Result types",
            types.map { type in
                [
                    type.resultType ?? "(none given)", "\(type.sessions) failed",
                    domains(type.domains),
                ]
            }, limit: limit)
        lines += section("Senders", organizations)
        lines += section("Accounts of the latest run, by failure rate", accounts)
        lines += Columns.section(
            "Domains with the most failures", worst.map { [$0.name] + $0.count.cells },
            limit: limit)
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ title: String, _ groups: [ReportedGroup]) -> [String] {
        Columns.section(
            title,
            groups.map { group in
                [group.name.isEmpty ? "(no account)" : group.name] + group.count.cells
                    + [domains(group.domains)]
            }, limit: limit)
    }

    private func domains(_ count: Int) -> String { "\(count) \(count == 1 ? "domain" : "domains")" }
}

/// Rows in columns.
private enum Columns {
    static func section(_ title: String, _ rows: [[String]], limit: Int) -> [String] {
        guard !rows.isEmpty else { return [] }
        let shown = rows.prefix(limit).map { $0.map { InertText.line($0).clipped(to: 60) } }
        let count = shown.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            shown.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        var lines = ["", title]
        for row in shown {
            let cells = row.enumerated().map { index, cell in
                // Numbers to the right, so that they can be compared.
                cell.first?.isNumber == true && index > 0
                    ? cell.aligned(to: widths[index]) : cell.padded(to: widths[index])
            }
            var line = "  " + cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            lines.append(line)
        }
        if rows.count > limit { lines.append("  and \(rows.count - limit) more") }
        return lines
    }
}

extension ReportDays {
    /// `the 14 days to 2026-11-22`
    var phrase: String { count == 1 ? last.day : "the \(count) days to \(last.day)" }
}

extension SessionCount {
    /// `1234 sessions, 53 failed (4.3 %)`
    fileprivate var phrase: String {
        "\(total) \(total == 1 ? "session" : "sessions"), \(failed) failed"
            + (failed > 0 ? " (\(percent))" : "")
    }

    fileprivate var cells: [String] {
        ["\(total) \(total == 1 ? "session" : "sessions")", "\(failed) failed", percent]
    }
}
