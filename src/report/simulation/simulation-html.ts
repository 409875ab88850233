import type { RemedyPlan, Simulation } from '../../schema/simulation.ts'
import { count } from '../count.ts'
import { escapeHtml } from '../html/escape-html.ts'
import { writtenPage } from '../html/written-page.ts'
import type { PageSection } from '../html/written-page.ts'
import { htmlLines, htmlTable, leftOut } from '../html/written-table.ts'
import { reportLimits } from '../limits.ts'
import { shorten } from '../../base/visible-text.ts'
import { dependencyGraph, graphLayers } from './dependency-graph.ts'
import type { DependencyGraph } from './dependency-graph.ts'
import { drawGraph } from './draw-graph.ts'
import {
  affectedText,
  basisLines,
  classesText,
  forText,
  newOrWorseLine,
  outcomeText,
  reasonLines,
  simulationHeadline,
  stoppedText,
  tallyText,
  timeText,
  workflowText,
} from './explain-outcome.ts'
import { directiveLines, unverifiedLine } from './legal-line.ts'
import { outcomeMatrix } from './outcome-matrix.ts'
import { outcomeMeanings, outcomesWorstFirst, outcomeWords } from './outcome-words.ts'
import { costText, percentText, planLines, remedyKindWords } from './remedy-words.ts'
import type { SimulationReportOptions } from './simulation-report-options.ts'
import { cutSetRows, viewSimulation } from './view-simulation.ts'
import type { ContingencyView, OutcomeGroup, SimulationView } from './view-simulation.ts'

/** One file for a browser, laid out as grid operators know it: pre-contingency, post-contingency, remedial actions. */
export function simulationHtml(
  simulation: Simulation,
  options: SimulationReportOptions = {},
): string {
  const view = viewSimulation(simulation)
  const detailed = detailedContingencies(view)
  const numbers = new Map(detailed.map((one, index) => [one, index]))
  const places = new Map(view.workflows.map((one, index) => [one.id, index]))
  const addressOf = (contingency: ContingencyView, workflow: string): string | null => {
    const number = numbers.get(contingency)
    const place = places.get(workflow)
    return number === undefined || place === undefined ? null : `c${number}w${place}`
  }
  const unverified = simulation.inputs.directives.filter((one) => one.review === 'unverified')
  return writtenPage({
    title: `What stops: ${shorten(simulation.organisation, 80)}`,
    about: basisLines(simulation),
    banner: unverified.length === 0 ? '' : unverifiedLine(unverified.map((one) => one.id)),
    sections: [
      summarySection(view),
      { id: 'matrix-part', title: 'Matrix', body: outcomeMatrix(view, addressOf) },
      beforeSection(view, options),
      afterSection(view, detailed, addressOf, options),
      remediesSection(simulation.remedialActions),
      graphSection(view),
      weakPointsSection(view, options),
      {
        id: 'basis',
        title: 'What this rests on',
        body: `${htmlLines([...directiveLines(simulation.inputs.directives), ...basisLines(simulation)])}${
          options.exactCounts === true
            ? ''
            : '<p class="note">Fewer than five people of a class are shown as “&lt;5”.</p>'
        }`,
      },
    ],
  })
}

function summarySection(view: SimulationView): PageSection {
  const { notices } = view.simulation
  const meanings = outcomesWorstFirst.map(
    (outcome) =>
      `<dt><span class="badge o-${outcome}">${outcomeWords[outcome]}</span></dt><dd>${outcomeMeanings[outcome]}</dd>`,
  )
  return {
    id: 'summary',
    title: 'Summary',
    body: `<ul class="lead">${simulationHeadline(view)
      .map((line) => `<li>${escapeHtml(shorten(line, 400))}</li>`)
      .join('')}</ul>
${notices.length === 0 ? '' : `<h3>Notices</h3>${htmlLines(notices)}`}
<h3>Words</h3><dl class="legend">${meanings.join('')}</dl>`,
  }
}

