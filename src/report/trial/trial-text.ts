import { shorten, visibleText } from '../../base/visible-text.ts'
import type { TrialDisagreement, TrialReport } from '../../schema/trial-report.ts'
import { count } from '../count.ts'
import { reportLimits } from '../limits.ts'
import { cutToWidth } from '../text/display-width.ts'
import { indented } from '../text/indented.ts'
import { type Paint, painter, type Tone } from '../text/paint.ts'
import { type TextColumn, type TextRow, textTable } from '../text/text-table.ts'
import { chanceText } from './figure-words.ts'
import { foundText, gateScale } from './gate-scale.ts'
import { intervalLine } from './interval-line.ts'
import {
  agreementLines,
  armCells,
  basisLines,
  callLines,
  costCells,
  costHeads,
  costNotes,
  graderCells,
  judgeLines,
  sidesLine,
  standingLine,
  taskLines,
  intervalsLine,
  weightLines,
  worthlessLine,
} from './trial-lines.ts'
import type { TrialReportOptions } from './trial-report-options.ts'
import {
  controlTones,
  gateStateTones,
  gateStateWords,
  nextSteps,
  outcomeKindWords,
  verdictMeanings,
  verdictText,
  verdictTones,
} from './trial-words.ts'

interface Sheet {
  readonly report: TrialReport
  readonly width: number
  readonly paint: Paint
  readonly options: TrialReportOptions
}

