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

          const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

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
              // Rows without a certificate come last, whichever way.
              expiry: (a, b) => compare(a[EXPIRY] || (state.down ? "" : "9"), b[EXPIRY] || (state.down ? "" : "9")),
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
              if (isOpen) { open.removeAttribute("aria-controls"); node.nextSibling.remove(); return; }
              const detail = element("tr", "detail");
              const cell = element("td");
              cell.colSpan = 6;
              const facts = [[0, "Portfolio row", `line ${row[LINE]}${row[INPUT] ? `, written ${row[INPUT]}` : ""}`]];
              if (book.modes[row[MODE]]) facts.push([3, "Mode", book.modes[row[MODE]]]);
              const evidence = row[EVIDENCE];
              if (book.mx[row[MX]] && !evidence.some((fact) => fact[0] === 4)) facts.push([4, "MX", book.mx[row[MX]]]);
              if (row[RECHECK]) facts.push([7, "Test again after", row[RECHECK]]);
              const list = element("ol", "steps");
              book.steps.forEach((title, step) => {
                const found = row[FINDINGS].filter((finding) => book.stepOf[finding[0]] === step);
                const seen = facts.concat(evidence).filter((fact) => fact[0] === step);
                if (found.length + seen.length > 0) list.append(stepNode(title, found, seen));
              });
              cell.append(list);
              detail.append(cell);
              detail.id = `detail-${row[LINE]}-${row[DOMAIN]}`;
              open.setAttribute("aria-controls", detail.id);
              node.after(detail);
            }

            function stepNode(title, found, seen) {
              const node = element("li");
              node.append(element("h3", "", title));
              for (const [cause, severity, text] of found) {
                const finding = element("div", "finding");
                finding.append(
                  element("span", `severity ${severityClass[severity]}`, severityWords[severity]), " ",
                  element("strong", "", book.titles[cause]), " ", element("span", "code soft", book.causes[cause]),
                  element("div", "", text), element("div", "remedy", `Do: ${book.remedies[cause]}`));
                node.append(finding);
              }
              if (seen.length > 0) {
                const facts = element("dl");
                for (const [, label, text] of seen) {
                  facts.append(element("dt", "", label), element("dd", "code", text));
                }
                node.append(facts);
              }
              return node;
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
            function turn(by) {
              state.page += by;
              draw();
              byID("domain-table").scrollIntoView();
            }
            byID("previous").addEventListener("click", () => turn(-1));
            byID("next").addEventListener("click", () => turn(1));
            for (const link of document.querySelectorAll("button[data-cause]")) {
              link.addEventListener("click", () => {
                const menu = byID("by-cause");
                menu.value = String(book.causes.indexOf(link.dataset.cause));
                menu.dispatchEvent(new Event("change"));
                byID("domains").scrollIntoView();
                menu.focus({ preventScroll: true });
              });
            }
            byID("loading").remove();
            byID("browser").hidden = false;
            select();
            root.dataset.ready = "true";
            performance.mark("ready");
          }

          unpack().then(start).catch((problem) => {
            byID("loading").textContent = `The domain list could not be read: ${problem.message}`;
            root.dataset.ready = "failed";
          });
        })();
        """#
}
