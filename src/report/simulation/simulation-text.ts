import type { Simulation } from '../../schema/simulation.ts'
import { count } from '../count.ts'
import { reportLimits } from '../limits.ts'
import { indented } from '../text/indented.ts'
import { painter } from '../text/paint.ts'
import type { Paint, Tone } from '../text/paint.ts'
import { textTable } from '../text/text-table.ts'
import { wrapToWidth } from '../text/display-width.ts'
import { visibleText } from '../../base/visible-text.ts'
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
import { directiveLines } from './legal-line.ts'
import { outcomeTones } from './outcome-words.ts'
import { costText, percentText, planLines } from './remedy-words.ts'
import type { SimulationReportOptions } from './simulation-report-options.ts'
import { cutSetRows, viewSimulation } from './view-simulation.ts'
import type { ContingencyView, OutcomeGroup, SimulationView } from './view-simulation.ts'

interface Sheet {
  readonly view: SimulationView
  readonly width: number
  readonly paint: Paint
  readonly options: SimulationReportOptions
}

/** What a person at a terminal needs to act: what stops, for whom, why, what hangs on what, and what to do. */
export function simulationText(
  simulation: Simulation,
  options: SimulationReportOptions = {},
): string {
  const asked = Math.floor(options.width ?? 100)
  const sheet: Sheet = {
    view: viewSimulation(simulation),
    width: Math.min(Math.max(asked, reportLimits.textWidthMin), reportLimits.textWidthMax),
    paint: painter(options.colour === true),
    options,
  }
  const parts = [
    headPart(sheet),
    beforePart(sheet),
    afterPart(sheet),
    remediesPart(sheet),
    pointsPart(sheet),
    rankingPart(sheet),
    cutSetsPart(sheet),
    warningsPart(sheet),
    basisPart(sheet),
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`
}

function headPart({ view, width, paint }: Sheet): readonly string[] {
  const { simulation } = view
  const notices = simulation.notices.slice(0, reportLimits.textListMax)
  return [
    ...wrapToWidth(`Holdfast simulation for ${visibleText(simulation.organisation)}`, width).map(
      (line) => paint('heading', line),
    ),
    '',
    ...simulationHeadline(view).flatMap((sentence) => indented(sentence, width, 2)),
    ...notices.flatMap((notice) =>
      indented(`Notice: ${notice}`, width, 2).map((line) => paint('warning', line)),
    ),
    ...more(simulation.notices.length - notices.length, 'notice', paint),
  ]
}

function beforePart({ view, width, paint, options }: Sheet): readonly string[] {
  const shown = view.before.slice(0, reportLimits.textListMax)
  return [
    paint('heading', 'Pre-contingency: before anything is lost'),
    ...(shown.length === 0
      ? [
          view.simulation.workflows.length === 0
            ? '  No workflow is known.'
            : '  All work is served as it is meant to be.',
        ]
      : shown.flatMap((group) => groupLines(group, { view, width, paint, options }))),
    ...more(view.before.length - shown.length, 'outcome', paint),
  ]
}

function afterPart(sheet: Sheet): readonly string[] {
  const { view, paint, width } = sheet
  const withImpact = view.contingencies.filter((one) => one.changes.length > 0)
  const detailed = withImpact.slice(0, view.contingencies.length === 1 ? 1 : 3)
  const listed = withImpact.slice(detailed.length, detailed.length + reportLimits.textListMax)
  const left = withImpact.length - detailed.length - listed.length
  const spared = view.contingencies.length - withImpact.length
  if (view.contingencies.length === 0) return []
  return [
    paint('heading', 'Post-contingency'),
    ...indented(newOrWorseLine(view), width, 2).map((line) => paint('faint', line)),
    ...detailed.flatMap((one) => contingencyLines(one, sheet)),
    ...(listed.length === 0
      ? []
      : [
          '  Others',
          ...textTable(
            [
              { title: 'Lost', widthMin: 24 },
              { title: 'What happens', widthMin: 24 },
            ],
            listed.map((one) => [{ text: visibleText(one.title) }, { text: tallyText(one) }]),
            width - 4,
            paint,
          ).map((line) => `    ${line}`),
        ]),
    ...more(left, 'contingency', paint, 'contingencies'),
    ...(spared === 0
      ? []
      : indented(`${count(spared, 'contingency has', 'contingencies have')} no impact.`, width, 2)),
  ]
}

function contingencyLines(one: ContingencyView, sheet: Sheet): readonly string[] {
  const { width, paint, options } = sheet
  const { contingency, affected, changes } = one
  const shown = changes.slice(0, reportLimits.textWorkflowsMax)
  const tone: Tone = one.workflowsBy.stops > 0 ? 'bad' : 'strong'
  return [
    ...indented(`Without ${visibleText(one.title)}: ${tallyText(one)}`, width, 2).map((line) =>
      paint(tone, line),
    ),
    ...(contingency.at === null ? [] : indented(`Directives as of ${contingency.at}`, width, 4)),
    ...(contingency.withdrawn.length === 0
      ? []
      : indented(
          `Withdrawn by the vendor for everybody: ${listText(contingency.withdrawn)}`,
          width,
          4,
        )),
    ...affected.flatMap((by) =>
      indented(`Stops for ${by.class}: ${affectedText(by, options)}`, width, 4),
    ),
    ...shown.flatMap((group) => groupLines(group, sheet)),
    ...more(changes.length - shown.length, 'outcome', paint),
    ...contingency.overloads
      .slice(0, reportLimits.textListMax)
      .flatMap((overload) =>
        indented(
          `Overload: ${overload.route} is asked for ${overload.asked} ${overload.measure} and carries ${overload.capacity}${overload.shed.length === 0 ? '' : `; no room for ${listText(overload.shed)}`}`,
          width,
          4,
        ),
      ),
  ]
}

function groupLines(
  group: OutcomeGroup,
  { view, width, paint, options }: Sheet,
): readonly string[] {
  const reasons = reasonLines(group.reasons)
  const shown = reasons.slice(0, 4)
  const time = timeText(group, view.workflowOf(group.workflow))
  const [first = '', ...others] = indented(
    `${outcomeText(group)}: ${workflowText(view, group.workflow)}, for ${classesText(group, options)}`,
    width - 2,
    4,
  )
  const tone = outcomeTones[group.outcome]
  const word = outcomeText(group)
  return [
    first.includes(word) ? first.replace(word, () => paint(tone, word)) : paint(tone, first),
    ...others.map((line) => `  ${line}`),
    ...(time === '' ? [] : indented(time, width, 8)),
    ...shown.flatMap((reason) =>
      indented(`${reason.text}${reason.place === '' ? '' : ` (${reason.place})`}`, width, 8),
    ),
    ...more(reasons.length - shown.length, 'reason', paint, 'reasons', 8),
  ]
}

function remediesPart({ view, width, paint }: Sheet): readonly string[] {
  const plans = view.simulation.remedialActions
  if (plans.length === 0) return []
  return [
    paint('heading', 'Remedial actions'),
    ...plans.flatMap((plan) => {
      const shown = plan.actions.slice(0, reportLimits.textWorkflowsMax)
      return [
        ...indented(`Target: ${plan.target}`, width, 2),
        ...planLines(plan).flatMap((line) => indented(line, width, 4)),
        ...textTable(
          [
            { title: 'Action', widthMin: 24 },
            { title: 'For', widthMin: 8 },
            { title: 'Removes', widthMin: 7, align: 'right' },
            { title: 'Cost', widthMin: 10, align: 'right' },
          ],
          shown.map((action) => [
            { text: visibleText(action.text) },
            { text: visibleText(action.workflow ?? 'shared') },
            { text: count(action.removes.length, 'cut set') },
            { text: costText(action.cost, plan.currency) },
          ]),
          width - 4,
          paint,
        )
          .slice(shown.length === 0 ? 1 : 0)
          .map((line) => `    ${line}`),
        ...more(plan.actions.length - shown.length, 'action', paint),
        ...(plan.proof?.stops ?? [])
          .slice(0, reportLimits.textListMax)
          .flatMap((cut) =>
            indented(`Left: ${cut.workflow} for ${cut.class}: ${listText(cut.elements)}`, width, 4),
          ),
        ...plan.alternatives
          .slice(0, reportLimits.textQuestionsMax)
          .flatMap((other) =>
            indented(
              `Alternative, ${costText(other.cost, plan.currency)}: ${listText(other.actions)}`,
              width,
              4,
            ),
          ),
        ...plan.infeasible
          .slice(0, reportLimits.textListMax)
          .flatMap((one) =>
            indented(
              `Cannot be saved: ${one.workflow}: ${one.text}${one.elements.length === 0 ? '' : ` (${listText(one.elements)})`}`,
              width,
              4,
            ).map((line) => paint('bad', line)),
          ),
      ]
    }),
  ]
}

function pointsPart({ view, width, paint }: Sheet): readonly string[] {
  const points = view.simulation.exposure.singlePointsOfFailure
  if (points.length === 0) return []
  const shown = points.slice(0, reportLimits.textListMax)
  return [
    paint('heading', 'Single points of failure'),
    ...shown.flatMap((point) =>
      indented(`${workflowText(view, point.workflow)}: ${listText(point.elements, 12)}`, width, 2),
    ),
    ...more(points.length - shown.length, 'workflow', paint),
  ]
}

function rankingPart({ view, width, paint, options }: Sheet): readonly string[] {
  const elements = view.simulation.exposure.elements.filter(
    (one) => one.loss > 0 || one.workflowsAtRisk.length > 0,
  )
  if (elements.length === 0) return []
  const shown = elements.slice(0, reportLimits.textListMax)
  return [
    paint('heading', 'Elements by the share of criticality-weighted work that stops without them'),
    ...textTable(
      [
        { title: 'Element', widthMin: 20 },
        { title: 'Loss', widthMin: 6, align: 'right' },
        { title: 'Stops', widthMin: 5, align: 'right' },
        { title: 'At risk', widthMin: 7, align: 'right' },
        { title: 'People', widthMin: 8, align: 'right' },
      ],
      shown.map((one) => [
        { text: visibleText(one.element) },
        { text: percentText(one.loss), tone: one.loss > 0 ? ('bad' as const) : ('faint' as const) },
        { text: String(one.workflowsStopped.length) },
        { text: String(one.workflowsAtRisk.length) },
        { text: stoppedText(one, view, options) },
      ]),
      width - 2,
      paint,
    ).map((line) => `  ${line}`),
    ...more(elements.length - shown.length, 'element', paint),
  ]
}

function cutSetsPart({ view, width, paint }: Sheet): readonly string[] {
  const rows = cutSetRows(view).filter((row) => row.elements.length > 1)
  if (rows.length === 0) return []
  const shown = rows.slice(0, reportLimits.textListMax)
  return [
    paint('heading', 'Lost together, these stop work'),
    ...shown.flatMap((row) =>
      indented(
        `${workflowText(view, row.workflow)}: ${row.elements.join(' + ')}, for ${forText(row.classes)}`,
        width,
        2,
      ),
    ),
    ...more(rows.length - shown.length, 'cut set', paint),
  ]
}

function warningsPart({ view, width, paint }: Sheet): readonly string[] {
  const warnings = view.simulation.exposure.earlyWarnings
  if (warnings.length === 0) return []
  const shown = warnings.slice(0, reportLimits.textListMax)
  return [
    paint('heading', 'Early warnings: one more loss away from a stop'),
    ...shown.flatMap((warning) =>
      indented(`${workflowText(view, warning.workflow)}: ${warning.text}`, width, 2),
    ),
    ...more(warnings.length - shown.length, 'warning', paint),
  ]
}

function basisPart({ view, width, paint }: Sheet): readonly string[] {
  return [
    paint('heading', 'What this rests on'),
    // Whole, however narrow the terminal: these words are looked for, and quoted.
    ...directiveLines(view.simulation.inputs.directives).map((line) => `  ${visibleText(line)}`),
    ...basisLines(view.simulation).flatMap((line) => indented(line, width, 2)),
  ]
}

/** The first of a list, and how many more there are. */
function listText(items: readonly string[], max = 6): string {
  const left = items.length - max
  return `${items.slice(0, max).join(', ')}${left > 0 ? ` and ${left} more` : ''}`
}

function more(
  left: number,
  singular: string,
  paint: Paint,
  plural = `${singular}s`,
  by = 2,
): readonly string[] {
  if (left <= 0) return []
  return [
    `${' '.repeat(by)}${paint('faint', `and ${count(left, `more ${singular}`, `more ${plural}`)}, see --format html`)}`,
  ]
}