/** What a person at a terminal needs to act: the verdict, why, how sure, what it cost, where both differ, what to do. */
export function trialText(report: TrialReport, options: TrialReportOptions = {}): string {
  const asked = Math.floor(options.width ?? 100)
  const sheet: Sheet = {
    report,
    width: Math.min(Math.max(asked, reportLimits.textWidthMin), reportLimits.textWidthMax),
    paint: painter(options.colour === true),
    options,
  }
  const parts = [
    headPart(sheet),
    gatesPart(sheet),
    controlsPart(sheet),
    answersPart(sheet),
    costPart(sheet),
    disagreementsPart(sheet),
    gradersPart(sheet),
    basisPart(sheet),
    stepsPart(sheet),
  ]
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`
}

function headPart({ report, width, paint, options }: Sheet): readonly string[] {
  const { result } = report
  const now = standingLine(report, options.standing)
  const reasons = result.reasons.slice(0, reportLimits.textListMax)
  const notices = report.notices.slice(0, reportLimits.textListMax)
  const warn = (line: string): string => paint('warning', line)
  return [
    ...indented(`Trial of ${sidesLine(report)}`, width, 0).map((line) => paint('heading', line)),
    '',
    `  ${paint(verdictTones[result.verdict], verdictText(result))}`,
    ...indented(verdictMeanings[result.verdict], width, 2),
    ...(now === null ? [] : indented(now, width, 2).map((line) => paint('bad', line))),
    ...(result.verdict === 'QUALIFIED' ? [] : reasons).flatMap(({ say }) =>
      indented(`– ${say}`, width, 2),
    ),
    ...weightLines(report).flatMap((line) => indented(line, width, 2)),
    ...notices.flatMap((notice) => indented(`Notice: ${notice}`, width, 2).map(warn)),
    ...more(report.notices.length - notices.length, 'notice', paint),
  ]
}

function gatesPart({ report, width, paint }: Sheet): readonly string[] {
  const { gates } = report.result
  if (gates.length === 0) return [paint('heading', 'Gates'), '  No task was looked at.']
  const worthless = worthlessLine(report)
  const intervals = intervalsLine(report)
  const rows = gates.map((gate): TextRow => {
    const scale = gateScale(gate)
    return [
      {
        text: gateStateWords[gate.state],
        tone: worthless === null ? gateStateTones[gate.state] : 'faint',
      },
      { text: visibleText(gate.gate) },
      { text: foundText(gate, scale) },
      { text: scale.limitText },
      { text: gate.p === null ? '–' : chanceText(gate.p) },
    ]
  })
  const columns = [
    { title: 'State', widthMin: 10 },
    { title: 'Gate', widthMin: 12 },
    { title: 'Found, with its interval', widthMin: 16 },
    { title: 'Registered', widthMin: 12 },
    { title: 'p', widthMin: 6, align: 'right' },
  ] as const satisfies readonly TextColumn[]
  const nameWidth = Math.max(...gates.map(({ gate }) => gate.length))
  const drawn = gates.flatMap((gate) => {
    const line = intervalLine(gate, Math.min(60, width - nameWidth - 6))
    return line === '' ? [] : [`  ${visibleText(gate.gate).padEnd(nameWidth)}  ${line}`]
  })
  return [
    paint('heading', 'Gates: all of them must be passed'),
    ...(worthless === null ? [] : indented(worthless, width, 2)),
    ...table(columns, rows, width, paint),
    ...(intervals === null ? [] : indented(intervals, width, 2)),
    ...(drawn.length === 0 ? [] : ['', ...drawn, '  ┊ is what was registered.']),
  ]
}

function controlsPart({ report, width, paint }: Sheet): readonly string[] {
  return [
    paint('heading', 'Controls: could this trial tell good from bad?'),
    ...report.result.controls.flatMap(({ state, say }) => {
      const [first = '', ...others] = indented(`${state}: ${say}`, width, 2)
      return [first.replace(state, () => paint(controlTones[state], state)), ...others]
    }),
  ]
}

function answersPart({ report, width, paint }: Sheet): readonly string[] {
  const rows = report.arms.map((arm): TextRow => {
    const [who = '', , answers = '', score = '', outcomes = '', served = ''] = armCells(arm)
    return [
      { text: who },
      { text: answers },
      { text: score },
      { text: outcomes },
      { text: visibleText(served) },
    ]
  })
  const columns = [
    { title: 'Who', widthMin: 18 },
    { title: 'Answers', widthMin: 7, align: 'right' },
    { title: 'Score', widthMin: 6, align: 'right' },
    { title: 'How they came out', widthMin: 20 },
    { title: 'Answered by', widthMin: 14 },
  ] as const satisfies readonly TextColumn[]
  return [
    paint('heading', 'Answers'),
    ...agreementLines(report).flatMap((line) => indented(line, width, 2)),
    ...table(columns, rows, width, paint),
    ...callLines(report).flatMap((line) => indented(line, width, 2)),
  ]
}

function costPart({ report, width, paint }: Sheet): readonly string[] {
  const measured = report.arms.filter(
    ({ cost, latency, tokens }) => cost !== null || latency !== null || tokens !== null,
  )
  const columns = costHeads.map((title, index): TextColumn => ({
    title,
    widthMin: 8,
    ...(index > 0 && { align: 'right' }),
  }))
  const rows = measured.map((arm) => costCells(arm).map((text) => ({ text })))
  return [
    paint('heading', 'Cost and time'),
    ...(rows.length === 0 ? ['  Nothing is known of either.'] : table(columns, rows, width, paint)),
    ...costNotes(report).flatMap((line) => indented(line, width, 2)),
  ]
}

function disagreementsPart({ report, width, paint }: Sheet): readonly string[] {
  const { shown, incumbentBetter, candidateBetter } = report.disagreements
  const all = incumbentBetter + candidateBetter
  const told = shown.slice(0, reportLimits.textDisagreementsMax)
  return [
    paint('heading', 'Where they differ'),
    ...(all === 0 ? ['  On no task.'] : []),
    ...told.flatMap((one) => disagreementLines(one, width, paint)),
    ...more(all - told.length, 'task', paint),
  ]
}

function disagreementLines(one: TrialDisagreement, width: number, paint: Paint): readonly string[] {
  const side = (name: 'candidate' | 'incumbent'): readonly string[] => {
    const { kind, answer, toolCalls, grades } = one[name]
    const said = answer.text.trim() === '' ? (toolCalls?.text ?? '') : answer.text
    const grade = grades.find(({ outcome }) => outcome !== 'pass') ?? grades[0]
    const word = kind === 'answered' ? '' : ` [${outcomeKindWords[kind]}]`
    return [
      `    ${cutToWidth(`${name}${word}: ${visibleText(shorten(said, 400))}`, width - 4)}`,
      ...(grade === undefined
        ? []
        : [
            `      ${paint('faint', cutToWidth(`${grade.outcome}, ${visibleText(grade.grader)}: ${visibleText(grade.reason.text)}`, width - 6))}`,
          ]),
    ]
  }
  const tone: Tone = one.better === 'candidate' ? 'good' : 'warning'
  return [
    `  ${paint(tone, `${one.better} better`)} on ${cutToWidth(visibleText(one.task), width - 24)}`,
    ...side('incumbent'),
    ...side('candidate'),
  ]
}

function gradersPart({ report, width, paint }: Sheet): readonly string[] {
  const columns = [
    { title: 'Grader', widthMin: 12 },
    { title: 'Tasks', widthMin: 5, align: 'right' },
    { title: 'Good ones passed', widthMin: 16 },
    { title: 'Bad ones failed', widthMin: 16 },
    { title: 'Not graded', widthMin: 6, align: 'right' },
  ] as const satisfies readonly TextColumn[]
  const rows = report.graders.map((grader) =>
    graderCells(grader).map((text) => ({ text: visibleText(text) })),
  )
  return [
    paint('heading', 'Graders, on answers whose worth is known (95%)'),
    ...(rows.length === 0 ? ['  None.'] : table(columns, rows, width, paint)),
    ...judgeLines(report).flatMap((line) => indented(line, width, 2)),
  ]
}

function basisPart({ report, width, paint }: Sheet): readonly string[] {
  return [
    paint('heading', 'What this rests on'),
    ...[...taskLines(report), ...basisLines(report)].flatMap((line) => indented(line, width, 2)),
  ]
}

function stepsPart({ report, width, paint }: Sheet): readonly string[] {
  return [
    paint('heading', 'What to do next'),
    ...nextSteps(report).flatMap((step) => indented(`→ ${step}`, width, 2)),
  ]
}

function table(
  columns: readonly TextColumn[],
  rows: readonly TextRow[],
  width: number,
  paint: Paint,
): readonly string[] {
  return textTable(columns, rows, width - 2, paint).map((line) => `  ${line}`)
}

function more(left: number, singular: string, paint: Paint): readonly string[] {
  if (left <= 0) return []
  return [`  ${paint('faint', `and ${count(left, `more ${singular}`)}, see --format html`)}`]
}
