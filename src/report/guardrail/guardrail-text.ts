import { visibleText } from '../../base/visible-text.ts'
import type { GuardrailModel, GuardrailReport } from '../../schema/guardrail-report.ts'
import { phrasingKinds } from '../../schema/phrasing-set.ts'
import { count } from '../count.ts'
import { reportLimits } from '../limits.ts'
import { indented } from '../text/indented.ts'
import { type Paint, painter } from '../text/paint.ts'
import { textTable } from '../text/text-table.ts'
import type { TrialReportOptions } from '../trial/trial-report-options.ts'
import {
  basisLines,
  callLines,
  comparisonLines,
  conclusionTones,
  conclusionWords,
  modelName,
  phrasingCells,
  phrasingHeads,
  purposeLine,
  taskCells,
  unevenTasks,
  workCells,
} from './guardrail-lines.ts'

interface Sheet {
  readonly width: number
  readonly paint: Paint
}

/** For a terminal: one part for each model. */
export function guardrailText(
  report: GuardrailReport,
  { width: asked = 100, colour }: Pick<TrialReportOptions, 'width' | 'colour'> = {},
): string {
  const { textWidthMin, textWidthMax } = reportLimits
  const sheet: Sheet = {
    width: Math.min(Math.max(Math.floor(asked), textWidthMin), textWidthMax),
    paint: painter(colour === true),
  }
  const { width, paint } = sheet
  const parts = [
    [paint('heading', 'Guardrail consistency'), ...indented(purposeLine, width, 2)],
    ...report.models.map((model) => modelPart(model, sheet)),
    [
      paint('heading', 'What this rests on'),
      ...basisLines(report).flatMap((line) => indented(line, width, 2)),
    ],
  ]
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`
}

function modelPart(model: GuardrailModel, sheet: Sheet): readonly string[] {
  const { width, paint } = sheet
  const uneven = unevenTasks(model)
  const shown = uneven.slice(0, reportLimits.textListMax)
  return [
    ...indented(modelName(model), width, 0).map((line) => paint('heading', line)),
    `  ${paint(conclusionTones[model.conclusion], conclusionWords[model.conclusion])}${model.state === 'unfinished' ? ' (unfinished)' : ''}`,
    ...indented(model.say, width, 2),
    ...[...comparisonLines(model), ...callLines(model)].flatMap((line) => indented(line, width, 4)),
    '',
    ...table(phrasingHeads, model.phrasings.map(phrasingCells), sheet),
    '',
    ...indented(
      `By work: ${model.byWork
        .map((one) => workCells(one))
        .map(([work, , share]) => `${work} ${share}`)
        .join(', ')} not done`,
      width,
      2,
    ),
    ...(uneven.length === 0
      ? []
      : [
          '',
          ...indented(
            `Done in some words, not in others (${count(uneven.length, 'task')}; share not done)`,
            width,
            2,
          ),
          ...table(['Task', ...phrasingKinds], shown.map(taskCells), sheet),
          ...(uneven.length > shown.length
            ? [`    and ${count(uneven.length - shown.length, 'more task')}, see --format html`]
            : []),
        ]),
  ]
}

function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  { width, paint }: Sheet,
): readonly string[] {
  return textTable(
    titles.map((title, index) => ({
      title,
      widthMin: index === 0 ? 16 : Math.min(8, title.length),
      ...(index === 0 ? {} : { align: 'right' as const }),
    })),
    rows.map((row) => row.map((text) => ({ text: visibleText(text) }))),
    width - 2,
    paint,
  ).map((line) => `  ${line}`)
}