function beforeSection(view: SimulationView, options: SimulationReportOptions): PageSection {
  const shown = view.before.slice(0, reportLimits.htmlListMax)
  return {
    id: 'before',
    title: 'Pre-contingency',
    body:
      shown.length === 0
        ? `<p>${view.workflows.length === 0 ? 'No workflow is known.' : 'Before anything is lost all work is served as it is meant to be.'}</p>`
        : `<p class="note">What is not as it should be although nothing is lost.</p>${outcomesTable(shown, view, options, () => null)}${leftOut(view.before.length - shown.length, 'outcome')}`,
  }
}

/** As many contingencies with impact, the worst first, as a page can hold; at least one. */
function detailedContingencies(view: SimulationView): readonly ContingencyView[] {
  let left: number = reportLimits.htmlOutcomesMax
  return view.contingencies
    .filter((one) => one.changes.length > 0)
    .slice(0, reportLimits.htmlContingenciesMax)
    .filter((one, index) => {
      left -= one.changes.length
      return index === 0 || left >= 0
    })
}

function afterSection(
  view: SimulationView,
  detailed: readonly ContingencyView[],
  addressOf: (contingency: ContingencyView, workflow: string) => string | null,
  options: SimulationReportOptions,
): PageSection {
  const withImpact = view.contingencies.filter((one) => one.changes.length > 0).length
  const spared = view.contingencies.length - withImpact
  return {
    id: 'after',
    title: 'Post-contingency',
    body: `<p class="note">${newOrWorseLine(view)}</p>
${detailed.map((one, index) => contingencyHtml(one, index, view, addressOf, options)).join('\n')}
${leftOut(withImpact - detailed.length, 'contingency', 'contingencies')}
${spared === 0 ? '' : `<p>${count(spared, 'contingency has', 'contingencies have')} no impact.</p>`}`,
  }
}

function contingencyHtml(
  one: ContingencyView,
  index: number,
  view: SimulationView,
  addressOf: (contingency: ContingencyView, workflow: string) => string | null,
  options: SimulationReportOptions,
): string {
  const { contingency } = one
  const shown = one.changes.slice(0, reportLimits.htmlOutcomesMax)
  const lines = [
    ...(contingency.at === null ? [] : [`Directives as of ${contingency.at}.`]),
    ...(contingency.withdrawn.length === 0
      ? []
      : [`Withdrawn by the vendor for everybody: ${contingency.withdrawn.join(', ')}.`]),
    ...one.affected.map((by) => `Stops for ${by.class}: ${affectedText(by, options)}.`),
    ...contingency.overloads.map(
      (overload) =>
        `Overload: ${overload.route} is asked for ${overload.asked} ${overload.measure} and carries ${overload.capacity}${overload.shed.length === 0 ? '' : `; no room for ${overload.shed.join(', ')}`}.`,
    ),
  ]
  return `<details id="c${index}"${index === 0 ? ' open' : ''}><summary>Without <bdi><b>${escapeHtml(shorten(one.title, 200))}</b></bdi>: ${tallyText(one)}</summary><div>
${lines.length === 0 ? '' : htmlLines(lines)}
${outcomesTable(shown, view, options, (workflow) => addressOf(one, workflow))}
${leftOut(one.changes.length - shown.length, 'outcome')}
</div></details>`
}

