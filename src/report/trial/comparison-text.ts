import { visibleText } from '../../base/visible-text.ts'
import type { TrialReport } from '../../schema/trial-report.ts'
import { count } from '../count.ts'
import { reportLimits } from '../limits.ts'
import { indented } from '../text/indented.ts'
import { painter } from '../text/paint.ts'
import { type TextColumn, type TextRow, textTable } from '../text/text-table.ts'
import {
  comparedCells,
  compareTrials,
  comparisonHeadlines,
  countsAs,
  reasonLines,
} from './compare-trials.ts'
import type { TrialReportOptions, TrialStandings } from './trial-report-options.ts'
import { verdictTones } from './trial-words.ts'

/** Several trials at a terminal: who is qualified, on what figures, and why the others are not. */
export function comparisonText(
  reports: readonly TrialReport[],
  options: Pick<TrialReportOptions, 'width' | 'colour'> & {
    readonly standings?: TrialStandings
  } = {},
): string {
  const asked = Math.floor(options.width ?? 100)
  const width = Math.min(Math.max(asked, reportLimits.textWidthMin), reportLimits.textWidthMax)
  const paint = painter(options.colour === true)
  const comparison = compareTrials(reports, options.standings)
  const columns = [
    { title: 'Verdict', widthMin: 13 },
    { title: 'Candidate', widthMin: 14 },
    { title: 'Quality, its interval', widthMin: 14 },
    { title: 'p', widthMin: 6, align: 'right' },
    { title: 'Per task', widthMin: 8, align: 'right' },
    { title: '95% within', widthMin: 8, align: 'right' },
  ] as const satisfies readonly TextColumn[]
  const rows = comparison.trials.map((report): TextRow => {
    const [candidate = '', , quality = '', p = '', , cost = '', , slow = ''] = comparedCells(report)
    const verdict = countsAs(report, comparison.standings)
    return [
      { text: verdict, tone: verdictTones[verdict] },
      { text: visibleText(candidate) },
      { text: quality },
      { text: p.replace(' (Holm)', '') },
      { text: visibleText(cost) },
      { text: slow },
    ]
  })
  const others = reasonLines(comparison)
  const parts = [
    comparisonHeadlines(comparison).flatMap((line) => indented(line, width, 0)),
    rows.length === 0 ? [] : textTable(columns, rows, width, paint),
    others.slice(0, reportLimits.textListMax).flatMap((line) => indented(`– ${line}`, width, 0)),
    comparison.trials.length === 0
      ? []
      : comparison.notices.flatMap((notice) => indented(`Notice: ${notice}`, width, 0)),
    comparison.left === 0 ? [] : [`and ${count(comparison.left, 'more trial')} left out`],
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`
}
