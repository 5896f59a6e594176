internal import Audit
internal import Evidence
internal import Store

/// The parts of the page that are the same whatever the browser can do: they need no script, and
/// print.
struct HTMLPage {
    var title: String
    var run: Run
    var account: String?
    var counts: HTMLCounts
    var accounts: [AccountCount]
    var trend: [RunVerdicts]
    var groups: [RootGrouping.Group]
    var calendar: ExpiryCalendar

    /// Rows of the tables beyond which a page is no overview any more; the CSV files have all.
    private static let accountLimit = 500
    private static let groupLimit = 200

    /// Up to the packed domain list, which follows at once.
    static func head(title: String) -> String {
        opening(title: title) + "<script type=\"text/plain\" id=\"rows\">"
    }

    /// Up to the start of the body. The policy lets the page load nothing at all.
    static func opening(title: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="referrer" content="no-referrer">
        <link rel="icon" href="data:,">
        <title>\(HTMLText.escape(title))</title>
        <style>
        \(HTMLStyle.text)
        </style>
        </head>
        <body>

        """
    }

    /// Everything after the packed domain list.
    var body: String {
        var text = "</script>\n<a class=\"skip\" href=\"#domains\">Skip to the domains</a>\n"
        text += header + navigation + "<main>\n"
        text += overview + trendSection + causeSection + groupSection + accountSection
        text += section("certificates", "Certificates of policy hosts", calendar.html)
        text += domainSection + "</main>\n"
        text += """
            <footer>Made by stsaudit \(HTMLText.escape(run.toolVersion)) from run \(run.id). \
            Not measured is never counted as broken. Times are UTC.</footer>
            <script>
            \(HTMLScript.text)
            </script>
            </body>
            </html>

            """
        return text
    }

    private var header: String {
        let ended = run.finishedAt.map { " to \($0)" } ?? ""
        let state = run.state == .finished ? "" : ", <strong>\(run.state.rawValue)</strong>"
        return """
            <header><div><h1>\(HTMLText.escape(title))</h1>
            <p class="soft">Run \(run.id) of portfolio \(HTMLText.escape(run.portfolio)), \
            \(run.startedAt)\(ended)\(state). \(HTMLText.number(counts.domains)) domains in \
            \(HTMLText.number(counts.rows)) rows.</p></div>
            <button type="button" id="theme">Light or dark</button></header>

            """
    }

    private var navigation: String {
        let places = [
            ("overview", "Verdicts"), ("trend", "Trend"), ("causes", "Causes"),
            ("groups", "Shared roots"), ("accounts", "Accounts"),
            ("certificates", "Certificates"), ("domains", "Domains"),
        ]
        let items = places.filter { has($0.0) }.map { "<li><a href=\"#\($0.0)\">\($0.1)</a></li>" }
        return "<nav aria-label=\"Sections\"><ul>\(items.joined())</ul></nav>\n"
    }

    private func has(_ section: String) -> Bool {
        switch section {
        case "trend": trend.count > 1
        case "groups": !groups.isEmpty
        case "accounts": account == nil && accounts.contains { !$0.account.isEmpty }
        default: true
        }
    }

    private func section(_ id: String, _ heading: String, _ content: String) -> String {
        "<section id=\"\(id)\" aria-labelledby=\"\(id)-title\"><h2 id=\"\(id)-title\">"
            + "\(heading)</h2>\n\(content)</section>\n"
    }
}

// MARK: - Verdicts and their trend

extension HTMLPage {
    private var overview: String {
        var text = Self.verdictTable(counts.verdicts)
        if counts.outstanding > 0 {
            text += "<p>\(HTMLText.number(counts.outstanding)) domains are not examined yet.</p>\n"
        }
        return section("overview", "Verdicts", text)
    }

    /// - Parameter counts: domains; `.invalidInput` counts rows.
    static func verdictTable(_ counts: [Verdict: Int]) -> String {
        let domains = counts.filter { $0.key != .invalidInput }
        let total = domains.values.reduce(0, +)
        var text = VerdictChart.svg(domains)
        text += Self.table(
            "What a compliant sender does with mail for these domains",
            [("Verdict", false), ("Domains", true), ("Share", true), ("A sender...", false)])
        for verdict in Verdict.allCases {
            guard let count = counts[verdict], count > 0 else { continue }
            let isRow = verdict == .invalidInput
            text += Self.row([
                (Self.mark(verdict) + verdict.rawValue, "nowrap"),
                (HTMLText.number(count), "n"),
                (isRow ? "rows" : Share.percent(count, of: total), "n"),
                (HTMLText.escape("..." + verdict.meaning + "."), ""),
            ])
        }
        return text + "</tbody></table>\n"
    }

    private var trendSection: String {
        guard has("trend") else { return "" }
        let seen = Verdict.allCases.filter { verdict in
            trend.contains { ($0.domains[verdict] ?? 0) > 0 }
        }
        var text = TrendChart.svg(trend) + Self.scrolled("Trend")
        text += Self.table(
            "Domains by verdict, the latest run first",
            [("Run", false), ("Started", false)] + seen.map { ($0.rawValue, true) })
        for run in trend.reversed() {
            text += Self.row(
                [("\(run.run)", ""), ("\(run.startedAt)", "nowrap")]
                    + seen.map { (HTMLText.number(run.domains[$0] ?? 0), "n") })
        }
        return section("trend", "Trend", text + "</tbody></table></div>\n")
    }

    private static func mark(_ verdict: Verdict) -> String {
        "<span class=\"mark v-\(verdict.rawValue)\"></span>"
    }
}

// MARK: - Causes, groups, accounts

extension HTMLPage {
    private var causeSection: String {
        let ranked = counts.causes.sorted { a, b in
            (b.value.domains, a.key.rawValue) < (a.value.domains, b.key.rawValue)
        }
        guard !ranked.isEmpty else {
            return section("causes", "Causes", "<p>No cause was found.</p>\n")
        }
        let greatest = ranked.first?.value.domains ?? 1
        var text = Self.table(
            "What was found, at the most domains first",
            [
                ("Cause", false), ("Severity", false), ("Domains", true), ("", false),
                ("Accounts", true), ("Remedy", false),
            ])
        for (cause, count) in ranked {
            let width = max(1, count.domains * 100 / max(1, greatest))
            text += Self.row([
                (
                    "<button type=\"button\" class=\"link code\" data-cause=\"\(cause.rawValue)\">"
                        + "\(cause.rawValue)</button><br>"
                        + HTMLText.escape(cause.explanation.title), ""
                ),
                (Self.severity(count.severity), ""),
                (HTMLText.number(count.domains), "n"),
                ("<div class=\"bar\"><i style=\"width:\(width)%\"></i></div>", ""),
                (HTMLText.number(count.accounts.count), "n"),
                (HTMLText.escape(cause.explanation.remedy), ""),
            ])
        }
        return section("causes", "Causes", text + "</tbody></table>\n")
    }

    private var groupSection: String {
        guard has("groups") else { return "" }
        var text = Self.scrolled("Shared roots")
        text += Self.table(
            "One thing many domains share: fixing it clears the cause at all of them",
            [
                ("Clears", true), ("Accounts", true), ("Cause", false), ("Shared", false),
                ("For example", false),
            ])
        for group in groups.prefix(Self.groupLimit) {
            text += Self.row([
                (HTMLText.number(group.domains), "n"),
                (HTMLText.number(group.accounts), "n"),
                (
                    "<span class=\"code\">\(group.cause.rawValue)</span><br>"
                        + Self.severity(group.severity), ""
                ),
                (
                    "\(group.root.kind.title)<br><span class=\"code\">"
                        + "\(HTMLText.escape(group.root.name.clipped(to: 160)))</span>", ""
                ),
                (HTMLText.escape(group.examples.prefix(3).joined(separator: ", ")), "code"),
            ])
        }
        text += "</tbody></table></div>\n" + Self.rest(groups.count - Self.groupLimit, "groups")
        return section("groups", "Shared roots", text)
    }

    private var accountSection: String {
        guard has("accounts") else { return "" }
        var text = Self.scrolled("Accounts")
        text += Self.table(
            "Accounts with the most domains in error first",
            [
                ("Account", false), ("Domains", true), ("With errors", true), ("Share", true),
                ("Rows without a domain name", true),
            ])
        for count in accounts.prefix(Self.accountLimit) {
            text += Self.row([
                (HTMLText.escape(count.account.isEmpty ? "(none)" : count.account), ""),
                (HTMLText.number(count.domains), "n"), (HTMLText.number(count.withErrors), "n"),
                (Share.percent(count.withErrors, of: count.domains), "n"),
                (HTMLText.number(count.invalidRows), "n"),
            ])
        }
        text +=
            "</tbody></table></div>\n" + Self.rest(accounts.count - Self.accountLimit, "accounts")
        return section("accounts", "Accounts", text)
    }

    /// Begins a part that scrolls when it is long, by keyboard too; it prints whole.
    private static func scrolled(_ name: String) -> String {
        "<div class=\"long\" tabindex=\"0\" role=\"region\" aria-label=\"\(name), table\">\n"
    }

    private static func rest(_ count: Int, _ what: String) -> String {
        count > 0 ? "<p class=\"soft\">and \(HTMLText.number(count)) more \(what).</p>\n" : ""
    }

    private static func severity(_ severity: Severity) -> String {
        let words = severity == .unmeasured ? "not measured" : severity.rawValue
        return "<span class=\"severity \(severity.rawValue)\">\(words)</span>"
    }

    fileprivate static func table(_ caption: String, _ columns: [(String, Bool)]) -> String {
        let heads = columns.map { name, isNumber in
            "<th scope=\"col\"\(isNumber ? " class=\"n\"" : "")>\(name)</th>"
        }
        return "<table><caption>\(caption)</caption><thead><tr>\(heads.joined())</tr></thead>"
            + "<tbody>\n"
    }

    /// - Parameter cells: markup, with the class of its cell.
    fileprivate static func row(_ cells: [(String, String)]) -> String {
        let text = cells.map { markup, name in
            "<td\(name.isEmpty ? "" : " class=\"\(name)\"")>\(markup)</td>"
        }
        return "<tr>\(text.joined())</tr>\n"
    }
}

// MARK: - Domains

extension HTMLPage {
    private var domainSection: String {
        let menus = [
            ("by-verdict", "Verdict"), ("by-severity", "Severity"), ("by-cause", "Cause"),
            ("by-account", "Account"),
        ].map { id, label in
            "<label>\(label)<select id=\"\(id)\"><option value=\"-1\">all</option></select></label>"
        }
        let columns = [
            ("domain", "Domain"), ("account", "Account"), ("verdict", "Verdict"),
            ("severity", "Severity"), ("causes", "Causes"), ("expiry", "Certificate until"),
        ].map { key, label in
            "<th scope=\"col\" data-sort=\"\(key)\" aria-sort=\"none\">"
                + "<button type=\"button\">\(label)</button></th>"
        }
        return section(
            "domains", "Domains",
            """
            <p id="loading" role="status">Unpacking the domain list...</p>
            <noscript><p>The list needs a browser with scripts; domains.csv has it too.</p></noscript>
            <div id="browser" hidden>
            <div class="controls"><label>Search domain, account, MX host\
            <input type="search" id="search" autocomplete="off"></label>\(menus.joined())</div>
            <table id="domain-table"><caption>Press a domain's name for its evidence and what to \
            do</caption><thead><tr>\(columns.joined())</tr></thead>
            <tbody id="domain-rows"></tbody></table>
            <div class="pager"><button type="button" id="previous">Previous</button>\
            <button type="button" id="next">Next</button><span id="count" role="status"></span></div>
            </div>

            """)
    }
}

extension SharedRoot.Kind {
    /// For headings and tables.
    var title: String {
        switch self {
        case .certificate: "Certificate"
        case .policyHostAlias: "Policy host by CNAME"
        case .policyHostAddress: "Address of the policy host"
        case .recordAlias: "Record by CNAME"
        case .recordText: "Record text"
        case .policyText: "Policy text"
        case .mxHost: "MX host"
        case .mxOperator: "MX operator"
        case .reportingText: "TLSRPT record"
        }
    }
}
