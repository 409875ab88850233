import type { GraderSettings } from '../../schema/grader-settings.ts'
import { escapePattern } from './escape-pattern.ts'
import { type Entry, isEntry, textOf, unpacked, wordOf } from './importer.ts'

export interface ReadAssertion {
  readonly graders: readonly GraderSettings[]
  readonly expected?: unknown
  /** What could not be carried over; null: all of it was. */
  readonly note: string | null
}

/** An assertion of promptfoo as graders: what runs programs or measures something else has none. */
export function readAssertion(assertion: Entry, fill: (text: string) => string): ReadAssertion {
  const written = wordOf(assertion['type'])
  const isNegated = written.startsWith('not-')
  const type = isNegated ? written.slice('not-'.length) : written
  if (assertion['transform'] !== undefined && assertion['transform'] !== null)
    return noted(`the assertion \`${written}\` is about what a program makes of the answer`)
  if (assertion['weight'] === 0) return noted(`the assertion \`${written}\` has no weight`)
  const value = filled(assertion['value'], fill)
  const pattern = patternOf(written === 'not-equals' ? written : type, value)
  if (pattern !== null)
    return {
      graders: pattern.map((one): GraderSettings => ({
        grader: 'regex',
        ...one,
        ...(isNegated ? { mustMatch: false } : {}),
      })),
      note:
        isNegated && pattern.length > 1 ? `\`${written}\` is carried over as: none of them` : null,
    }
  if (isNegated && type !== 'is-refusal') return left(written)
  switch (type) {
    case 'equals': {
      const expected = unpacked(value)
      return isEntry(expected) || Array.isArray(expected)
        ? { graders: [{ grader: 'json-similarity' }], expected, note: null }
        : {
            graders: [{ grader: 'exact', ignoreSpace: false }],
            expected: String(value),
            note: null,
          }
    }
    case 'is-json':
    case 'contains-json': {
      const schema = unpacked(value)
      return {
        graders: [{ grader: 'json-schema', schema: (isEntry(schema) ? schema : {}) as never }],
        note: null,
      }
    }
    case 'is-refusal':
      return {
        graders: [{ grader: 'refusal', expect: isNegated ? 'answer' : 'refusal' }],
        note: null,
      }
    case 'llm-rubric':
    case 'model-graded-closedqa':
    case 'g-eval': {
      const rubric = Array.isArray(value) ? value.join('\n') : textOf(value)
      return rubric === null
        ? left(written)
        : { graders: [{ grader: 'judge', rubric }], note: null }
    }
    case 'factuality':
    case 'model-graded-factuality':
      return {
        graders: [
          {
            grader: 'judge',
            rubric: 'PASS when the answer agrees with the reference in every fact.',
          },
        ],
        expected: String(value),
        note: null,
      }
    default:
      return left(written)
  }
}

function left(type: string): ReadAssertion {
  return noted(
    type === '' ? 'an assertion has no type' : `the assertion \`${type}\` has no grader here`,
  )
}

function noted(note: string): ReadAssertion {
  return { graders: [], note }
}

interface Pattern {
  readonly pattern: string
  readonly ignoreCase?: boolean
}

/** Assertions on text are regular expressions; of several values all or any one are meant. Null: it is none. */
function patternOf(type: string, value: unknown): readonly Pattern[] | null {
  const all = listOf(value).map(escapePattern)
  switch (type) {
    case 'contains':
      return [{ pattern: escapePattern(String(value)) }]
    case 'icontains':
      return [{ pattern: escapePattern(String(value)), ignoreCase: true }]
    case 'contains-any':
      return [{ pattern: all.join('|') }]
    case 'icontains-any':
      return [{ pattern: all.join('|'), ignoreCase: true }]
    case 'contains-all':
      return all.map((pattern) => ({ pattern }))
    case 'icontains-all':
      return all.map((pattern) => ({ pattern, ignoreCase: true }))
    case 'regex':
      return [{ pattern: String(value) }]
    // Only its negation: equality itself has a grader of its own.
    case 'not-equals':
      return [{ pattern: `^${escapePattern(String(value))}$` }]
    case 'starts-with':
      return [{ pattern: `^${escapePattern(String(value))}` }]
    default:
      return null
  }
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.map(String)
    : wordOf(value)
        .split(',')
        .map((one) => one.trim())
}

function filled(value: unknown, fill: (text: string) => string): unknown {
  if (typeof value === 'string') return fill(value)
  return Array.isArray(value)
    ? value.map((one) => (typeof one === 'string' ? fill(one) : one))
    : value
}
