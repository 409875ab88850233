import { canonicalJson } from '../base/canonical-json.ts'
import type { CedarExpression, CedarPolicy } from './cedar-engine.ts'
import { entityTypes } from './cedar-schema.ts'

/**
 * What a set of policies tests, read from the policies themselves. A condition is cut into the largest parts that
 * look at one side only: the principal, the model, the route, the workflow or the purpose. Whatever the values are,
 * the outcome is a function of the answers to these parts, so uses with the same answers share it.
 */
export type Side = 'principal' | 'model' | 'route' | 'workflow' | 'purpose'

export const sides: readonly Side[] = ['principal', 'model', 'route', 'workflow', 'purpose']

/** What of one side is looked at. */
export interface SideReads {
  readonly attributes: ReadonlySet<string>
  /** The entity itself is compared with entities written out in the policies. */
  readonly isNamed: boolean
  readonly isKindAsked: boolean
  readonly areGroupsAsked: boolean
}

export interface TestedSide {
  /** Parts that give yes or no for the side alone. */
  readonly tests: readonly CedarExpression[]
  /** All that the tests read: sides that agree in it agree in every test. */
  readonly reads: SideReads
  /** Read where the sides are mixed within one comparison: here the values themselves count. */
  readonly mixed: SideReads
}

export interface TestedParts {
  readonly sides: Readonly<Record<Side, TestedSide>>
  /** Where a test stands, by its canonical JSON. */
  readonly places: ReadonlyMap<string, { readonly side: Side; readonly index: number }>
  /** Entities written out in the policies, by type and id as `Type::id`. */
  readonly named: ReadonlySet<string>
  /** What is tested that no table can hold, in words; empty: the policies can be tabulated. */
  readonly live: readonly string[]
}

export function testedParts(policies: readonly CedarPolicy[]): TestedParts {
  const collector = new Collector()
  for (const policy of policies) {
    collector.condition(scopeExpression('principal', policy.principal))
    collector.condition(scopeExpression('resource', policy.resource))
    for (const { body } of policy.conditions) collector.condition(body)
  }
  return collector.parts()
}

interface MutableReads {
  attributes: Set<string>
  isNamed: boolean
  isKindAsked: boolean
  areGroupsAsked: boolean
}

function noReads(): MutableReads {
  return { attributes: new Set(), isNamed: false, isKindAsked: false, areGroupsAsked: false }
}

class Collector {
  readonly #tests = new Map<Side, Map<string, CedarExpression>>(
    sides.map((side) => [side, new Map()]),
  )
  readonly #reads = new Map<Side, MutableReads>(sides.map((side) => [side, noReads()]))
  readonly #mixed = new Map<Side, MutableReads>(sides.map((side) => [side, noReads()]))
  readonly #named = new Set<string>()
  readonly #live = new Set<string>()

  /** An expression that gives yes or no. */
  condition(expression: CedarExpression): void {
    const { touched } = this.#look(expression)
    const [only] = touched
    if (only === undefined) return
    if (touched.size === 1) {
      this.#tests.get(only)?.set(canonicalJson(expression), expression)
      this.#read(expression, this.#reads)
      return
    }
    const inner = booleanParts(expression)
    if (inner === null) this.#read(expression, this.#mixed)
    else for (const part of inner) this.condition(part)
  }

  parts(): TestedParts {
    const side = (name: Side): TestedSide => ({
      tests: [...(this.#tests.get(name)?.values() ?? [])],
      reads: this.#reads.get(name) ?? noReads(),
      mixed: this.#mixed.get(name) ?? noReads(),
    })
    const places = sides.flatMap((name) =>
      [...(this.#tests.get(name)?.keys() ?? [])].map(
        (key, index) => [key, { side: name, index }] as const,
      ),
    )
    return {
      places: new Map(places),
      sides: {
        principal: side('principal'),
        model: side('model'),
        route: side('route'),
        workflow: side('workflow'),
        purpose: side('purpose'),
      },
      named: this.#named,
      live: [...this.#live].toSorted(),
    }
  }

  /** Which sides an expression looks at. */
  #look(expression: CedarExpression): { readonly touched: ReadonlySet<Side> } {
    const touched = new Set<Side>()
    visit(expression, {
      read: (side) => touched.add(side),
      named: (uid) => this.#named.add(uid),
      live: (what) => this.#live.add(what),
    })
    return { touched }
  }

  #read(expression: CedarExpression, into: ReadonlyMap<Side, MutableReads>): void {
    visit(expression, {
      read: (side, what) => {
        const reads = into.get(side)
        if (reads === undefined) return
        if (what.kind === 'attribute') reads.attributes.add(what.name)
        else if (what.kind === 'named') reads.isNamed = true
        else if (what.kind === 'kind') reads.isKindAsked = true
        else reads.areGroupsAsked = true
      },
      named: () => undefined,
      live: () => undefined,
    })
  }
}

type Read =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'named' | 'kind' | 'groups' }

