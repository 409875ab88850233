import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'
import { choiceOf, withFallback } from './expression-value.ts'
import { callOf, splitTopLevel, unquote, wordsOf } from './split-top-level.ts'
import { structureLimits } from './structure-limits.ts'

/** Inside of `{{ … }}`: Helm, helmfile and Go templates, and the Jinja of Ansible and dbt. */
export function readTemplateExpression(text: string, place: Place, depth = 0): Value {
  if (depth > structureLimits.expressionDepthMax) return { kind: 'unknown', text, place }
  const [head = '', ...filters] = splitTopLevel(text, '|')
  const defaults = filters.flatMap((filter): readonly Value[] => {
    const given = /^(?:default|d|coalesce)(?:\s+|\s*\()\s*([\s\S]*?)\)?$/.exec(filter)?.[1]
    if (given === undefined) return []
    const [first = ''] = filter.includes('(') ? splitTopLevel(given, ',') : [given]
    return [readTemplateExpression(first, place, depth + 1)]
  })
  return withFallback([readHead(head.trim(), place, depth), ...defaults], place)
}

function readHead(text: string, place: Place, depth: number): Value {
  const again = (inner: string): Value => readTemplateExpression(inner, place, depth + 1)
  const quoted = unquote(text)
  if (quoted !== null) return { kind: 'literal', text: quoted, place }
  if (/^\(.*\)$/s.test(text)) return again(text.slice(1, -1))
  const conditional = /^(.+?)\s+if\s+.+?\s+else\s+(.+)$/s.exec(text)
  if (conditional !== null)
    return choiceOf([again(conditional[1] ?? ''), again(conditional[2] ?? '')], place)
  const call = callOf(text)
  if (call !== null) return readJinjaCall(call.name, call.given, text, place)
  const [name = '', ...given] = wordsOf(text)
  if (given.length === 0) return readReference(text, place)
  switch (name) {
    case 'default':
      return withFallback([again(given[1] ?? ''), again(given[0] ?? '')], place)
    case 'coalesce':
      return withFallback(given.map(again), place)
    case 'required':
      return again(given[1] ?? '')
    case 'ternary':
      return choiceOf([again(given[0] ?? ''), again(given[1] ?? '')], place)
    case 'tpl':
    case 'quote':
    case 'squote':
    case 'trim':
    case 'toString':
    case 'lower':
      return again(given[0] ?? '')
    case 'printf':
      return formatted(unquote(given[0] ?? '') ?? '', given.slice(1).map(again), place)
    case 'env':
    case 'requiredEnv':
    case 'getenv':
    case 'envOr':
      return {
        kind: 'environment',
        variable: unquote(given[0] ?? '') ?? '',
        fallback: given[1] === undefined ? null : again(given[1]),
        place,
      }
    default:
      return { kind: 'unknown', text, place }
  }
}

function readReference(text: string, place: Place): Value {
  const values = /^\$?\.Values\.([\w.-]+)$/.exec(text)
  if (values !== null) {
    return {
      kind: 'external',
      source: `setting:values.${(values[1] ?? '').toLowerCase()}`,
      fallback: null,
      place,
    }
  }
  const environment = /^\$?\.?(?:Env|env)\.(\w+)$/.exec(text)
  if (environment !== null) {
    return { kind: 'environment', variable: environment[1] ?? '', fallback: null, place }
  }
  if (/^\$?\.(?:Release|Chart|Capabilities|Template|Files|Environment)\b/.test(text)) {
    return { kind: 'unknown', text, place }
  }
  const variable = /^[.$]?([A-Za-z_][\w.-]*)$/.exec(
    text.replace(/\[\s*['"]([\w-]+)['"]\s*\]/g, '.$1'),
  )
  if (variable === null) return { kind: 'unknown', text, place }
  return {
    kind: 'external',
    source: `setting:${(variable[1] ?? '').toLowerCase()}`,
    fallback: null,
    place,
  }
}

function readJinjaCall(name: string, given: readonly string[], text: string, place: Place): Value {
  const first = unquote(given[0] ?? '')
  const second = unquote(given[1] ?? '')
  if (name === 'lookup' && first !== null && first.endsWith('env') && second !== null) {
    return { kind: 'environment', variable: second, fallback: null, place }
  }
  if (/^(?:env_var|env|getenv|os\.getenv|os\.environ\.get)$/.test(name) && first !== null) {
    const fallback: Value | null = second === null ? null : { kind: 'literal', text: second, place }
    return { kind: 'environment', variable: first, fallback, place }
  }
  if (name === 'var' && first !== null) {
    const fallback: Value | null = second === null ? null : { kind: 'literal', text: second, place }
    return { kind: 'external', source: `setting:${first.toLowerCase()}`, fallback, place }
  }
  return { kind: 'unknown', text, place }
}

/** `printf "%s/%s" a b` and `format("%s/%s", a, b)`. */
export function formatted(pattern: string, given: readonly Value[], place: Place): Value {
  let next = 0
  const parts = pattern.split(/(%[sdvq])/).flatMap((part): readonly Value[] => {
    if (/^%[sdvq]$/.test(part)) {
      const value = given[next]
      next += 1
      return [value ?? { kind: 'unknown', text: part, place }]
    }
    return part === '' ? [] : [{ kind: 'literal', text: part, place }]
  })
  return { kind: 'concatenation', parts, place }
}
