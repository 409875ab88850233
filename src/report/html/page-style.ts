/** The whole look of the page. System fonts only; `light-dark()` follows the reader's system or their choice. */
export const pageStyle = String.raw`
:root {
  color-scheme: light dark;
  --bg: light-dark(#f7f7f5, #111316);
  --panel: light-dark(#ffffff, #181b1f);
  --raise: light-dark(#f3f4f4, #1f2328);
  --ink: light-dark(#1b1f24, #e3e6e9);
  --soft: light-dark(#555e69, #a5adb7);
  --faint: light-dark(#6a737e, #8b949f);
  --line: light-dark(#e2e4e6, #2b3036);
  --strong-line: light-dark(#c9cdd2, #3d444c);
  --accent: light-dark(#1f5a8c, #86b8ea);
  --accent-bg: light-dark(#e8f0f7, #1c2b3a);
  --bad: light-dark(#a8201a, #ff958c);
  --bad-bg: light-dark(#fbe9e7, #3b1f1d);
  --bad-fill: light-dark(#c9362e, #d9534a);
  --warning: light-dark(#7d5200, #e9bd6b);
  --warning-bg: light-dark(#fcf1d9, #352a14);
  --warning-fill: light-dark(#d9972b, #c98f33);
  --good: light-dark(#1a653a, #86d3a2);
  --good-bg: light-dark(#e4f3e9, #182f21);
  --good-fill: light-dark(#3d9463, #4ba672);
  --neutral-fill: light-dark(#5f88ad, #5d87ae);
  --quiet-fill: light-dark(#a9b1ba, #59626d);
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--bg); color: var(--ink);
  font: 13px/1.5 var(--sans); font-variant-numeric: tabular-nums;
}
button, input, select { font: inherit; color: inherit; }
h1, h2, h3, p, ol, ul, dl, dd, figure { margin: 0; padding: 0; }
ol, ul { list-style: none; }
code, .mono { font-family: var(--mono); font-size: 12px; overflow-wrap: anywhere; }
bdi { unicode-bidi: isolate; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; border-radius: 3px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 12px; top: 8px; background: var(--panel); padding: 6px 10px; z-index: 9; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.top { background: var(--panel); border-bottom: 1px solid var(--line); }
.top > div, .bar > div, main { max-width: 1480px; margin: 0 auto; padding: 0 24px; }
.top > div { display: flex; gap: 24px; align-items: flex-start; padding-top: 18px; padding-bottom: 14px; }
.top h1 { font-size: 20px; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; }
.top .about { flex: 1; min-width: 0; }
.top .about p { color: var(--soft); overflow-wrap: anywhere; }
.top .about .mono { color: var(--ink); }
.top .made { color: var(--faint); font-size: 12px; }
.banner { background: var(--bad-bg); color: var(--bad); border-bottom: 1px solid var(--line); }
.banner p { max-width: 1480px; margin: 0 auto; padding: 8px 24px; font-weight: 600; }

.bar { position: sticky; top: 0; z-index: 5; background: var(--panel); border-bottom: 1px solid var(--line); }
.bar > div { display: flex; align-items: center; gap: 16px; flex-wrap: wrap; }
.tabs { display: flex; gap: 2px; flex: 1; overflow-x: auto; }
.tabs button {
  background: none; border: 0; border-bottom: 2px solid transparent; padding: 10px 12px 8px;
  color: var(--soft); white-space: nowrap; cursor: pointer;
}
.tabs button:hover { color: var(--ink); }
.tabs button[aria-selected="true"] { color: var(--ink); border-bottom-color: var(--accent); font-weight: 600; }
.tabs .n { color: var(--faint); font-weight: 400; margin-left: 5px; }
.search { display: flex; align-items: center; padding: 5px 0; }
.search input {
  width: 280px; max-width: 60vw; padding: 5px 9px; border: 1px solid var(--strong-line);
  border-radius: 5px; background: var(--bg);
}
.search input::placeholder { color: var(--faint); opacity: 1; }

.quiet {
  background: var(--panel); border: 1px solid var(--strong-line); border-radius: 5px; padding: 4px 10px;
  cursor: pointer; color: var(--ink); white-space: nowrap;
}
.quiet:hover { background: var(--raise); }
.link { background: none; border: 0; padding: 0; color: var(--accent); cursor: pointer; text-align: left; overflow-wrap: anywhere; }
.link:hover { text-decoration: underline; }

main { padding-top: 18px; padding-bottom: 64px; }
main h2 { font-size: 14px; font-weight: 650; margin: 0 0 8px; }
main h2 .n, main h3 .n { color: var(--faint); font-weight: 400; margin-left: 6px; }
main h3 { font-size: 13px; font-weight: 650; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
.pad { padding: 14px 16px; }
.stack > * + * { margin-top: 16px; }
.note { color: var(--soft); }
.empty { color: var(--soft); padding: 28px 16px; text-align: center; }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 1px; background: var(--line); overflow: hidden; }
.tiles button {
  background: var(--panel); border: 0; padding: 12px 16px; text-align: left; cursor: pointer; display: flex; flex-direction: column; justify-content: flex-start;
}
.tiles button:hover { background: var(--raise); }
.tiles button:focus-visible { outline-offset: -3px; }
.tiles strong { display: block; font-size: 24px; line-height: 1.2; font-weight: 600; letter-spacing: -0.02em; }
.tiles span { color: var(--soft); font-size: 12px; display: block; line-height: 1.35; }
.tiles .bad strong { color: var(--bad); }
.tiles .warning strong { color: var(--warning); }

.split { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 16px; align-items: start; }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px 28px; }
@media (max-width: 980px) { .split { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 620px) { .tabs { flex-basis: 100%; } .search, .search input { width: 100%; max-width: none; } .charts { grid-template-columns: minmax(0, 1fr); } .top > div, .bar > div, main { padding-left: 14px; padding-right: 14px; } }
figcaption { font-weight: 650; margin-bottom: 6px; }
.chart button {
  display: grid; grid-template-columns: minmax(84px, 42%) 1fr 44px; gap: 10px; align-items: center; width: 100%;
  background: none; border: 0; padding: 2px 4px; border-radius: 4px; text-align: left; cursor: pointer;
}
.chart button:hover { background: var(--raise); }
.chart .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.chart .count { text-align: right; color: var(--soft); }
.chart svg, .whole svg { display: block; width: 100%; height: 10px; border-radius: 2px; }
.whole svg { height: 16px; border-radius: 3px; }
.track { fill: var(--raise); }
.fill-neutral { fill: var(--neutral-fill); } .fill-bad { fill: var(--bad-fill); } .fill-good { fill: var(--good-fill); }
.fill-warning { fill: var(--warning-fill); } .fill-quiet { fill: var(--quiet-fill); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 8px; color: var(--soft); }
.legend svg { display: inline-block; width: 9px; height: 9px; margin-right: 6px; border-radius: 2px; }
.legend b { color: var(--ink); font-weight: 600; margin-left: 4px; }
.steps { counter-reset: step; }
.steps li { counter-increment: step; display: grid; grid-template-columns: 22px 1fr; padding: 5px 0; border-top: 1px solid var(--line); }
.steps li:first-child { border-top: 0; }
.steps li::before { content: counter(step); color: var(--faint); }
.steps .who { color: var(--soft); overflow-wrap: anywhere; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 500; color: var(--faint); font-size: 12px; white-space: nowrap; }
th, td { padding: 6px 10px; vertical-align: top; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 16px; } th:last-child, td:last-child { padding-right: 16px; }
tbody:last-child tr:last-child > td { border-bottom: 0; }
td { overflow-wrap: anywhere; } td.num, th.num { text-align: right; }
td .sub { color: var(--soft); font-size: 12px; }
td .model { font-family: var(--mono); font-size: 12px; }
.clamp { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
table.fixed { table-layout: fixed; min-width: 980px; }
table.fixed .c-model { width: 25%; } table.fixed .c-use { width: 14%; } table.fixed .c-route { width: 11%; }
table.fixed .c-law { width: 6%; } table.fixed .c-grade { width: 13%; } table.fixed .c-effort { width: 7%; }
table.fixed .c-sure { width: 8%; }
table.four, table.six { table-layout: fixed; min-width: 720px; }
table.four th:nth-child(1) { width: 48%; } table.four th:nth-child(2) { width: 17%; } table.four th:nth-child(3) { width: 24%; }
table.six th:nth-child(1) { width: 27%; } table.six th:nth-child(2) { width: 8%; } table.six th:nth-child(3) { width: 34%; }
table.six th:nth-child(4) { width: 14%; } table.six th:nth-child(5) { width: 5%; }
tr.row:hover > td { background: var(--raise); }
tr.group th { background: var(--raise); padding: 5px 16px; color: var(--ink); border-bottom: 1px solid var(--line); white-space: normal; }
tr.group button { background: none; border: 0; padding: 2px 0; cursor: pointer; font-weight: 600; text-align: left; font-size: 13px; overflow-wrap: anywhere; }
tr.group .n { color: var(--soft); font-weight: 400; margin-left: 8px; }
.twist { background: none; border: 0; padding: 0; cursor: pointer; text-align: left; display: flex; gap: 7px; align-items: baseline; width: 100%; }
.twist:hover .model { text-decoration: underline; }
.arrow { display: inline-block; color: var(--faint); font-size: 10px; width: 9px; flex: none; }
[aria-expanded="true"] > .arrow { transform: rotate(90deg); }
tr.detail > td { background: var(--bg); padding: 14px 16px 18px 32px; }
.badge { display: inline-block; border-radius: 4px; padding: 0 6px; font-size: 12px; line-height: 19px; background: var(--raise); color: var(--soft); white-space: nowrap; }
.badge.bad { background: var(--bad-bg); color: var(--bad); } .badge.warning { background: var(--warning-bg); color: var(--warning); }
.badge.good { background: var(--good-bg); color: var(--good); } .badge.accent { background: var(--accent-bg); color: var(--accent); }
.badges { display: flex; flex-wrap: wrap; gap: 4px; }

.filters { display: flex; flex-wrap: wrap; gap: 8px 10px; align-items: flex-end; padding: 12px 16px; border-bottom: 1px solid var(--line); }
.filters label { display: block; color: var(--faint); font-size: 11px; line-height: 1.4; }
.filters select { display: block; min-width: 104px; max-width: 190px; padding: 3px 4px; border: 1px solid var(--strong-line); border-radius: 5px; background: var(--panel); color: var(--ink); font-size: 13px; }
.filters select.on { border-color: var(--accent); background: var(--accent-bg); }
.roles { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 4px 12px; }
.roles legend { float: left; margin-right: 12px; color: var(--faint); font-size: 12px; padding: 0; }
.roles label { color: var(--ink); font-size: 13px; display: inline-flex; gap: 5px; align-items: center; }
.roles input { margin: 0; accent-color: var(--accent); }
.line { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: center; justify-content: space-between; padding: 8px 16px; border-bottom: 1px solid var(--line); }
.more { padding: 12px 16px; text-align: center; border-top: 1px solid var(--line); }

.evidence { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 20px 32px; }
@media (max-width: 980px) { .evidence { grid-template-columns: minmax(0, 1fr); } }
.evidence h4 { margin: 0 0 6px; font-size: 12px; font-weight: 650; }
.evidence .part + .part { margin-top: 16px; }
.place + .place { margin-top: 12px; }
.place .at { display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: baseline; }
.place .at .sub { color: var(--soft); font-size: 12px; }
.code {
  margin: 4px 0 0; display: grid; grid-template-columns: auto 1fr; border: 1px solid var(--line); border-radius: 5px;
  background: var(--panel); font: 12px/1.6 var(--mono); overflow: hidden;
}
.code .no { padding: 3px 8px; color: var(--faint); border-right: 1px solid var(--line); user-select: none; text-align: right; }
.code .src { padding: 3px 10px; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; direction: ltr; }
.hops { margin: 6px 0 0 4px; border-left: 2px solid var(--strong-line); padding-left: 10px; font-size: 12px; }
.hops li { padding: 1px 0; color: var(--soft); }
.hops code { color: var(--ink); }
dl.facts { display: grid; grid-template-columns: 104px minmax(0, 1fr); gap: 3px 12px; }
dl.facts dt { color: var(--faint); font-size: 12px; line-height: 1.6; } dl.facts dd { overflow-wrap: anywhere; }
dl.facts .sub { color: var(--soft); font-size: 12px; }
.long { max-height: 180px; overflow: auto; }
.standin + .standin { margin-top: 8px; }
.sub { color: var(--soft); font-size: 12px; }
pre.yaml { margin: 0; padding: 10px 14px; background: var(--bg); border: 1px solid var(--line); border-radius: 5px; font: 12px/1.6 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; max-height: 320px; overflow: auto; }
.kind { display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: baseline; padding: 12px 16px 6px; }
.kind h2 { margin: 0; } .kind .note { flex: 1 1 100%; }
.kind .beside { flex: 0 1 auto; }
.print-title + * { margin-top: 0; }
.print-title { display: none; }

@page { size: landscape; margin: 12mm; }
@media print {
  :root, :root[data-theme] { color-scheme: light; }
  body { background: #fff; font-size: 9.5pt; }
  .bar, .filters, .line .quiet, .skip, .theme, .arrow { display: none !important; }
  .roles { display: none; }
  .top > div, main { max-width: none; padding-left: 0; padding-right: 0; }
  main { padding-bottom: 0; }
  .panel { border-color: #ccc; border-radius: 0; }
  .view { break-before: page; } .view:first-child { break-before: auto; }
  .print-title { display: block; margin: 0 0 8px; }
  .scroll { overflow: visible; } table { min-width: 0 !important; }
  .evidence { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
  .tiles { grid-template-columns: repeat(7, minmax(0, 1fr)); } .badge { white-space: normal; }
  .code, .chart, .steps li { break-inside: avoid; }
  thead { display: table-header-group; }
  .clamp { display: block; }
  .long, pre.yaml { max-height: none; overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
@media (forced-colors: active) { .badge { border: 1px solid; } .tabs button[aria-selected="true"] { border-bottom-color: Highlight; } }
`
