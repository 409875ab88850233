import { entityTypes } from './cedar-schema.ts'
import type { CedarExpression, CedarPolicy, CedarUid } from './cedar-engine.ts'

/** Builders of Cedar expressions in their JSON form. */

export const principal: CedarExpression = { Var: 'principal' }
export const resource: CedarExpression = { Var: 'resource' }
const context: CedarExpression = { Var: 'context' }
export const route = attribute(context, 'route')
export const purpose = attribute(context, 'purpose')
export const workflow = attribute(context, 'workflow')
export const hasWorkflow = has(context, 'workflow')
const always: CedarExpression = { Value: true }
export const never: CedarExpression = { Value: false }

export function literal(value: string | number | boolean): CedarExpression {
  return { Value: value }
}

export function entity(type: keyof typeof entityTypes, id: string): CedarExpression {
  return { Value: { __entity: { type: entityTypes[type], id } satisfies CedarUid } }
}

export function setOf(members: readonly CedarExpression[]): CedarExpression {
  return { Set: members }
}

export function attribute(of: CedarExpression, name: string): CedarExpression {
  return { '.': { left: of, attr: name } }
}

export function has(of: CedarExpression, name: string): CedarExpression {
  return { has: { left: of, attr: name } }
}

export function equals(left: CedarExpression, right: CedarExpression): CedarExpression {
  return { '==': { left, right } }
}

export function not(arg: CedarExpression): CedarExpression {
  return { '!': { arg } }
}

export function atMost(left: CedarExpression, right: CedarExpression): CedarExpression {
  return { '<=': { left, right } }
}

export function over(left: CedarExpression, right: CedarExpression): CedarExpression {
  return { '>': { left, right } }
}

export function isEmpty(arg: CedarExpression): CedarExpression {
  return { isEmpty: { arg } }
}

export function contains(set: CedarExpression, member: CedarExpression): CedarExpression {
  return { contains: { left: set, right: member } }
}

export function containsAll(set: CedarExpression, members: CedarExpression): CedarExpression {
  return { containsAll: { left: set, right: members } }
}

export function containsAny(set: CedarExpression, members: CedarExpression): CedarExpression {
  return { containsAny: { left: set, right: members } }
}

export function isIn(left: CedarExpression, right: CedarExpression): CedarExpression {
  return { in: { left, right } }
}

export function ifThenElse(
  condition: CedarExpression,
  yes: CedarExpression,
  no: CedarExpression,
): CedarExpression {
  // oxlint-disable-next-line unicorn/no-thenable -- Cedar's own form; nobody awaits it
  return { 'if-then-else': { if: condition, then: yes, else: no } }
}

/** All of them; nothing asked for is met. */
export function all(parts: readonly CedarExpression[]): CedarExpression {
  const [first, ...rest] = parts
  if (first === undefined) return always
  return rest.reduce<CedarExpression>((left, right) => ({ '&&': { left, right } }), first)
}

/** One of them at least; of none, nothing is met. */
export function any(parts: readonly CedarExpression[]): CedarExpression {
  const [first, ...rest] = parts
  if (first === undefined) return never
  return rest.reduce<CedarExpression>((left, right) => ({ '||': { left, right } }), first)
}

/** The value is one of these texts. */
export function oneOf(values: readonly string[], value: CedarExpression): CedarExpression {
  const [first, ...rest] = values
  if (first === undefined) return never
  return rest.length === 0
    ? equals(value, literal(first))
    : contains(setOf(values.map(literal)), value)
}

/** The entity is one of these; none of them lies within another. */
export function oneOfEntities(
  type: keyof typeof entityTypes,
  ids: readonly string[],
  value: CedarExpression,
): CedarExpression {
  const [first, ...rest] = ids
  if (first === undefined) return never
  return rest.length === 0
    ? equals(value, entity(type, first))
    : isIn(value, setOf(ids.map((id) => entity(type, id))))
}

export interface PolicyParts {
  readonly when?: readonly CedarExpression[]
  readonly unless?: readonly CedarExpression[]
  readonly annotations: Readonly<Record<string, string>>
}

/** A policy over the one action that there is. */
export function policyOf(effect: 'permit' | 'forbid', parts: PolicyParts): CedarPolicy {
  return {
    effect,
    principal: { op: 'All' },
    action: { op: '==', entity: { type: 'Holdfast::Action', id: 'use' } },
    resource: { op: 'All' },
    conditions: [
      ...(parts.when ?? []).map((body) => ({ kind: 'when' as const, body })),
      ...(parts.unless ?? []).map((body) => ({ kind: 'unless' as const, body })),
    ],
    annotations: parts.annotations,
  }
}
