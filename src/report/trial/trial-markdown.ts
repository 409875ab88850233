import { shorten, visibleText } from '../../base/visible-text.ts'
import type { Excerpt, TrialDisagreement, TrialReport } from '../../schema/trial-report.ts'
import { count } from '../count.ts'
import { escapeHtml } from '../html/escape-html.ts'
import { reportLimits } from '../limits.ts'
import { codeBlock, codeSpan, escapeMarkdown, markdownTable } from '../markdown/escape-markdown.ts'
import { keepWhatFits } from '../markdown/keep-what-fits.ts'
import {
  agreementLines,
  armCells,
  armHeads,
  basisLines,
  callLines,
  controlCells,
  controlHeads,
  costCells,
  costHeads,
  costNotes,
  gateCells,
  gateTitles,
  graderCells,
  graderHeads,
  intervalsLine,
  judgeLines,
  methodCells,
  methodTitles,
  sidesLine,
  standingLine,
  taskLines,
  weightLines,
  worthlessLine,
} from './trial-lines.ts'
import type { TrialReportOptions } from './trial-report-options.ts'
import { nextSteps, outcomeKindWords, verdictMeanings, verdictText } from './trial-words.ts'

const { markdownCellCharactersMax, markdownCharactersMax, markdownDisagreementsMax } = reportLimits

/** For a pull request or a wiki: the verdict and its gates, and what stands behind them folded away. */
export function trialMarkdown(report: TrialReport, options: TrialReportOptions = {}): string {
  const parts = [
    headPart(report, options),
    gatesPart(report),
    ['### Controls', '', table(controlHeads, report.result.controls.map(controlCells))].join('\n'),
    answersPart(report),
    costPart(report),
    gradersPart(report),
    disagreementsPart(report),
  ]
  const foot = basisPart(report)
  const fitting = keepWhatFits(parts, markdownCharactersMax - foot.length - 2)
  return `${[...fitting, foot].join('\n\n')}\n`
}

function text(value: string, charactersMax: number = markdownCellCharactersMax * 2): string {
  return escapeMarkdown(shorten(value, charactersMax))
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable(
    titles,
    rows.map((row) => row.map((cell) => text(cell))),
  )
}

function bullets(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `- ${text(line, 700)}`)
}

function headPart(report: TrialReport, options: TrialReportOptions): string {
  const { result } = report
  const now = standingLine(report, options.standing)
  return [
    `## ${verdictText(result)}: ${text(report.registration.candidate.model, 120)} for ${text(report.workflow, 120)}`,
    '',
    `Trial of ${text(sidesLine(report), 400)}.  `,
    verdictMeanings[result.verdict],
    '',
    ...(now === null ? [] : [`> **${text(now)}**`, '']),
    ...(result.verdict === 'QUALIFIED'
      ? []
      : [...bullets(result.reasons.slice(0, 20).map(({ say }) => say)), '']),
    ...bullets(weightLines(report)),
    ...report.notices.slice(0, 20).map((notice) => `- **Notice:** ${text(notice, 700)}`),
    '',
    '**What to do next**',
    '',
    ...bullets(nextSteps(report)),
  ].join('\n')
}

function gatesPart(report: TrialReport): string {
  const { gates } = report.result
  if (gates.length === 0) return '### Gates\n\nNo task was looked at.'
  const notes = [worthlessLine(report), intervalsLine(report)].filter((line) => line !== null)
  return [
    '### Gates',
    '',
    'All of them must be passed.',
    ...notes,
    '',
    table(gateTitles, gates.map(gateCells)),
    '',
    '<details>\n<summary>How each was computed</summary>',
    '',
    table(methodTitles, gates.map(methodCells)),
    '',
    '</details>',
  ].join('\n')
}

function answersPart(report: TrialReport): string {
  return [
    '### Answers',
    '',
    ...bullets([...agreementLines(report), ...callLines(report)]),
    '',
    table(armHeads, report.arms.map(armCells)),
  ].join('\n')
}

function costPart(report: TrialReport): string {
  const notes = costNotes(report)
  return [
    '### Cost and time',
    '',
    table(costHeads, report.arms.map(costCells)),
    ...(notes.length === 0 ? [] : ['', ...bullets(notes)]),
  ].join('\n')
}

function gradersPart(report: TrialReport): string {
  return [
    '### Graders, on answers whose worth is known (95%)',
    '',
    ...(report.graders.length === 0
      ? ['None.']
      : [table(graderHeads, report.graders.map(graderCells))]),
    '',
    ...bullets(judgeLines(report)),
  ].join('\n')
}

function disagreementsPart({ disagreements }: TrialReport): string {
  const { shown, incumbentBetter, candidateBetter } = disagreements
  const told = shown.slice(0, markdownDisagreementsMax)
  const left = incumbentBetter + candidateBetter - told.length
  return [
    '### Where they differ',
    '',
    told.length === 0 ? 'On no task.' : 'Some tasks, chosen by the seed of the trial.',
    ...told.map(disagreementPart),
    ...(left > 0 ? ['', `and ${count(left, 'more task')}: see \`--format html\``] : []),
  ].join('\n')
}

function disagreementPart(one: TrialDisagreement): string {
  return [
    '',
    `<details>\n<summary>${one.better} better: ${summaryText(one.task)}</summary>`,
    '',
    'Asked:',
    '',
    excerptBlock(one.prompt),
    ...(['incumbent', 'candidate'] as const).flatMap((side) => {
      const { kind, score, answer, toolCalls, grades } = one[side]
      return [
        '',
        `The ${side}, ${outcomeKindWords[kind]}${score === null ? '' : `, score ${score}`}:`,
        '',
        ...(answer.text === '' && toolCalls !== null ? [] : [excerptBlock(answer), '']),
        ...(toolCalls === null ? [] : [excerptBlock(toolCalls), '']),
        ...grades.map(
          (grade) => `- ${codeSpan(grade.grader)} ${grade.outcome}: ${text(grade.reason.text)}`,
        ),
      ]
    }),
    '',
    '</details>',
  ].join('\n')
}

/** Inside an HTML element Markdown is not read, but names still call people. */
function summaryText(task: string): string {
  return escapeHtml(shorten(task, 120)).replace(/[@#](?=\w)/g, '$&&#8203;')
}

function excerptBlock({ text: said, leftOut }: Excerpt): string {
  const shown = said.slice(0, 1_500)
  const left = leftOut + said.length - shown.length
  const lines = shown.split(/\r\n|\r|\n/).map((line) => visibleText(line))
  return codeBlock([...lines, ...(left > 0 ? [`[${count(left, 'more character')}]`] : [])])
}

function basisPart(report: TrialReport): string {
  return [
    '### What this rests on',
    '',
    ...bullets([...taskLines(report), ...basisLines(report)]),
  ].join('\n')
}
