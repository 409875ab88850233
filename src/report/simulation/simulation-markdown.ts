import type { RemedyPlan, Simulation } from '../../schema/simulation.ts'
import { count } from '../count.ts'
import { escapeHtml } from '../html/escape-html.ts'
import { reportLimits } from '../limits.ts'
import { codeSpan, escapeMarkdown, markdownTable } from '../markdown/escape-markdown.ts'
import { keepWhatFits } from '../markdown/keep-what-fits.ts'
import { shorten } from '../../base/visible-text.ts'
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
} from './explain-outcome.ts'
import { directiveLines } from './legal-line.ts'
import { criticalityWords } from './outcome-words.ts'
import { costText, percentText, planLines, remedyKindWords } from './remedy-words.ts'
import type { SimulationReportOptions } from './simulation-report-options.ts'
import { cutSetRows, viewSimulation } from './view-simulation.ts'
import type { ContingencyView, OutcomeGroup, SimulationView } from './view-simulation.ts'

/** For a pull request or a wiki: the answer, and what stands behind it folded away. */
export function simulationMarkdown(
  simulation: Simulation,
  options: SimulationReportOptions = {},
): string {
  const view = viewSimulation(simulation)
  const parts = [
    headPart(view),
    beforePart(view, options),
    afterPart(view, options),
    remediesPart(simulation.remedialActions),
    weakPointsPart(view, options),
  ].filter((part) => part !== '')
  const foot = basisPart(simulation)
  const fitting = keepWhatFits(parts, reportLimits.markdownCharactersMax - foot.length - 2)
  return `${[...fitting, foot].join('\n\n')}\n`
}

const { markdownWorkflowsMax, markdownCellCharactersMax } = reportLimits

function text(value: string): string {
  return escapeMarkdown(shorten(value, markdownCellCharactersMax * 2))
}

function headPart(view: SimulationView): string {
  const { simulation } = view
  const notices = simulation.notices.slice(0, 20)
  return [
    `## What stops: ${escapeMarkdown(shorten(simulation.organisation, 120))}`,
    '',
    simulationHeadline(view).map(text).join('  \n'),
    ...(notices.length === 0
      ? []
      : ['', ...notices.map((notice) => `> **Notice:** ${text(notice)}  `)]),
    ...more(simulation.notices.length - notices.length, 'notice'),
  ].join('\n')
}

function beforePart(view: SimulationView, options: SimulationReportOptions): string {
  if (view.before.length === 0) {
    return `### Pre-contingency\n\n${view.workflows.length === 0 ? 'No workflow is known.' : 'Before anything is lost all work is served as it is meant to be.'}`
  }
  return ['### Pre-contingency', '', outcomesTable(view.before, view, options)].join('\n')
}

function afterPart(view: SimulationView, options: SimulationReportOptions): string {
  if (view.contingencies.length === 0) return ''
  const withImpact = view.contingencies.filter((one) => one.changes.length > 0)
  const detailed = withImpact.slice(0, 5)
  const listed = withImpact.slice(0, markdownWorkflowsMax)
  const spared = view.contingencies.length - withImpact.length
  return [
    '### Post-contingency',
    '',
    newOrWorseLine(view),
    ...(withImpact.length > 1
      ? [
          '',
          markdownTable(
            ['Lost', 'What happens', 'Work stops for'],
            listed.map((one) => [
              codeSpan(one.title),
              tallyText(one),
              one.affected
                .map((by) => `${by.class}: ${text(affectedText(by, options))}`)
                .join('<br>') || '–',
            ]),
          ),
          ...more(withImpact.length - listed.length, 'contingency', 'contingencies'),
        ]
      : []),
    ...(spared === 0
      ? []
      : ['', `${count(spared, 'contingency has', 'contingencies have')} no impact.`]),
    ...detailed.map((one) => contingencyPart(one, view, options)),
  ].join('\n')
}

function contingencyPart(
  one: ContingencyView,
  view: SimulationView,
  options: SimulationReportOptions,
): string {
  const { contingency } = one
  const lines = [
    ...(contingency.at === null ? [] : [`Directives as of ${contingency.at}.`]),
    ...(contingency.withdrawn.length === 0
      ? []
      : [
          `Withdrawn by the vendor for everybody: ${contingency.withdrawn
            .slice(0, 20)
            .map((model) => codeSpan(model))
            .join(', ')}.`,
        ]),
    ...one.affected.map((by) => `Stops for ${by.class}: ${text(affectedText(by, options))}.`),
    ...contingency.overloads
      .slice(0, 20)
      .map(
        (overload) =>
          `Overload: ${codeSpan(overload.route)} is asked for ${overload.asked} ${overload.measure} and carries ${overload.capacity}.`,
      ),
  ]
  return [
    '',
    `<details>\n<summary>Without ${summaryText(one.title)}: ${tallyText(one)}</summary>`,
    '',
    ...lines.map((line) => `- ${line}`),
    '',
    outcomesTable(one.changes, view, options),
    '',
    '</details>',
  ].join('\n')
}