interface Visitor {
  read(side: Side, what: Read): void
  named(uid: string): void
  live(what: string): void
}

/** Parts of an operator that takes and gives yes or no; null for any other. */
function booleanParts(expression: CedarExpression): readonly CedarExpression[] | null {
  const [operator, operand] = only(expression)
  switch (operator) {
    case '&&':
    case '||':
      return [part(operand, 'left'), part(operand, 'right')]
    case '!':
      return [part(operand, 'arg')]
    case 'if-then-else':
      return [part(operand, 'if'), part(operand, 'then'), part(operand, 'else')]
    default:
      return null
  }
}

/** Walks an expression and says what it looks at. What is not understood counts as asked per request. */
function visit(expression: CedarExpression, visitor: Visitor): void {
  const [operator, operand] = only(expression)
  switch (operator) {
    case 'Value':
      return visitValue(operand, visitor)
    case 'Var':
      return visitPath([String(operand)], visitor)
    case '.':
    case 'has': {
      const path = pathOf(expression)
      if (path !== null) return visitPath(path, visitor)
      return visit(part(operand, 'left'), visitor)
    }
    case 'is':
      return visitIs(operand, visitor)
    case 'in':
      return visitIn(operand, visitor)
    case 'Set':
      return (operand as readonly CedarExpression[]).forEach((member) => visit(member, visitor))
    case 'Record':
      return Object.values(operand as Readonly<Record<string, CedarExpression>>).forEach((member) =>
        visit(member, visitor),
      )
    default:
      return visitOperands(operand, visitor)
  }
}

/** Operators and functions alike: everything inside that is an expression. */
function visitOperands(operand: unknown, visitor: Visitor): void {
  if (Array.isArray(operand)) {
    for (const one of operand as readonly CedarExpression[]) visit(one, visitor)
    return
  }
  if (typeof operand !== 'object' || operand === null) return
  for (const [name, value] of Object.entries(operand)) {
    if (name !== 'pattern' && name !== 'attr' && name !== 'entity_type') {
      visit(value as CedarExpression, visitor)
    }
  }
}

function visitIs(operand: unknown, visitor: Visitor): void {
  const left = part(operand, 'left')
  if (isVariable(left, 'principal')) visitor.read('principal', { kind: 'kind' })
  else if (!isVariable(left, 'resource')) visit(left, visitor)
  const within = (operand as { readonly in?: CedarExpression }).in
  if (within !== undefined) visitIn({ left, right: within }, visitor)
}

/** `in` is also true of the entity itself: only groups can be asked without asking who it is. */
function visitIn(operand: unknown, visitor: Visitor): void {
  const left = part(operand, 'left')
  const right = part(operand, 'right')
  const written = entitiesIn(right)
  if (
    isVariable(left, 'principal') &&
    written !== null &&
    written.every(({ type }) => type === entityTypes.group)
  ) {
    visitor.read('principal', { kind: 'groups' })
  } else {
    visit(left, visitor)
  }
  visit(right, visitor)
}

