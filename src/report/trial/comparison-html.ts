import { shorten } from '../../base/visible-text.ts'
import type { TrialReport } from '../../schema/trial-report.ts'
import { escapeHtml } from '../html/escape-html.ts'
import { type PageSection, writtenPage } from '../html/written-page.ts'
import { htmlLines, htmlTable, leftOut } from '../html/written-table.ts'
import {
  candidateText,
  comparedCells,
  type ComparedGate,
  comparedHeads,
  compareTrials,
  type Comparison,
  comparisonHeadlines,
  reasonLines,
} from './compare-trials.ts'
import { drawIntervals } from './draw-intervals.ts'
import { foundText, gateScale } from './gate-scale.ts'
import { armCells, armHeads, costCells, costHeads } from './trial-lines.ts'
import type { TrialStandings } from './trial-report-options.ts'
import { gateStateWords } from './trial-words.ts'

/** Several trials as one page: the same figures beside each other, the intervals of a gate on one axis. */
export function comparisonHtml(
  reports: readonly TrialReport[],
  standings?: TrialStandings,
): string {
  const comparison = compareTrials(reports, standings)
  const { trials, workflows } = comparison
  return writtenPage({
    title: `Candidates for ${shorten(workflows.join(', ') || 'no workflow', 120)}`,
    about: comparisonHeadlines(comparison),
    banner: '',
    sections: [
      besideSection(comparison),
      ...(comparison.gates.length === 0 ? [] : [intervalsSection(comparison)]),
      ...(trials.length === 0 ? [] : [answersSection(trials), costSection(trials)]),
    ],
  })
}

function besideSection(comparison: Comparison): PageSection {
  const { trials, notices, left, standings } = comparison
  const others = reasonLines(comparison)
  return {
    id: 'beside',
    title: 'Beside each other',
    body:
      trials.length === 0
        ? '<p class="note">No trial is there to compare.</p>'
        : `${htmlTable(
            comparedHeads,
            trials.map((report) => comparedCells(report, standings)),
          )}${leftOut(left, 'trial')}
${others.length === 0 ? '' : `<h3>Why not</h3>${htmlLines(others)}`}
<h3>How to read this</h3>${htmlLines(notices)}`,
  }
}

function intervalsSection({ gates }: Comparison): PageSection {
  return {
    id: 'intervals',
    title: 'Intervals',
    body: `<p class="note">One picture a gate, for the trials that registered the same for it. The upright line is what was registered, and the shaded side of it passes. Invalid and expired trials are left out.</p>
<div class="compared">${gates.map(comparedGate).join('\n')}</div>`,
  }
}

function comparedGate({ rows }: ComparedGate): string {
  const [first] = rows
  if (first === undefined) return ''
  const scale = gateScale(first.result)
  return `<h3><bdi>${escapeHtml(scale.title)}</bdi></h3>
<div class="scroll">${drawIntervals(rows.map(({ report, result }) => ({ label: candidateText(report), result })))}</div>
<details><summary>In figures</summary><div>${htmlTable(
    ['Candidate', 'Found', 'Registered', 'State'],
    rows.map(({ report, result }) => [
      candidateText(report),
      foundText(result, scale),
      scale.limitText,
      gateStateWords[result.state],
    ]),
  )}</div></details>`
}

function answersSection(trials: readonly TrialReport[]): PageSection {
  return {
    id: 'answers',
    title: 'Answers',
    body: htmlTable(
      ['Trial of', ...armHeads],
      trials.flatMap((report) =>
        report.arms
          .filter(({ arm }) => arm === 'candidate' || arm === 'incumbent')
          .map((arm) => [candidateText(report), ...armCells(arm)]),
      ),
    ),
  }
}

function costSection(trials: readonly TrialReport[]): PageSection {
  return {
    id: 'cost',
    title: 'Cost and time',
    body: htmlTable(
      ['Trial of', ...costHeads],
      trials.flatMap((report) =>
        report.arms
          .filter(({ arm }) => arm === 'candidate' || arm === 'incumbent')
          .map((arm) => [candidateText(report), ...costCells(arm)]),
      ),
    ),
  }
}
