import type { Dependency, Gap } from '../../schema/register.ts'
import type { RegisterDiff } from '../../schema/register-diff.ts'
import { gapWords } from '../gap-words.ts'
import { placeOf } from '../next-steps.ts'
import { shorten, visibleText } from '../../base/visible-text.ts'
import {
  changeWords,
  diffHeadline,
  diffWarnings,
  firstPlace,
  modelOf,
  sideLine,
} from './change-lines.ts'

const textMax = 200

/** What changed, for a terminal: a line each, marked `+`, `-` or `~`. */
export function diffText(diff: RegisterDiff): string {
  const parts = [
    [
      `From  ${line(sideLine(diff.before))}`,
      `To    ${line(sideLine(diff.after))}`,
      ...diffWarnings(diff).map((warning) => `NOTE: ${warning}`),
      '',
      diffHeadline(diff),
    ],
    section(
      'Dependencies added',
      diff.added.map((one) => dependencyLine('+', one)),
    ),
    section(
      'Dependencies removed',
      diff.removed.map((one) => dependencyLine('-', one)),
    ),
    section(
      'Dependencies changed',
      diff.changed.flatMap((change) => [
        dependencyLine('~', change.after),
        ...changeWords(change).map((words) => `      ${line(words)}`),
      ]),
    ),
    section(
      'Gaps opened',
      diff.newGaps.map((gap) => gapLine('+', gap)),
    ),
    section(
      'Gaps closed',
      diff.closedGaps.map((gap) => gapLine('-', gap)),
    ),
  ]
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines]
}

function dependencyLine(mark: string, dependency: Dependency): string {
  const { route, workflow } = dependency
  const over = route.provider === null ? '' : ` over ${route.provider}`
  const within = workflow === null ? '' : ` in ${workflow}`
  const words = `${modelOf(dependency)}${over}${within} (${dependency.role})`
  return `  ${mark} ${line(words)}  ${line(firstPlace(dependency))}`.trimEnd()
}

function gapLine(mark: string, gap: Gap): string {
  const place = placeOf(gap.path, gap.line) ?? ''
  const words = `${gapWords[gap.kind].title}: ${line(gap.reason)}`
  return `  ${mark} ${words}  ${line(place)}`.trimEnd()
}

function line(text: string): string {
  return shorten(visibleText(text), textMax)
}