function visitValue(value: unknown, visitor: Visitor): void {
  if (Array.isArray(value)) {
    for (const member of value) visitValue(member, visitor)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const uid = uidOf(value)
  if (uid !== null) visitor.named(`${uid.type}::${uid.id}`)
  else for (const member of Object.values(value)) visitValue(member, visitor)
}

function visitPath(path: readonly string[], visitor: Visitor): void {
  const [root, first, second] = path
  if (root === 'principal') {
    if (first === undefined) visitor.live('which principal it is')
    else visitor.read('principal', { kind: 'attribute', name: first })
  } else if (root === 'resource') {
    visitor.read('model', readOf(first))
  } else if (root === 'context' && first === 'route') {
    visitor.read('route', readOf(second))
  } else if (root === 'context' && first === 'workflow') {
    visitor.read('workflow', { kind: 'named' })
  } else if (root === 'context' && first === 'purpose') {
    visitor.read('purpose', { kind: 'named' })
  } else if (root === 'context' && first === 'at') {
    visitor.live('the instant of the request')
  } else if (root !== 'action') {
    visitor.live('the whole request')
  }
}

function readOf(attribute: string | undefined): Read {
  return attribute === undefined ? { kind: 'named' } : { kind: 'attribute', name: attribute }
}

/** `context.route.provider` as its names; null when it does not begin at a variable. */
function pathOf(expression: CedarExpression): readonly string[] | null {
  const [operator, operand] = only(expression)
  if (operator === 'Var') return [String(operand)]
  if (operator !== '.' && operator !== 'has') return null
  const left = pathOf(part(operand, 'left'))
  const { attr } = operand as { readonly attr: string | readonly string[] }
  return left === null ? null : [...left, ...(typeof attr === 'string' ? [attr] : attr)]
}

/** The constraint at the head of a policy as an expression. */
export function scopeExpression(
  variable: 'principal' | 'resource',
  scope: CedarExpression,
): CedarExpression {
  const left = { Var: variable }
  const {
    op,
    entity,
    entity_type,
    in: within,
  } = scope as {
    readonly op: string
    readonly entity?: unknown
    readonly entity_type?: string
    readonly in?: { readonly entity: unknown }
  }
  const value = (uid: unknown) => ({ Value: { __entity: uidOf(uid) ?? uid } })
  if (op === '==') return { '==': { left, right: value(entity) } }
  if (op === 'in') return { in: { left, right: value(entity) } }
  if (op !== 'is') return { Value: true }
  const inside = within === undefined ? {} : { in: value(within.entity) }
  return { is: { left, entity_type, ...inside } }
}

/** Entities of a value or a set that are all written out; null when anything else is among them. */
function entitiesIn(
  expression: CedarExpression,
): readonly { readonly type: string; readonly id: string }[] | null {
  const [operator, operand] = only(expression)
  if (operator === 'Value') {
    const uid = uidOf(operand)
    return uid === null ? null : [uid]
  }
  if (operator !== 'Set') return null
  const members = (operand as readonly CedarExpression[]).map(entitiesIn)
  return members.includes(null) ? null : members.flatMap((member) => member ?? [])
}

function uidOf(value: unknown): { readonly type: string; readonly id: string } | null {
  if (typeof value !== 'object' || value === null) return null
  const inner = '__entity' in value ? value.__entity : value
  if (typeof inner !== 'object' || inner === null) return null
  return 'type' in inner &&
    'id' in inner &&
    typeof inner.type === 'string' &&
    typeof inner.id === 'string'
    ? { type: inner.type, id: inner.id }
    : null
}

function isVariable(expression: CedarExpression, name: string): boolean {
  return expression['Var'] === name
}

function part(operand: unknown, name: string): CedarExpression {
  return (operand as Readonly<Record<string, CedarExpression>>)[name] ?? { Value: true }
}

function only(expression: CedarExpression): readonly [string, unknown] {
  return Object.entries(expression)[0] ?? ['Value', true]
}
