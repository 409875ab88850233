import type { GraderSettings } from '../../schema/grader-settings.ts'
import type { Task } from '../../schema/task-set.ts'
import { escapePattern } from './escape-pattern.ts'
import { type Entry, entriesOf, isEntry } from './importer.ts'

export interface ReadScorers {
  readonly expected?: NonNullable<Task['expected']>
  readonly graders: readonly GraderSettings[]
  /** Scorers that have no grader here. */
  readonly notes: readonly string[]
}

/** Scorers of Inspect as graders; those of one's own, and those that need what is not in the log, have none. */
export function scorersOf(target: unknown, head: Entry): ReadScorers {
  const evaluation = isEntry(head['eval']) ? head['eval'] : {}
  // They compare without the white space around.
  const texts = (Array.isArray(target) ? target : [target])
    .flatMap((one) => (typeof one === 'string' ? [one.trim()] : []))
    .filter((one) => one !== '')
  const read = entriesOf(evaluation['scorers']).map((scorer) => ({
    name: String(scorer['name']),
    graders: texts.length === 0 ? [] : gradersOf(scorer, texts),
  }))
  return {
    ...(texts.length === 0 ? {} : { expected: texts.length === 1 ? (texts[0] ?? '') : texts }),
    graders: read.flatMap(({ graders }) => graders),
    notes: read.flatMap(({ name, graders }) =>
      graders.length === 0 ? [`the scorer \`${name}\` has no grader here`] : [],
    ),
  }
}

function gradersOf(scorer: Entry, texts: readonly string[]): readonly GraderSettings[] {
  const options = isEntry(scorer['options']) ? scorer['options'] : {}
  const ignoreCase = options['ignore_case'] !== false
  const any = texts.map(escapePattern).join('|')
  const regex = (pattern: string): readonly GraderSettings[] => [
    { grader: 'regex', pattern, ...(ignoreCase ? { ignoreCase } : {}) },
  ]
  switch (String(scorer['name']).replace(/^.*\//, '')) {
    case 'exact':
      return [{ grader: 'exact', ignoreCase: true, ignorePunctuation: true }]
    case 'includes':
      return regex(any)
    case 'match':
      return options['numeric'] === true
        ? numericGraders(texts, options['location'])
        : regex(placed(any, options['location']))
    case 'choice':
      // Of several letters all are wanted.
      return regex(`ANSWER\\s{0,5}:\\s{0,5}(?:${texts.map(escapePattern).join('[\\s,]{0,5}')})\\b`)
    case 'answer':
      return regex(`ANSWER\\s{0,5}:\\s{0,5}(?:${any})\\b`)
    case 'model_graded_qa':
    case 'model_graded_fact':
      return [{ grader: 'judge', rubric: 'PASS when the answer says what the reference says.' }]
    default:
      return []
  }
}

/** Numbers are compared as numbers where the last one counts, and one is expected. */
function numericGraders(texts: readonly string[], location: unknown): readonly GraderSettings[] {
  const isOne = texts.length === 1 && Number.isFinite(Number(texts[0]?.replaceAll(',', '')))
  return isOne && (location === undefined || location === 'end')
    ? [{ grader: 'numeric', take: 'last' }]
    : []
}

/** Where the answer is to stand; at its end, where nothing is said. */
function placed(pattern: string, location: unknown): string {
  switch (location) {
    case 'begin':
      return `^\\s{0,5}(?:${pattern})`
    case 'any':
      return pattern
    case 'exact':
      return `^\\s{0,5}(?:${pattern})[\\s.]{0,5}$`
    default:
      return `(?:${pattern})[\\s.]{0,5}$`
  }
}