/** Inside an HTML element Markdown is not read, but names still call people. */
function summaryText(title: string): string {
  return escapeHtml(shorten(title, 160)).replace(/[@#](?=\w)/g, '$&&#8203;')
}

function outcomesTable(
  groups: readonly OutcomeGroup[],
  view: SimulationView,
  options: SimulationReportOptions,
): string {
  const shown = groups.slice(0, markdownWorkflowsMax)
  return [
    markdownTable(
      ['Outcome', 'Workflow', 'For', 'Time', 'Because'],
      shown.map((group) => {
        const workflow = view.workflowOf(group.workflow)
        const reasons = reasonLines(group.reasons)
        const lines = reasons
          .slice(0, 4)
          .map(
            (reason) =>
              `${text(reason.text)}${reason.place === '' ? '' : ` ${codeSpan(reason.place)}`}`,
          )
        const left = reasons.length - lines.length
        return [
          `**${outcomeText(group)}**`,
          `${codeSpan(group.workflow, 80)} ${criticalityWords(workflow?.criticality ?? null)}`,
          text(classesText(group, options)),
          text(timeText(group, workflow)) || '–',
          [...lines, ...(left > 0 ? [`and ${left} more`] : [])].join('<br>') || '–',
        ]
      }),
    ),
    ...more(groups.length - shown.length, 'outcome'),
  ].join('\n')
}

function remediesPart(plans: readonly RemedyPlan[]): string {
  if (plans.length === 0) return ''
  return ['### Remedial actions', ...plans.map(planPart)].join('\n\n')
}

function planPart(plan: RemedyPlan): string {
  const shown = plan.actions.slice(0, markdownWorkflowsMax)
  const others = [
    ...(plan.proof?.stops ?? [])
      .slice(0, 20)
      .map(
        (cut) =>
          `- Left: ${codeSpan(cut.workflow, 80)} for ${cut.class}: ${codeSpan(cut.elements.join(' + '))}`,
      ),
    ...plan.alternatives.slice(0, 10).map(
      (other) =>
        `- Alternative, ${text(costText(other.cost, plan.currency))}: ${other.actions
          .slice(0, 12)
          .map((id) => codeSpan(id, 80))
          .join(', ')}`,
    ),
    ...plan.infeasible
      .slice(0, 20)
      .map((one) => `- Cannot be saved: ${codeSpan(one.workflow, 80)}: ${text(one.text)}`),
  ]
  return [
    `**${text(plan.target)}**`,
    '',
    ...planLines(plan).map((line) => `- ${text(line)}`),
    ...(shown.length === 0
      ? []
      : [
          '',
          markdownTable(
            ['Action', 'Kind', 'For', 'Removes', 'Cost'],
            shown.map((action) => [
              text(action.text),
              remedyKindWords[action.kind],
              action.workflow === null ? 'shared' : codeSpan(action.workflow, 80),
              count(action.removes.length, 'cut set'),
              text(costText(action.cost, plan.currency)),
            ]),
          ),
          ...more(plan.actions.length - shown.length, 'action'),
        ]),
    ...(others.length === 0 ? [] : ['', ...others]),
  ].join('\n')
}

function weakPointsPart(view: SimulationView, options: SimulationReportOptions): string {
  const { exposure } = view.simulation
  const elements = exposure.elements.filter((one) => one.loss > 0 || one.workflowsAtRisk.length > 0)
  const cuts = cutSetRows(view).filter((row) => row.elements.length > 1)
  return [
    ...list(
      'Single points of failure',
      ['Workflow', 'Each of these alone stops it'],
      exposure.singlePointsOfFailure,
      (one) => [codeSpan(one.workflow, 80), spans(one.elements, ', ')],
    ),
    ...list(
      'Elements by what hangs on them',
      ['Element', 'Loss', 'Stops', 'At risk', 'People'],
      elements,
      (one) => [
        codeSpan(one.element),
        percentText(one.loss),
        String(one.workflowsStopped.length),
        String(one.workflowsAtRisk.length),
        text(stoppedText(one, view, options)),
      ],
    ),
    ...list('Lost together, these stop work', ['Workflow', 'Lost together', 'For'], cuts, (row) => [
      codeSpan(row.workflow, 80),
      spans(row.elements, ' + '),
      forText(row.classes),
    ]),
    ...list(
      'Early warnings: one more loss away from a stop',
      ['Workflow', 'After', 'Warning'],
      exposure.earlyWarnings,
      (one) => [
        codeSpan(one.workflow, 80),
        one.element === null ? 'now' : codeSpan(one.element),
        text(one.text),
      ],
    ),
  ].join('\n\n')
}

function list<T>(
  title: string,
  titles: readonly string[],
  rows: readonly T[],
  cellsOf: (row: T) => readonly string[],
): readonly string[] {
  if (rows.length === 0) return []
  const shown = rows.slice(0, markdownWorkflowsMax)
  return [
    [
      `### ${title}`,
      '',
      markdownTable(titles, shown.map(cellsOf)),
      ...more(rows.length - shown.length, 'row'),
    ].join('\n'),
  ]
}

function spans(elements: readonly string[], between: string): string {
  const shown = elements.slice(0, 12).map((element) => codeSpan(element, 80))
  const left = elements.length - shown.length
  return `${shown.join(between)}${left > 0 ? ` and ${left} more` : ''}`
}

function basisPart(simulation: Simulation): string {
  const lines = [
    ...directiveLines(simulation.inputs.directives).slice(0, 50),
    ...basisLines(simulation),
  ]
  return ['### What this rests on', '', ...lines.map((line) => `- ${text(line)}`)].join('\n')
}

function more(left: number, singular: string, plural = `${singular}s`): readonly string[] {
  if (left <= 0) return []
  return ['', `and ${count(left, `more ${singular}`, `more ${plural}`)}: see \`--format html\``]
}
