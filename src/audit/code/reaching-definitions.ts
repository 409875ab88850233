import type { DefinitionFact, Fact, Value } from '../fact.ts'
import type { CodeUnit } from './code-unit.ts'

/**
 * A function may give a local a value in several places. Of these only the ones that reach a reading count: walking
 * back from it, those inside deeper blocks may have been run, and the first one that stands no deeper than the
 * reading itself has been run for certain, so that nothing before it is left. Blocks are told by indentation.
 */
export function withReachingLines(
  facts: readonly Fact[],
  unit: CodeUnit,
  content: string,
): readonly Fact[] {
  const locals = localsOf(facts)
  if (locals.size === 0) return facts
  const reading: Reading = { locals, unit, lines: content.split('\n') }
  return facts.map((fact): Fact => {
    if (fact.kind === 'use') {
      const model = fact.model === null ? null : reached(fact.model, fact.symbol, reading)
      const baseUrl = fact.baseUrl === null ? null : reached(fact.baseUrl, fact.symbol, reading)
      return model === fact.model && baseUrl === fact.baseUrl ? fact : { ...fact, model, baseUrl }
    }
    if (fact.kind === 'definition') {
      const value = reached(fact.value, fact.symbol, reading)
      return value === fact.value ? fact : { ...fact, value }
    }
    return fact
  })
}

interface Reading {
  readonly locals: ReadonlyMap<string, readonly DefinitionFact[]>
  readonly unit: CodeUnit
  readonly lines: readonly string[]
}

/** Locals with several definitions, by qualified name. */
function localsOf(facts: readonly Fact[]): ReadonlyMap<string, readonly DefinitionFact[]> {
  const byName = new Map<string, DefinitionFact[]>()
  for (const fact of facts) {
    if (fact.kind !== 'definition' || fact.symbol === '') continue
    if (fact.form !== 'variable' && fact.form !== 'map-entry' && fact.form !== 'model-object')
      continue
    byName.set(fact.name, [...(byName.get(fact.name) ?? []), fact])
  }
  return new Map([...byName].filter(([, found]) => found.length > 1))
}

function reached(value: Value, symbol: string, reading: Reading): Value {
  switch (value.kind) {
    case 'name': {
      const found = reading.locals.get(`${symbol}.${value.name}`)
      if (found === undefined) return value
      const since = declaredLine(value.name, found, value.place.line, reading)
      const reaching = reachingLines(found, value.place.line, since, reading)
      return reaching === null ? value : { ...value, reaching }
    }
    case 'choice':
      return { ...value, options: value.options.map((one) => reached(one, symbol, reading)) }
    case 'concatenation':
      return { ...value, parts: value.parts.map((one) => reached(one, symbol, reading)) }
    case 'lookup':
      return { ...value, key: reached(value.key, symbol, reading) }
    case 'literal':
    case 'environment':
    case 'external':
    case 'unknown':
      return value
  }
}

/** Null when nothing stands before the reading: a loop or a closure may bring what stands behind it. */
function reachingLines(
  definitions: readonly DefinitionFact[],
  line: number,
  since: number,
  reading: Reading,
): readonly number[] | null {
  const limit = indentation(statementLine(line, reading.unit), reading.lines)
  const before = definitions
    .map(({ place }) => place.line)
    .filter((one) => one < line && one >= since)
    .toSorted((a, b) => b - a)
  if (before.length === 0) return null
  const certain = before.findIndex((one) => indentation(one, reading.lines) <= limit)
  return certain === -1 ? before : before.slice(0, certain + 1)
}

/** `var model ModelID`, `let model;`, `String model;`: no value yet. */
const bareDeclaration =
  /^\s*(?:(?:var|let)\s+(?<first>[A-Za-z_]\w*)\b[^=]*|(?:final\s+)?(?:[A-Z][\w.<>?]*|string\??)\s+(?<second>[A-Za-z_]\w*)\s*;\s*)$/

/**
 * The line that declares a name anew without a value, in a block around the reading: what has been given to another
 * variable of that name before does not reach it. 0 when there is none.
 */
function declaredLine(
  name: string,
  definitions: readonly DefinitionFact[],
  line: number,
  reading: Reading,
): number {
  const first = Math.min(...definitions.map(({ place }) => place.line))
  const limit = indentation(statementLine(line, reading.unit), reading.lines)
  for (let one = line - 1; one > first; one -= 1) {
    const text = reading.lines[one - 1] ?? ''
    if (!text.includes(name) || text.length - text.trimStart().length > limit) continue
    const groups = bareDeclaration.exec(text)?.groups
    if (groups?.['first'] === name || groups?.['second'] === name) return one
  }
  return 0
}

/** The line on which the innermost call around a place begins. */
function statementLine(line: number, unit: CodeUnit): number {
  const around = unit.calls.findLast(
    (call) => call.place.line <= line && call.place.line + call.text.split('\n').length - 1 >= line,
  )
  return around?.place.line ?? line
}

function indentation(line: number, lines: readonly string[]): number {
  const text = lines[line - 1] ?? ''
  return text.length - text.trimStart().length
}
