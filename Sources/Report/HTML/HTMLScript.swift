/// What the HTML report does in the browser: unpacks the domain list, searches, sorts, pages.
///
/// Everything from the data becomes text (`textContent`), never markup.
enum HTMLScript {
    static let text = #"""
        "use strict";
        (() => {
          const root = document.documentElement;
          const byID = (id) => document.getElementById(id);

          // --- Theme: the system's unless chosen here.
          byID("theme").addEventListener("click", () => {
            const isDark = root.dataset.theme
              ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
            root.dataset.theme = isDark ? "light" : "dark";
          });

          // --- The domains, packed.
          async function unpack() {
            const text = byID("rows").textContent.trim();
            const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
            const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
            return JSON.parse(await new Response(stream).text());
          }

          // A row: [domain, line, account, verdict, severity, mode, mx, causes, findings, evidence,
          // expiry, recheck, input]; account, verdict, severity, mode, mx and causes are numbers into lists.
          const DOMAIN = 0, LINE = 1, ACCOUNT = 2, VERDICT = 3, SEVERITY = 4, MODE = 5, MX = 6,
            CAUSES = 7, FINDINGS = 8, EVIDENCE = 9, EXPIRY = 10, RECHECK = 11, INPUT = 12;
          const pageSize = 100;
          const severityWords = ["", "not measured", "advice", "warning", "error"];
          const severityClass = ["", "", "advice", "warning", "error"];
          const collator = new Intl.Collator("en", { numeric: true });

          function element(name, className, text) {
            const node = document.createElement(name);
            if (className) node.className = className;
            if (text !== undefined) node.textContent = text;
            return node;
          }

          function start(book) {
            const rows = book.rows;
            const haystack = rows.map((row) =>
              `${row[DOMAIN] || row[INPUT]} ${book.accounts[row[ACCOUNT]]} ${book.mx[row[MX]]}`.toLowerCase());
            const state = { text: "", verdict: -1, severity: -1, cause: -1, account: -1, sort: "line", down: false, page: 0 };
            let shown = [];

            const orders = {
              line: (a, b) => a[LINE] - b[LINE],
              domain: (a, b) => collator.compare(a[DOMAIN], b[DOMAIN]),
              account: (a, b) => collator.compare(book.accounts[a[ACCOUNT]], book.accounts[b[ACCOUNT]]),
              verdict: (a, b) => a[VERDICT] - b[VERDICT],
              severity: (a, b) => a[SEVERITY] - b[SEVERITY],
              causes: (a, b) => a[CAUSES].length - b[CAUSES].length,
              expiry: (a, b) => (a[EXPIRY] || "9") < (b[EXPIRY] || "9") ? -1 : 1,
            };

            function select() {
              shown = [];
              const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
              for (let i = 0; i < rows.length; i += 1) {
                const row = rows[i];
                if (state.verdict >= 0 && row[VERDICT] !== state.verdict) continue;
                if (state.severity >= 0 && row[SEVERITY] !== state.severity) continue;
                if (state.cause >= 0 && !row[CAUSES].includes(state.cause)) continue;
                if (state.account >= 0 && row[ACCOUNT] !== state.account) continue;
                if (!words.every((word) => haystack[i].includes(word))) continue;
                shown.push(row);
              }
              const order = orders[state.sort];
              shown.sort((a, b) => (state.down ? -order(a, b) : order(a, b)) || a[LINE] - b[LINE]);
              state.page = 0;
              draw();
            }

            const body = byID("domain-rows");

            function draw() {
              const first = state.page * pageSize;
              const page = shown.slice(first, first + pageSize);
              body.replaceChildren(...page.map(rowNode));
              byID("count").textContent = shown.length === 0 ? "No domain fits."
                : `${(first + 1).toLocaleString("en")} to ${(first + page.length).toLocaleString("en")} of ${shown.length.toLocaleString("en")}`;
              byID("previous").disabled = state.page === 0;
              byID("next").disabled = first + pageSize >= shown.length;
              for (const head of document.querySelectorAll("#domain-table th[data-sort]")) {
                const isSorted = head.dataset.sort === state.sort;
                head.setAttribute("aria-sort", isSorted ? (state.down ? "descending" : "ascending") : "none");
              }
            }

            function rowNode(row) {
              const node = element("tr");
              const name = element("td", "code");
              const open = element("button", "open", row[DOMAIN] || row[INPUT]);
              open.type = "button";
              open.setAttribute("aria-expanded", "false");
              open.addEventListener("click", () => toggle(node, open, row));
              name.append(open);
              const verdict = element("td", "nowrap");
              const code = book.verdicts[row[VERDICT]];
              if (code) verdict.append(element("span", `mark v-${code}`), code);
              else verdict.textContent = "not examined";
              const severity = element("td");
              severity.append(element("span", `severity ${severityClass[row[SEVERITY]]}`, severityWords[row[SEVERITY]]));
              node.append(
                name, element("td", "", book.accounts[row[ACCOUNT]]), verdict, severity,
                element("td", "", row[CAUSES].map((cause) => book.causes[cause]).join(", ")),
                element("td", "nowrap", row[EXPIRY] || ""));
              return node;
            }

            function toggle(node, open, row) {
              const isOpen = open.getAttribute("aria-expanded") === "true";
              open.setAttribute("aria-expanded", String(!isOpen));
              if (isOpen) { node.nextSibling.remove(); return; }
              const detail = element("tr", "detail");
              const cell = element("td");
              cell.colSpan = 6;
              for (const [cause, text] of row[FINDINGS]) {
                const finding = element("div", "finding");
                finding.append(element("strong", "code", book.causes[cause]), ` ${text}`,
                  element("div", "", `Do: ${book.remedies[cause]}`));
                cell.append(finding);
              }
              const list = element("dl");
              const facts = [["Portfolio row", `line ${row[LINE]}${row[INPUT] ? `, written ${row[INPUT]}` : ""}`]];
              if (book.modes[row[MODE]]) facts.push(["Mode", book.modes[row[MODE]]]);
              if (book.mx[row[MX]]) facts.push(["MX hosts", book.mx[row[MX]]]);
              if (row[RECHECK]) facts.push(["Test again after", row[RECHECK]]);
              for (const fact of facts.concat(row[EVIDENCE])) {
                list.append(element("dt", "", fact[0]), element("dd", "code", fact[1]));
              }
              cell.append(list);
              detail.append(cell);
              node.after(detail);
            }

            function options(id, words, key) {
              const menu = byID(id);
              words.forEach((word, index) => {
                if (!word) return;
                const option = element("option", "", word);
                option.value = String(index);
                menu.append(option);
              });
              menu.addEventListener("change", () => { state[key] = Number(menu.value); select(); });
            }

            options("by-verdict", book.verdicts, "verdict");
            options("by-severity", severityWords, "severity");
            options("by-cause", book.causes, "cause");
            options("by-account", book.accounts, "account");
            let pause;
            byID("search").addEventListener("input", (event) => {
              clearTimeout(pause);
              pause = setTimeout(() => { state.text = event.target.value; select(); }, 120);
            });
            for (const head of document.querySelectorAll("#domain-table th[data-sort] button")) {
              head.addEventListener("click", () => {
                const key = head.parentElement.dataset.sort;
                state.down = state.sort === key ? !state.down : key === "severity" || key === "causes";
                state.sort = key;
                select();
              });
            }
            byID("previous").addEventListener("click", () => { state.page -= 1; draw(); });
            byID("next").addEventListener("click", () => { state.page += 1; draw(); });
            for (const link of document.querySelectorAll("button[data-cause]")) {
              link.addEventListener("click", () => {
                const menu = byID("by-cause");
                menu.value = String(book.causes.indexOf(link.dataset.cause));
                menu.dispatchEvent(new Event("change"));
                byID("domains").scrollIntoView();
              });
            }
            byID("loading").remove();
            byID("browser").hidden = false;
            select();
            root.dataset.ready = "true";
          }

          unpack().then(start).catch((problem) => {
            byID("loading").textContent = `The domain list could not be read: ${problem.message}`;
            root.dataset.ready = "failed";
          });
        })();
        """#
}
