import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'

/** The language a text stands in, where its form alone does not tell. */
export type ExpressionDialect = 'any' | 'hcl' | 'cloudformation' | 'arm' | 'bicep' | 'spring'

/** The first of several values that is set: each next one is the fallback of the one before. */
export function withFallback(values: readonly Value[], place: Place): Value {
  const [first, ...rest] = values
  if (first === undefined) return { kind: 'unknown', text: '', place }
  if (rest.length === 0) return first
  const next = withFallback(rest, place)
  if (first.kind === 'environment' || first.kind === 'external') {
    return {
      ...first,
      fallback: first.fallback === null ? next : choiceOf([first.fallback, next], place),
    }
  }
  if (first.kind === 'unknown') return next
  return choiceOf([first, next], place)
}

export function choiceOf(values: readonly Value[], place: Place): Value {
  const options = values.flatMap((value) => (value.kind === 'choice' ? value.options : [value]))
  const [first] = options
  if (first === undefined) return { kind: 'unknown', text: '', place }
  return options.length === 1 ? first : { kind: 'choice', options, place }
}

/** All names of variables, settings and other references in a value: their words tell what it is for. */
export function referencesIn(value: Value): readonly string[] {
  switch (value.kind) {
    case 'literal':
    case 'unknown':
      return []
    case 'name':
      return [value.name]
    case 'environment':
      return [value.variable, ...(value.fallback === null ? [] : referencesIn(value.fallback))]
    case 'external':
      return [value.source, ...(value.fallback === null ? [] : referencesIn(value.fallback))]
    case 'lookup':
      return [value.table, ...referencesIn(value.key)]
    case 'concatenation':
      return value.parts.flatMap(referencesIn)
    case 'choice':
      return value.options.flatMap(referencesIn)
  }
}

/** All literal texts in a value, defaults included. */
export function literalsIn(value: Value): readonly Extract<Value, { kind: 'literal' }>[] {
  switch (value.kind) {
    case 'literal':
      return [value]
    case 'unknown':
    case 'name':
      return []
    case 'environment':
    case 'external':
      return value.fallback === null ? [] : literalsIn(value.fallback)
    case 'lookup':
      return literalsIn(value.key)
    case 'concatenation':
      return value.parts.flatMap(literalsIn)
    case 'choice':
      return value.options.flatMap(literalsIn)
  }
}
