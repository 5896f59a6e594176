/// The look of the HTML report: part of the file, since it may load nothing.
///
/// The colours of verdicts keep a contrast of 3:1 to the page in both themes, and no fact is told by
/// colour alone (WCAG 2.2, 1.4.1 and 1.4.11).
enum HTMLStyle {
    static let text = #"""
        :root {
          color-scheme: light dark;
          --page: #f6f7f9; --card: #ffffff; --ink: #1b2330; --soft: #566072; --line: #d9dee6;
          --accent: #1d5fb8; --focus: #1d5fb8; --hover: #eef3fa;
          --enforced: #1a7f4b; --testing: #2f6fca; --degraded: #b87503; --bouncing: #c2202c;
          --ineffective: #d9540b; --disabled: #7a6a9c; --absent: #8a93a3; --nomail: #a9b0bc;
          --nodomain: #a9b0bc; --unmeasured: #6c4fb3; --invalid: #9c2f6b;
          --error: #b3151f; --warning: #8a5a00; --advice: #1d5fb8;
        }
        :root[data-theme="dark"] {
          color-scheme: dark;
          --page: #12161d; --card: #1b212b; --ink: #e8ecf2; --soft: #a4afc0; --line: #323b49;
          --accent: #82b4ff; --focus: #82b4ff; --hover: #242d3a;
          --enforced: #3fb979; --testing: #6ba3f5; --degraded: #e0a43a; --bouncing: #ff6b74;
          --ineffective: #ff8d4d; --disabled: #ab9bd0; --absent: #7d8798; --nomail: #5d6675;
          --nodomain: #5d6675; --unmeasured: #a98df0; --invalid: #e279b4;
          --error: #ff7b83; --warning: #e8b04a; --advice: #82b4ff;
        }
        @media (prefers-color-scheme: dark) {
          :root:not([data-theme="light"]) {
            color-scheme: dark;
            --page: #12161d; --card: #1b212b; --ink: #e8ecf2; --soft: #a4afc0; --line: #323b49;
            --accent: #82b4ff; --focus: #82b4ff; --hover: #242d3a;
            --enforced: #3fb979; --testing: #6ba3f5; --degraded: #e0a43a; --bouncing: #ff6b74;
            --ineffective: #ff8d4d; --disabled: #ab9bd0; --absent: #7d8798; --nomail: #5d6675;
            --nodomain: #5d6675; --unmeasured: #a98df0; --invalid: #e279b4;
            --error: #ff7b83; --warning: #e8b04a; --advice: #82b4ff;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--page); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
        }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 8px; top: 8px; background: var(--card); padding: 8px 12px; z-index: 9; }
        header, main, footer { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
        header { padding-top: 24px; display: flex; gap: 16px; align-items: flex-start; flex-wrap: wrap; }
        header > div { flex: 1 1 400px; }
        h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; }
        h2 { font-size: 18px; margin: 0 0 12px; }
        p { margin: 0 0 10px; max-width: 76ch; }
        .soft { color: var(--soft); }
        nav { max-width: 1180px; margin: 12px auto 0; padding: 0 20px; }
        nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0; padding: 0; list-style: none; }
        a { color: var(--accent); }
        section {
          background: var(--card); border: 1px solid var(--line); border-radius: 10px;
          padding: 18px 20px; margin: 16px 0; overflow-x: auto;
        }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        caption { text-align: left; color: var(--soft); padding: 0 0 8px; }
        th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; }
        th { font-weight: 600; border-bottom: 1px solid var(--line); white-space: nowrap; }
        td { border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        tbody tr:last-child td { border-bottom: 0; }
        td.n, th.n { text-align: right; white-space: nowrap; overflow-wrap: normal; }
        .code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 13px; }
        .nowrap, td button.code { white-space: nowrap; }
        .mark { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 7px; }
        .error { color: var(--error); } .warning { color: var(--warning); } .advice { color: var(--advice); }
        .severity { font-weight: 600; white-space: nowrap; }
        .long { max-height: 560px; overflow: auto; }
        svg { display: block; margin-bottom: 12px; max-width: 100%; height: auto; }
        svg text { fill: var(--soft); font: 12px system-ui, sans-serif; }
        .grid { stroke: var(--line); stroke-width: 1; }
        .v-enforced { fill: var(--enforced); background: var(--enforced); }
        .v-degraded { fill: var(--degraded); background: var(--degraded); }
        .v-bouncing { fill: var(--bouncing); background: var(--bouncing); }
        .v-testing { fill: var(--testing); background: var(--testing); }
        .v-disabled { fill: var(--disabled); background: var(--disabled); }
        .v-ineffective { fill: var(--ineffective); background: var(--ineffective); }
        .v-absent { fill: var(--absent); background: var(--absent); }
        .v-no-mail { fill: var(--nomail); background: var(--nomail); }
        .v-no-domain { fill: var(--nodomain); background: var(--nodomain); }
        .v-unmeasured { fill: var(--unmeasured); background: var(--unmeasured); }
        .v-invalid-input { fill: var(--invalid); background: var(--invalid); }
        .controls { display: flex; flex-wrap: wrap; gap: 10px 14px; margin: 0 0 12px; align-items: end; }
        .controls label { display: grid; gap: 3px; font-size: 13px; color: var(--soft); }
        input, select, button {
          font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line);
          border-radius: 6px; padding: 6px 10px; max-width: 100%;
        }
        input[type="search"] { width: 260px; }
        select { max-width: 250px; }
        button { cursor: pointer; }
        button:hover:not(:disabled) { background: var(--hover); }
        button:disabled { opacity: .45; cursor: default; }
        :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
        th button { border: 0; padding: 0; background: none; font-weight: 600; }
        th button:hover:not(:disabled) { background: none; text-decoration: underline; }
        th[aria-sort="ascending"] button::after { content: " \2191"; }
        th[aria-sort="descending"] button::after { content: " \2193"; }
        td button.open, td button.link { border: 0; padding: 0; background: none; color: var(--accent); text-align: left; overflow-wrap: anywhere; }
        td button.link:hover, td button.open:hover { text-decoration: underline; background: none; }
        tr.detail > td { padding: 4px 0 14px 24px; }
        .steps { margin: 0; padding: 0; list-style: none; display: grid; gap: 10px; }
        .steps li { border-left: 3px solid var(--line); padding-left: 12px; }
        .steps h3 { font-size: 14px; margin: 0 0 3px; }
        .remedy { font-weight: 500; }
        .detail dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: 4px 14px; }
        .detail dt { color: var(--soft); }
        .detail dd { margin: 0; overflow-wrap: anywhere; }
        .detail .finding { margin: 0 0 10px; }
        .pager { display: flex; gap: 10px; align-items: center; margin-top: 12px; flex-wrap: wrap; }
        .bar { height: 8px; background: var(--line); border-radius: 4px; min-width: 80px; }
        .bar > i { display: block; height: 8px; border-radius: 4px; background: var(--accent); }
        .two { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 28px; }
        @media (max-width: 820px) { .two { grid-template-columns: minmax(0, 1fr); } }
        footer { padding: 8px 20px 32px; color: var(--soft); font-size: 13px; }
        @media (max-width: 600px) {
          #causes table, #groups table { min-width: 920px; }
          #accounts table, #domain-table { min-width: 680px; }
          header, main, nav { padding-left: 10px; padding-right: 10px; }
          section { padding: 14px 12px; }
          .detail dl { grid-template-columns: minmax(0, 1fr); }
          tr.detail > td { padding-left: 8px; }
          input[type="search"], select, .controls label { width: 100%; max-width: none; }
        }
        @media print {
          .long { max-height: none; overflow: visible; }
          :root { --page: #fff; --card: #fff; --ink: #000; --soft: #333; --line: #bbb; }
          body { font-size: 11px; }
          nav, .controls, .pager, #theme, .skip { display: none; }
          section { border: 0; padding: 0; margin: 14px 0; break-inside: auto; overflow: visible; }
          tr, svg { break-inside: avoid; }
          .mark, .bar > i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
        """#
}
