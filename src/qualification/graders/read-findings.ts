import { answeredJson } from './answered-json.ts'

/** A finding as somebody told it: a model in JSON, or a static analyser in SARIF. */
export interface ToldFinding {
  readonly file: string | null
  readonly line: number
  readonly endLine: number
  /** As written: `CWE-89`; null: not said. */
  readonly cwe: string | null
}

type Entry = Readonly<Record<string, unknown>>

/** So many findings are read of one answer; who tells more has told nothing. */
const findingsMax = 1000

/**
 * Findings of an answer: `{"findings": [{"file", "line", "endLine", "cwe"}]}`, the list alone, or a SARIF log. Null:
 * it is none of these, or one of the findings has no line.
 */
export function readFindings(text: string): readonly ToldFinding[] | null {
  const json = answeredJson(text)
  if (json === null) return null
  const list = Array.isArray(json.value)
    ? json.value
    : isEntry(json.value)
      ? (json.value['findings'] ?? sarifResults(json.value))
      : null
  if (!Array.isArray(list) || list.length > findingsMax) return null
  const findings = list.map(readFinding)
  return findings.every((one) => one !== null) ? findings : null
}

function readFinding(value: unknown): ToldFinding | null {
  if (!isEntry(value)) return null
  const line = lineOf(value['line'] ?? value['startLine'])
  if (line === null) return null
  return {
    file: typeof value['file'] === 'string' ? value['file'] : null,
    line,
    endLine: Math.max(line, lineOf(value['endLine']) ?? line),
    cwe:
      typeof value['cwe'] === 'string' || typeof value['cwe'] === 'number'
        ? String(value['cwe'])
        : null,
  }
}

/** SARIF 2.1.0: the place of a result stands in its first location, its weakness in the tags of its rule. */
function sarifResults(log: Entry): readonly unknown[] | null {
  if (!Array.isArray(log['runs'])) return null
  return log['runs'].filter(isEntry).flatMap((run) => {
    const rules = entriesOf(at(run, 'tool', 'driver', 'rules'))
    return entriesOf(run['results']).map((result) => {
      const place = at(entriesOf(result['locations'])[0], 'physicalLocation')
      const rule =
        rules.find(({ id }) => id === result['ruleId']) ?? rules[Number(result['ruleIndex'] ?? -1)]
      return {
        file: at(place, 'artifactLocation', 'uri'),
        line: at(place, 'region', 'startLine'),
        endLine: at(place, 'region', 'endLine'),
        cwe: weaknessIn([
          ...entriesOf(result['taxa']).map(({ id }) => `CWE-${String(id)}`),
          ...texts(at(result, 'properties', 'tags')),
          ...texts(at(rule, 'properties', 'tags')),
          ...texts([result['ruleId']]),
        ]),
      }
    })
  })
}

/** `external/cwe/cwe-089`, `CWE-89: SQL Injection`. */
function weaknessIn(labels: readonly string[]): string | null {
  for (const label of labels) {
    const number = /\bcwe[-_/ ]?(?<number>\d{1,5})\b/i.exec(label)?.groups?.['number']
    if (number !== undefined) return `CWE-${Number(number)}`
  }
  return null
}

function at(value: unknown, ...names: readonly string[]): unknown {
  let here = value
  for (const name of names) here = isEntry(here) ? here[name] : undefined
  return here
}

function lineOf(value: unknown): number | null {
  const line = typeof value === 'string' && /^\d{1,7}$/.test(value) ? Number(value) : value
  return typeof line === 'number' && Number.isSafeInteger(line) && line > 0 ? line : null
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

function entriesOf(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? value.filter(isEntry) : []
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