function outcomesTable(
  groups: readonly OutcomeGroup[],
  view: SimulationView,
  options: SimulationReportOptions,
  addressOf: (workflow: string) => string | null,
): string {
  const named = new Set<string>()
  const rows = groups.map((group) => {
    const address = addressOf(group.workflow)
    const id = address === null || named.has(address) ? '' : ` id="${address}"`
    if (address !== null) named.add(address)
    const reasons = reasonLines(group.reasons)
    const shown = reasons.slice(0, reportLimits.htmlReasonsMax)
    const time = timeText(group, view.workflowOf(group.workflow))
    return `<tr${id}><td><span class="badge o-${group.outcome}">${escapeHtml(outcomeText(group))}</span></td><td><bdi>${escapeHtml(shorten(workflowText(view, group.workflow), 160))}</bdi></td><td>${escapeHtml(classesText(group, options))}</td><td>${escapeHtml(shorten(time, 300))}</td><td><ul class="reasons">${shown
      .map(
        (reason) =>
          `<li><bdi>${escapeHtml(shorten(reason.text, 400))}</bdi>${reason.places
            .slice(0, 12)
            .map((place) => ` <code><bdi>${escapeHtml(shorten(place, 200))}</bdi></code>`)
            .join(
              '',
            )}${reason.places.length > 12 ? ` and ${count(reason.places.length - 12, 'more place')}` : ''}</li>`,
      )
      .join('')}</ul>${leftOut(reasons.length - shown.length, 'reason')}</td></tr>`
  })
  return `<div class="scroll"><table><thead><tr>${['Outcome', 'Workflow', 'For', 'Time', 'Because'].map((title) => `<th scope="col">${title}</th>`).join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`
}

function remediesSection(plans: readonly RemedyPlan[]): PageSection {
  return {
    id: 'remedies',
    title: 'Remedial actions',
    body:
      plans.length === 0
        ? '<p class="note">No remedies were asked for: <code>holdfast remedy</code> finds the cheapest.</p>'
        : plans.map(planHtml).join('\n'),
  }
}

function planHtml(plan: RemedyPlan): string {
  const actions = plan.actions.slice(0, reportLimits.htmlListMax)
  const left = (plan.proof?.stops ?? []).slice(0, reportLimits.htmlListMax)
  return `<h3><bdi>${escapeHtml(shorten(plan.target, 200))}</bdi></h3>
${htmlLines(planLines(plan))}
${
  actions.length === 0
    ? ''
    : htmlTable(
        ['Action', 'Kind', 'For', 'Cost', 'Cut sets it takes part in removing'],
        actions.map((action) => [
          action.text,
          remedyKindWords[action.kind],
          action.workflow ?? 'shared',
          costText(action.cost, plan.currency),
          joined(
            action.removes.map((one) => `${one.workflow}: ${one.elements.join(' + ')}`),
            6,
          ),
        ]),
      )
}
${leftOut(plan.actions.length - actions.length, 'action')}
${
  left.length === 0
    ? ''
    : `<h3>What is left</h3>${htmlTable(
        ['Workflow', 'Class', 'Lost together'],
        left.map((one) => [one.workflow, one.class, one.elements.join(' + ')]),
      )}${leftOut((plan.proof?.stops.length ?? 0) - left.length, 'cut set')}`
}
${
  plan.alternatives.length === 0
    ? ''
    : `<h3>Alternatives</h3>${htmlTable(
        ['Cost', 'Actions'],
        plan.alternatives
          .slice(0, 50)
          .map((one) => [costText(one.cost, plan.currency), one.actions.join(', ')]),
      )}`
}
${
  plan.infeasible.length === 0
    ? ''
    : `<h3>What no action can save</h3>${htmlTable(
        ['Workflow', 'Stopped by', 'Why'],
        plan.infeasible
          .slice(0, reportLimits.htmlListMax)
          .map((one) => [one.workflow, one.elements.join(' + '), one.text]),
      )}`
}`
}

function graphSection(view: SimulationView): PageSection {
  const graph = dependencyGraph(view)
  const isEmpty = graph.layers.workflow.length === 0
  return {
    id: 'graph',
    title: 'Dependency graph',
    body: isEmpty
      ? '<p class="note">No workflow is known.</p>'
      : `<p class="note" id="graph-words">From left to right: workflow, what serves it, over which provider, under which jurisdiction. A full line serves today, a broken one stands by. The table below says the same in words.${graph.isGrouped ? ' There are too many nodes to draw: those alike stand as one, and the rest of a layer together.' : ''}</p>
<div class="graph" tabindex="0" role="region" aria-label="Dependency graph, scrolls">${drawGraph(graph)}</div>
<details><summary>The same as a table</summary><div>${graphTable(graph)}</div></details>`,
  }
}

