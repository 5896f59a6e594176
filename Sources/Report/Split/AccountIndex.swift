internal import Audit
internal import Store

/// The page that leads to the accounts' reports. Like them it loads nothing.
struct AccountIndex {
    var run: Run
    var verdicts: VerdictCounts
    var places: [AccountReports.Place]

    var html: String {
        let title = "MTA-STS of \(run.portfolio), by account"
        let total = HTMLText.number(places.count)
        var text = HTMLPage.opening(title: title)
        text += """
            <header><div><h1>\(HTMLText.escape(title))</h1>
            <p class="soft">Run \(run.id), \(run.startedAt). \
            \(HTMLText.number(run.domainCount)) domains, \(total) accounts.</p></div>
            <button type="button" id="theme">Light or dark</button></header>
            <main><section aria-labelledby="verdicts-title">
            <h2 id="verdicts-title">All accounts together</h2>
            \(HTMLPage.verdictTable(verdicts.domains))</section>
            <section aria-labelledby="accounts-title"><h2 id="accounts-title">Accounts</h2>
            <div class="controls"><label>Search account\
            <input type="search" id="search" autocomplete="off"></label>\
            <span id="count" role="status"></span></div>
            <table><caption>Accounts with the most domains in error first</caption><thead><tr>\
            <th scope="col">Account</th><th scope="col" class="n">Domains</th>\
            <th scope="col" class="n">With errors</th><th scope="col" class="n">Share</th>\
            <th scope="col" class="n">Rows without a domain name</th><th scope="col">Files</th>\
            </tr></thead><tbody id="account-rows">

            """
        let worst = places.sorted { a, b in
            (b.count.withErrors, b.count.domains, a.count.account)
                < (a.count.withErrors, a.count.domains, b.count.account)
        }
        for place in worst { text += Self.row(place) }
        text += """
            </tbody></table></section></main>
            <footer>Made by stsaudit \(HTMLText.escape(run.toolVersion)) from run \(run.id). \
            Times are UTC.</footer>
            <script>
            \(Self.script)
            </script>
            </body>
            </html>

            """
        return text
    }

    private static func row(_ place: AccountReports.Place) -> String {
        let count = place.count
        let name = count.account.isEmpty ? "(none)" : count.account
        let page = "\(place.folder)/\(AccountReports.pageFileName)"
        let files =
            RowFormat.allCases.map(\.fileName) + [
                ReportWriter.causesFileName, ReportWriter.groupsFileName,
            ]
        let links = files.map { "<a href=\"\(place.folder)/\($0)\">\($0)</a>" }
        return """
            <tr><td><a href="\(page)">\(HTMLText.escape(name))</a></td>\
            <td class="n">\(HTMLText.number(count.domains))</td>\
            <td class="n">\(HTMLText.number(count.withErrors))</td>\
            <td class="n">\(Share.percent(count.withErrors, of: count.domains))</td>\
            <td class="n">\(HTMLText.number(count.invalidRows))</td>\
            <td>\(links.joined(separator: " "))</td></tr>

            """
    }

    private static let script = #"""
        "use strict";
        (() => {
          const root = document.documentElement;
          const rows = [...document.querySelectorAll("#account-rows tr")];
          const names = rows.map((row) => row.cells[0].textContent.toLowerCase());
          const count = document.getElementById("count");
          document.getElementById("theme").addEventListener("click", () => {
            const isDark = root.dataset.theme
              ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
            root.dataset.theme = isDark ? "light" : "dark";
          });
          document.getElementById("search").addEventListener("input", (event) => {
            const text = event.target.value.toLowerCase();
            let shown = 0;
            rows.forEach((row, index) => {
              row.hidden = !names[index].includes(text);
              if (!row.hidden) shown += 1;
            });
            count.textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
          });
          root.dataset.ready = "true";
        })();
        """#
}
