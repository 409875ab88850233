import type { Dependency, Gap } from '../../schema/register.ts'
import type { RegisterDiff } from '../../schema/register-diff.ts'
import { count } from '../count.ts'
import { gapWords } from '../gap-words.ts'
import { reportLimits } from '../limits.ts'
import { codeSpan, escapeMarkdown, markdownTable } from '../markdown/escape-markdown.ts'
import { placeOf } from '../next-steps.ts'
import { shorten } from '../../base/visible-text.ts'
import { diffHeadline, diffWarnings, firstPlace, modelOf, sideLine } from './change-lines.ts'

/** What changed, as a comment on a pull request: what is new and worse first. */
export function diffMarkdown(diff: RegisterDiff): string {
  const parts = [
    '## Changes to dependencies on hosted models',
    `From ${codeSpan(sideLine(diff.before))} to ${codeSpan(sideLine(diff.after))}`,
    ...diffWarnings(diff).map((warning) => `> **Note:** ${warning}`),
    `**${diffHeadline(diff)}**`,
    gapSection('Gaps opened', diff.newGaps),
    section('Added', diff.added, (one) => dependencyCells(one), dependencyTitles),
    section(
      'Changed',
      diff.changed.flatMap(({ after, fields }) => fields.map((field) => ({ after, field }))),
      ({ after, field }) => [
        codeSpan(modelOf(after), 80),
        codeSpan(firstPlace(after)),
        escapeMarkdown(field.field),
        cell(field.before),
        cell(field.after),
      ],
      ['Model', 'Where', 'What', 'Before', 'After'],
    ),
    section('Removed', diff.removed, (one) => dependencyCells(one), dependencyTitles),
    gapSection('Gaps closed', diff.closedGaps),
  ].filter((part) => part !== '')
  return `${keepWhatFits(parts).join('\n\n')}\n`
}

function keepWhatFits(parts: readonly string[]): readonly string[] {
  const kept: string[] = []
  let left: number = reportLimits.markdownCharactersMax
  for (const part of parts) {
    if (part.length + 2 > left)
      return [...kept, 'The rest is too long for a comment: see `--format json`.']
    left -= part.length + 2
    kept.push(part)
  }
  return kept
}

function section<Row>(
  title: string,
  rows: readonly Row[],
  cells: (row: Row) => readonly string[],
  titles: readonly string[],
): string {
  if (rows.length === 0) return ''
  const shown = rows.slice(0, reportLimits.markdownGapsMax)
  const left = rows.length - shown.length
  return [
    `### ${title}`,
    '',
    markdownTable(titles, shown.map(cells)),
    ...(left > 0 ? ['', `and ${count(left, 'more row')}: see \`--format json\``] : []),
  ].join('\n')
}

const dependencyTitles = ['Model', 'Provider', 'Workflow', 'Role', 'Where']

function dependencyCells(dependency: Dependency): readonly string[] {
  const { route, workflow } = dependency
  return [
    codeSpan(modelOf(dependency), 80),
    route.provider === null ? '–' : codeSpan(route.provider, 40),
    workflow === null ? '–' : codeSpan(workflow, 60),
    dependency.role,
    codeSpan(firstPlace(dependency)),
  ]
}

function gapSection(title: string, gaps: readonly Gap[]): string {
  return section(
    title,
    gaps,
    (gap) => [
      gapWords[gap.kind].severity,
      `**${gapWords[gap.kind].title}**: ${escapeMarkdown(shorten(gap.reason, reportLimits.markdownCellCharactersMax))}`,
      codeSpan(placeOf(gap.path, gap.line) ?? gap.workflow ?? ''),
      escapeMarkdown(shorten(gap.advice, reportLimits.markdownCellCharactersMax)),
    ],
    ['Severity', 'Gap', 'Where', 'What closes it'],
  )
}

function cell(value: string | null): string {
  return value === null ? 'nothing' : codeSpan(value, 100)
}
