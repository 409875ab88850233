import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'
import { choiceOf, type ExpressionDialect, withFallback } from './expression-value.ts'
import { callOf, splitTopLevel, unquote } from './split-top-level.ts'
import { structureLimits } from './structure-limits.ts'
import { formatted } from './template-expression.ts'

type ReadText = (text: string, place: Place, dialect: ExpressionDialect) => Value

/** A bare expression of Terraform or Bicep: references, conditionals, the functions that choose or join texts. */
export function readHclExpression(
  text: string,
  place: Place,
  dialect: ExpressionDialect,
  readText: ReadText,
  depth = 0,
): Value {
  const plain = text.trim()
  if (depth > structureLimits.expressionDepthMax) return { kind: 'unknown', text: plain, place }
  const again = (inner: string): Value =>
    readHclExpression(inner, place, dialect, readText, depth + 1)
  const quoted = unquote(plain)
  if (quoted !== null && !plain.startsWith('`')) return readText(quoted, place, dialect)
  if (/^\([\s\S]*\)$/.test(plain) && callOf(`x${plain}`) !== null) return again(plain.slice(1, -1))
  const [condition, whenTrue] = splitTopLevel(plain, '?')
  if (condition !== undefined && whenTrue !== undefined) {
    const branches = splitTopLevel(plain.slice(plain.indexOf(whenTrue)), ':')
    if (branches.length >= 2) {
      return choiceOf([again(branches[0] ?? ''), again(branches.slice(1).join(':'))], place)
    }
  }
  const alternatives = splitTopLevel(plain, '??')
  if (alternatives.length > 1) return withFallback(alternatives.map(again), place)
  const call = callOf(plain)
  if (call !== null) return readCall(call.name, call.given, plain, place, again)
  return readReference(plain, place, dialect, again)
}

function readCall(
  name: string,
  given: readonly string[],
  text: string,
  place: Place,
  again: (inner: string) => Value,
): Value {
  switch (name) {
    case 'coalesce':
    case 'try':
    case 'coalescelist':
      return withFallback(given.map(again), place)
    case 'lookup': {
      const [table = '', key = '', fallback] = given
      const found: Value = { kind: 'lookup', table, key: again(key), place }
      return fallback === undefined ? found : choiceOf([found, again(fallback)], place)
    }
    case 'format': {
      const [pattern = '', ...rest] = given
      const inner = unquote(pattern)
      if (inner === null) return { kind: 'unknown', text, place }
      const numbered = inner.replace(/\{\d\}/g, '%s')
      return formatted(numbered, rest.map(again), place)
    }
    // What is replaced is a region or a partition; the model's name stays.
    case 'replace':
    case 'tostring':
    case 'trimspace':
    case 'nonsensitive':
    case 'sensitive':
    case 'lower':
    case 'toLower':
    case 'string':
      return again(given[0] ?? '')
    case 'get_env':
    case 'readEnvironmentVariable': {
      const variable = unquote(given[0] ?? '') ?? ''
      return {
        kind: 'environment',
        variable,
        fallback: given[1] === undefined ? null : again(given[1]),
        place,
      }
    }
    default:
      return { kind: 'unknown', text, place }
  }
}

function readReference(
  text: string,
  place: Place,
  dialect: ExpressionDialect,
  again: (inner: string) => Value,
): Value {
  const indexed = /^([A-Za-z_][\w.-]*)\[([^\]]+)\]$/.exec(text)
  if (indexed !== null) {
    const [, table = '', key = ''] = indexed
    if (/^\d+$/.test(key)) return { kind: 'name', name: withoutInstance(table), place }
    return { kind: 'lookup', table, key: again(key), place }
  }
  const plain = withoutInstance(text)
  if (!/^[A-Za-z_][\w.-]*$/.test(plain)) return { kind: 'unknown', text, place }
  if (/^(?:each|path|terraform|self|count)\./.test(plain)) return { kind: 'unknown', text, place }
  if (dialect === 'bicep' && !plain.includes('.'))
    return { kind: 'name', name: `bicep.${plain}`, place }
  return { kind: 'name', name: plain, place }
}

/** `aws_x.y[0].z` is `aws_x.y.z`. */
function withoutInstance(text: string): string {
  return text.replace(/\[(?:\d+|\*|each\.key|count\.index)\]/g, '')
}
