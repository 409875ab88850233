/** What pages of written sections need beside the common look: jumps, a matrix of words, a drawn graph, intervals. */
export const writtenPageStyle = String.raw`
.jumps { display: flex; flex-wrap: wrap; gap: 2px 4px; padding: 4px 0; }
.jumps a { display: block; padding: 5px 10px; color: var(--soft); text-decoration: none; border-radius: 4px; }
.jumps a:hover, .jumps a:focus-visible { color: var(--ink); background: var(--raise); }
.top h1, .part, .banner p { overflow-wrap: anywhere; }
.part { padding: 14px 16px; scroll-margin-top: 52px; min-width: 0; }
.part > * + * { margin-top: 10px; }
.part table { width: auto; max-width: 100%; }
.part .wide table { width: 100%; }
.part th:first-child, .part td:first-child { padding-left: 4px; }
.part h3 { margin-top: 14px; }
.lines li { overflow-wrap: anywhere; } .lines li + li { margin-top: 2px; }
.lead { font-size: 15px; } .lead li + li { margin-top: 4px; }
details { border: 1px solid var(--line); border-radius: 6px; scroll-margin-top: 52px; }
details + details { margin-top: 6px; }
summary { padding: 7px 12px; cursor: pointer; overflow-wrap: anywhere; }
summary:hover { background: var(--raise); }
summary .badge { margin-left: 6px; }
details > div { padding: 4px 12px 12px; border-top: 1px solid var(--line); }
details > div > * + * { margin-top: 8px; }
.reasons { list-style: disc; padding-left: 18px; color: var(--soft); }
.reasons code { color: var(--ink); }
tr:target > td, td:target { background: var(--accent-bg); }
.legend dt { float: left; clear: left; margin-right: 8px; }
dl.legend { display: block; } dl.legend dd { margin: 0 0 2px; }

.grid { max-height: 78vh; overflow: auto; border: 1px solid var(--line); border-radius: 6px; }
.grid table { border-collapse: separate; border-spacing: 0; width: auto; max-width: none; }
.grid th, .grid td { padding: 3px 7px; border-right: 1px solid var(--line); white-space: nowrap; font-size: 12px; }
.grid thead th { position: sticky; top: 0; z-index: 2; background: var(--panel); vertical-align: bottom; }
.grid thead th span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 190px; overflow: hidden; text-overflow: ellipsis; display: block; color: var(--ink); }
.grid tbody th { position: sticky; left: 0; z-index: 1; background: var(--panel); color: var(--ink); max-width: 320px; overflow: hidden; text-overflow: ellipsis; }
.grid thead th:first-child { left: 0; z-index: 3; }
.grid tbody th .sub { display: block; font-weight: 400; }
.grid td a { color: inherit; text-decoration: none; display: block; }
.grid td a:hover { text-decoration: underline; }
.grid td.on { outline: 2px solid var(--accent); outline-offset: -2px; }
.o-stops { background: var(--bad-bg); color: var(--bad); font-weight: 650; }
.o-at-risk { background: var(--warning-bg); color: var(--warning); font-weight: 600; }
.o-degraded { background: var(--warning-bg); color: var(--warning); }
.o-fails-over { background: var(--good-bg); color: var(--good); }
.o-unaffected, .o-as-before { color: var(--faint); }

.graph { overflow: auto; border: 1px solid var(--line); border-radius: 6px; max-height: 86vh; }
.graph svg { display: block; }
.graph text { font: 12px var(--sans); fill: var(--ink); }
.graph .layer { font-weight: 650; fill: var(--soft); }
.graph .sub { font-size: 10.5px; fill: var(--soft); }
.graph rect { fill: var(--panel); stroke: var(--strong-line); }
.graph .point rect { stroke: var(--bad); stroke-width: 2; }
.graph .point .sub { fill: var(--bad); }
.graph path { fill: none; stroke: var(--quiet-fill); stroke-width: 1.2; }
.graph path.serves { stroke: var(--neutral-fill); stroke-width: 1.8; }
.graph path.stands-by { stroke-dasharray: 5 4; }
.bars { display: inline-block; width: 120px; height: 9px; vertical-align: middle; }

pre.said { margin: 4px 0 0; padding: 8px 10px; background: var(--bg); border: 1px solid var(--line); border-radius: 5px; font: 12px/1.55 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; max-height: 340px; overflow: auto; unicode-bidi: isolate; direction: ltr; text-align: left; }
p.lead .badge { font-size: 14px; line-height: 22px; } .compared h3 { margin-top: 18px; }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px 16px; }
@media (max-width: 820px) { .sides { grid-template-columns: minmax(0, 1fr); } }
.part h4 { margin: 0 0 2px; font-size: 12px; font-weight: 650; }
.gates tbody th { color: var(--ink); white-space: normal; max-width: 180px; }
.gates tr:last-child th { border-bottom: 0; } .gates td { min-width: 60px; } .gates td:nth-child(3) { max-width: 340px; }
@media (max-width: 820px) { .gates thead { display: none; } .gates, .gates tbody, .gates tr, .gates th, .gates td { display: block; max-width: none !important; padding: 2px 0; border: 0; } .gates td:nth-child(4)::before { content: 'p '; } .gates tr { padding: 8px 0; border-bottom: 1px solid var(--line); } }
svg.interval { display: block; max-width: 100%; height: auto; min-width: 240px; }
.interval text { font: 11px var(--sans); fill: var(--ink); }
.interval .tick { fill: var(--faint); } .interval .bound-text { fill: var(--soft); }
.interval .axis { stroke: var(--strong-line); } .interval .even { stroke: var(--strong-line); stroke-dasharray: 2 3; }
.interval .bound { stroke: var(--ink); stroke-width: 1.6; } .interval .passes { fill: var(--good-bg); }
.interval .whisker { stroke-width: 2; } .interval .open-end { fill: none; stroke-width: 2; }
.interval g { stroke: var(--quiet-fill); fill: var(--quiet-fill); } .interval g text { stroke: none; }
.interval g.state-passed { stroke: var(--good-fill); fill: var(--good-fill); }
.interval g.state-failed { stroke: var(--bad-fill); fill: var(--bad-fill); }
.interval g.state-undecided { stroke: var(--warning-fill); fill: var(--warning-fill); }

@media print {
  pre.said { max-height: none; overflow: visible; } .gates tr, .sides { break-inside: avoid; }
  .jumps, #theme { display: none; }
  .grid, .graph { max-height: none; overflow: visible; }
  .grid thead th, .grid tbody th { position: static; }
  details { break-inside: avoid; }
}
@media (forced-colors: active) { .grid td, .badge { border: 1px solid; } .graph rect { stroke: CanvasText; } .interval g, .interval .axis, .interval .bound { stroke: CanvasText; fill: CanvasText; } .interval text { fill: CanvasText; } }
`
