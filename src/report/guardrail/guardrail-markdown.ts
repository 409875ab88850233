import { shorten } from '../../base/visible-text.ts'
import type { GuardrailModel, GuardrailReport } from '../../schema/guardrail-report.ts'
import { count } from '../count.ts'
import { reportLimits } from '../limits.ts'
import { escapeMarkdown, markdownTable } from '../markdown/escape-markdown.ts'
import { keepWhatFits } from '../markdown/keep-what-fits.ts'
import {
  basisLines,
  callLines,
  comparisonLines,
  conclusionWords,
  modelName,
  phrasingCells,
  phrasingHeads,
  purposeLine,
  taskCells,
  taskHeads,
  unevenTasks,
  workCells,
  workHeads,
} from './guardrail-lines.ts'

/** For a wiki or a pull request. */
export function guardrailMarkdown(report: GuardrailReport): string {
  const foot = ['### What this rests on', '', ...list(basisLines(report))].join('\n')
  const parts = [
    ['## Guardrail consistency', '', text(purposeLine)].join('\n'),
    ...report.models.map(modelPart),
  ]
  const fitting = keepWhatFits(parts, reportLimits.markdownCharactersMax - foot.length - 2)
  return `${[...fitting, foot].join('\n\n')}\n`
}

function modelPart(model: GuardrailModel): string {
  const uneven = unevenTasks(model)
  const shown = uneven.slice(0, reportLimits.markdownWorkflowsMax)
  return [
    `### ${text(modelName(model))}: ${conclusionWords[model.conclusion]}${model.state === 'unfinished' ? ' (unfinished)' : ''}`,
    '',
    text(model.say),
    '',
    ...list([...comparisonLines(model), ...callLines(model)]),
    '',
    table(phrasingHeads, model.phrasings.map(phrasingCells)),
    '',
    table(workHeads, model.byWork.map(workCells)),
    ...(uneven.length === 0
      ? []
      : [
          '',
          `Done in some words, not in others (${count(uneven.length, 'task')}; share not done):`,
          '',
          table(taskHeads, shown.map(taskCells)),
          ...(uneven.length > shown.length
            ? ['', `and ${count(uneven.length - shown.length, 'more task')}`]
            : []),
        ]),
  ].join('\n')
}

function list(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `- ${text(line)}`)
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable(
    [...titles],
    rows.map((row) => row.map(text)),
  )
}

function text(value: string): string {
  return escapeMarkdown(shorten(value, 600))
}
