import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'
import { choiceOf, type ExpressionDialect } from './expression-value.ts'
import { readBareExpression, readExpression } from './read-expression.ts'
import type { StructuredMap, StructuredNode, StructureFormat } from './structured-node.ts'

/** How the texts of a file are read. */
export interface ValueReading {
  readonly path: string
  readonly dialect: ExpressionDialect
}

export function placeOf(
  node: { readonly line: number; readonly column: number },
  path: string,
): Place {
  return { path, line: node.line, column: node.column }
}

export function dialectOf(format: StructureFormat, origin: string): ExpressionDialect {
  if (format === 'hcl') return 'hcl'
  if (format === 'bicep') return 'bicep'
  if (origin === 'arm') return 'arm'
  if (origin === 'terraform') return 'hcl'
  return 'any'
}

/**
 * What a node says where one value is expected: a text with its references, or one of the maps that stand for a
 * value (`valueFrom`, `Ref`, `Fn::If`, `{ value: … }`). Null for a list or any other map.
 */
export function nodeValue(node: StructuredNode, reading: ValueReading): Value | null {
  const place = placeOf(node, reading.path)
  if (node.kind === 'scalar') {
    if (node.text === '') return null
    const isBare = node.expression && (reading.dialect === 'hcl' || reading.dialect === 'bicep')
    return isBare
      ? readBareExpression(node.text, place, reading.dialect)
      : readExpression(node.text, place, reading.dialect)
  }
  return node.kind === 'map' ? mapValue(node, place, reading) : null
}

function mapValue(node: StructuredMap, place: Place, reading: ValueReading): Value | null {
  const at = (key: string): StructuredNode | undefined =>
    node.entries.find((one) => one.key === key)?.value
  const from = at('valueFrom')
  if (from !== undefined)
    return from.kind === 'map' ? kubernetesReference(from, place) : nodeValue(from, reading)
  for (const [key, kind] of references) {
    const target = at(key)
    if (target?.kind === 'map') return keyReference(target, kind, place)
  }
  const reference = at('Ref')
  if (reference?.kind === 'scalar') {
    return { kind: 'external', source: `input:${reference.text}`, fallback: null, place }
  }
  const sub = at('Fn::Sub')
  if (sub !== undefined) {
    const text = sub.kind === 'list' ? sub.items[0] : sub
    return text?.kind === 'scalar'
      ? readExpression(text.text, placeOf(text, reading.path), 'cloudformation')
      : null
  }
  const condition = at('Fn::If')
  if (condition?.kind === 'list') {
    const options = condition.items.slice(1).flatMap((item) => nodeValue(item, reading) ?? [])
    return options.length === 0 ? null : choiceOf(options, place)
  }
  const join = at('Fn::Join')
  if (join?.kind === 'list') return joined(join.items, place, reading)
  const inner = at('value') ?? at('Value')
  if (inner?.kind === 'scalar' && inner.text !== '') return nodeValue(inner, reading)
  return null
}

const references = [
  ['secretKeyRef', 'secrets'],
  ['configMapKeyRef', 'setting'],
] as const

function kubernetesReference(from: StructuredMap, place: Place): Value {
  for (const [key, kind] of references) {
    const target = from.entries.find((one) => one.key === key)?.value
    if (target?.kind === 'map') return keyReference(target, kind, place)
  }
  return { kind: 'unknown', text: 'valueFrom', place }
}

/** The key of a Secret is outside the tree; that of a ConfigMap may be inside and is found as a setting. */
function keyReference(target: StructuredMap, kind: 'secrets' | 'setting', place: Place): Value {
  const text = (key: string): string => {
    const found = target.entries.find((one) => one.key === key)?.value
    return found?.kind === 'scalar' ? found.text : ''
  }
  const source =
    kind === 'secrets'
      ? `secrets:${text('name')}/${text('key')}`
      : `setting:configmap.${text('name')}.${text('key')}`.toLowerCase()
  return { kind: 'external', source, fallback: null, place }
}

function joined(
  items: readonly StructuredNode[],
  place: Place,
  reading: ValueReading,
): Value | null {
  const [separator, texts] = items
  if (separator?.kind !== 'scalar' || texts?.kind !== 'list') return null
  const parts = texts.items.flatMap((item, index): readonly Value[] => {
    const value = nodeValue(item, reading) ?? { kind: 'unknown' as const, text: '', place }
    const between: readonly Value[] =
      index > 0 && separator.text !== '' ? [{ kind: 'literal', text: separator.text, place }] : []
    return [...between, value]
  })
  return { kind: 'concatenation', parts, place }
}
