import { shorten } from '../../base/visible-text.ts'
import type { TrialReport } from '../../schema/trial-report.ts'
import { count } from '../count.ts'
import { reportLimits } from '../limits.ts'
import { escapeMarkdown, markdownTable } from '../markdown/escape-markdown.ts'
import { keepWhatFits } from '../markdown/keep-what-fits.ts'
import {
  comparedCells,
  comparedHeads,
  compareTrials,
  comparisonHeadlines,
  reasonLines,
} from './compare-trials.ts'
import type { TrialStandings } from './trial-report-options.ts'

/** Several trials for a pull request or a wiki. */
export function comparisonMarkdown(
  reports: readonly TrialReport[],
  standings?: TrialStandings,
): string {
  const comparison = compareTrials(reports, standings)
  const line = (value: string): string => `- ${escapeMarkdown(shorten(value, 700))}`
  if (comparison.trials.length === 0) return '## Candidates\n\nNo trial is there to compare.\n'
  const others = reasonLines(comparison)
  const rows = comparison.trials.slice(0, reportLimits.markdownWorkflowsMax)
  const left = comparison.left + comparison.trials.length - rows.length
  const parts = [
    ['## Candidates', '', ...comparisonHeadlines(comparison).map(line)].join('\n'),
    [
      '### Beside each other',
      '',
      markdownTable(
        comparedHeads,
        rows.map((report) =>
          comparedCells(report, standings).map((cell) => escapeMarkdown(shorten(cell, 160))),
        ),
      ),
      ...(left === 0 ? [] : ['', `and ${count(left, 'more trial')}: see \`--format html\``]),
    ].join('\n'),
    ...(others.length === 0
      ? []
      : [['### Why not', '', ...others.slice(0, 40).map(line)].join('\n')]),
    ['### How to read this', '', ...comparison.notices.map(line)].join('\n'),
  ]
  return `${keepWhatFits(parts, reportLimits.markdownCharactersMax).join('\n\n')}\n`
}