function graphTable(graph: DependencyGraph): string {
  const labels = new Map(
    graphLayers.flatMap((layer) => graph.layers[layer].map((node) => [node.id, node] as const)),
  )
  const rows = graph.edges.map((edge) => {
    const from = labels.get(edge.from)
    const to = labels.get(edge.to)
    return [
      from?.layer ?? '',
      from?.label ?? '',
      edge.serves ? 'is served today by' : 'may fall back on',
      to?.layer ?? '',
      `${to?.label ?? ''}${to?.isPoint === true ? ' (a single point of failure)' : ''}`,
    ]
  })
  const shown = rows.slice(0, reportLimits.htmlListMax)
  return `${htmlTable(['Layer', 'From', 'How', 'Layer', 'To'], shown)}${leftOut(rows.length - shown.length, 'line')}`
}

function weakPointsSection(view: SimulationView, options: SimulationReportOptions): PageSection {
  const { exposure } = view.simulation
  const max = reportLimits.htmlListMax
  const elements = exposure.elements.filter((one) => one.loss > 0 || one.workflowsAtRisk.length > 0)
  const cuts = cutSetRows(view)
  const points = exposure.singlePointsOfFailure
  const warnings = exposure.earlyWarnings
  return {
    id: 'weak-points',
    title: 'Weak points',
    body: `<h3>Single points of failure</h3>
${
  points.length === 0
    ? '<p>None: no single loss stops any work.</p>'
    : htmlTable(
        ['Workflow', 'Each of these alone stops it'],
        points
          .slice(0, max)
          .map((one) => [workflowText(view, one.workflow), one.elements.join(', ')]),
      )
}${leftOut(points.length - max, 'workflow')}
<h3>Elements by what hangs on them</h3>
<p class="note">Loss: the share of criticality-weighted work that stops when the element alone is lost (critical ${exposure.weights.critical}, important ${exposure.weights.important}, supporting ${exposure.weights.supporting}).</p>
${
  elements.length === 0
    ? '<p>No element stops work or puts it at risk by itself.</p>'
    : htmlTable(
        ['Element', 'Name', 'Loss', 'Stops', 'Leaves at risk', 'People whose work stops'],
        elements
          .slice(0, max)
          .map((one) => [
            one.element,
            one.name,
            percentText(one.loss),
            joined(one.workflowsStopped, 8),
            joined(one.workflowsAtRisk, 8),
            stoppedText(one, view, options),
          ]),
      )
}${leftOut(elements.length - max, 'element')}
<h3>Cut sets</h3>
<p class="note">Lost together they stop the work, and none of them is superfluous.</p>
${
  cuts.length === 0
    ? '<p>None up to the depth that was asked for.</p>'
    : htmlTable(
        ['Workflow', 'Lost together', 'Size', 'For'],
        cuts
          .slice(0, max)
          .map((one) => [
            workflowText(view, one.workflow),
            one.elements.join(' + '),
            String(one.elements.length),
            forText(one.classes),
          ]),
      )
}${leftOut(cuts.length - max, 'cut set')}
<h3>Early warnings</h3>
<p class="note">Work that is one more loss away from a stop.</p>
${
  warnings.length === 0
    ? '<p>None.</p>'
    : htmlTable(
        ['Workflow', 'After the loss of', 'One more stops it', 'Warning'],
        warnings
          .slice(0, max)
          .map((one) => [
            workflowText(view, one.workflow),
            one.element ?? 'nothing: now',
            joined(one.next, 8),
            one.text,
          ]),
      )
}${leftOut(warnings.length - max, 'warning')}`,
  }
}

function joined(items: readonly string[], max: number): string {
  const left = items.length - max
  return `${items.slice(0, max).join(', ')}${left > 0 ? ` and ${left} more` : ''}`
}
