import { canonicalJson } from '../base/canonical-json.ts'
import { compareText } from '../base/compare.ts'
import { digest } from '../base/digest.ts'
import { Fault } from '../base/fault.ts'
import type { CedarEngine } from './cedar-engine.ts'
import { cedarSchema } from './cedar-schema.ts'
import { compileDirective, compileInvalidDirective, endOf, sourceOf } from './compile-directive.ts'
import { compileOwnPolicies, type OwnPolicies } from './compile-own-policies.ts'
import { compileNoWorkflow, compileWorkflow } from './compile-workflow.ts'
import { canRestrict, type DirectiveState, directiveStateAt } from './directive-state.ts'
import { createDecisionTable, type DecisionTable } from './decision-table.ts'
import { selects } from './directives/selected-models.ts'
import { type SealedUnit, sealUnit } from './policy-unit.ts'
import type { PolicyWorld, Principal } from './principal.ts'
import { contentDigest, type SnapshotContent, type SnapshotDirective } from './snapshot-content.ts'

/** Immutable: a change of anything makes a new one. */
export interface PolicySnapshot extends SnapshotContent {
  /** Of the content, without the version. */
  readonly digest: string
  readonly table: DecisionTable
}

export interface SnapshotInput {
  readonly world: PolicyWorld
  /** Directives that are enforced, as they stand at `at`. */
  readonly directives: readonly DirectiveState[]
  /** Directives that are enforced and cannot be read, with the models that they name. */
  readonly invalid: readonly { readonly id: string; readonly models: readonly string[] }[]
  readonly ownPolicies: readonly OwnPolicies[]
  readonly at: string
  readonly expiresAt: string
  readonly version: number
  readonly engine: CedarEngine
  /** What is denied once it has expired; absent: models under any known directive. */
  readonly onExpiry?: SnapshotContent['onExpiry'] | undefined
  /** A snapshot of before: what has not changed is not asked again. */
  readonly previous?: PolicySnapshot | undefined
  /** Principals to be ready for; others are added when they first come. Absent: each class of each workflow. */
  readonly principals?: readonly Principal[] | undefined
}

/** Compiles, validates and tabulates everything that decides. */
export function buildSnapshot(input: SnapshotInput): PolicySnapshot {
  const at = instant(input.at, 'at')
  const states = input.directives.toSorted((a, b) => compareText(a.directive.id, b.directive.id))
  const content: SnapshotContent = {
    schemaVersion: 1,
    version: input.version,
    at,
    expiresAt: instant(input.expiresAt, 'expiresAt'),
    changesAt: nextChange(at, input),
    onExpiry: input.onExpiry ?? 'deny-restricted',
    world: input.world,
    directives: knownDirectives(states, input.invalid),
    restricted: restrictedModels(input),
    units: compileUnits(input, states),
  }
  return openSnapshot(content, input)
}

/** Fills the tables of a content that was compiled, here or elsewhere. */
export function openSnapshot(
  content: SnapshotContent,
  { engine, previous, principals }: Pick<SnapshotInput, 'engine' | 'previous' | 'principals'>,
): PolicySnapshot {
  return {
    ...content,
    digest: contentDigest(content),
    table: createDecisionTable({ content, engine, previous: previous?.table, principals }),
  }
}

function compileUnits(
  input: SnapshotInput,
  states: readonly DirectiveState[],
): readonly SealedUnit[] {
  const { world, engine } = input
  const compiled = [
    compileNoWorkflow(world),
    ...world.workflows.map(compileWorkflow),
    ...states.map((state) => compileDirective(state, world)),
    ...input.invalid.map(({ id, models }) => compileInvalidDirective(id, models)),
  ].flatMap((unit) => (unit === null ? [] : [sealUnit(unit)]))
  const known = new Set(input.previous?.units.map((unit) => unit.digest))
  assertValid(
    compiled.filter((unit) => !known.has(unit.digest)),
    engine,
  )
  const own = compileOwnPolicies(input.ownPolicies, engine).map(sealUnit)
  const units = [...compiled, ...own].toSorted((a, b) => compareText(a.id, b.id))
  const twice = units.find((unit, index) => unit.id === units[index + 1]?.id)
  if (twice !== undefined) {
    throw new Fault('HF_POLICY_INVALID', `\`${twice.id}\` is there twice`, {
      expected: 'one workflow, directive or policy of each name',
    })
  }
  return units
}

/** What was compiled is held to the same schema as what people write. Markers repeat the conditions of rules. */
function assertValid(units: readonly SealedUnit[], engine: CedarEngine): void {
  if (units.length === 0) return
  const policies = Object.fromEntries(
    units.flatMap((unit) => unit.rules).map(({ id, policy }) => [id, policy] as const),
  )
  const [first] = engine.validate(cedarSchema, policies).errors
  if (first === undefined) return
  throw new Fault('HF_POLICY_INVALID', `\`${first.policy}\`: ${first.message}`, {
    expected: 'a policy that fits the schema of policies',
  })
}

function knownDirectives(
  states: readonly DirectiveState[],
  invalid: SnapshotInput['invalid'],
): readonly SnapshotDirective[] {
  const valid = states.map(({ directive, isInForce }) => ({
    id: directive.id,
    digest: digest(canonicalJson(directive)),
    title: directive.title,
    source: sourceOf(directive.source),
    asOf: directive.source.retrieved,
    review: directive.review.state,
    isInForce,
    isValid: true,
  }))
  const unreadable = invalid.map(({ id, models }) => ({
    id,
    digest: digest(canonicalJson(models)),
    title: id,
    source: null,
    asOf: null,
    review: 'unverified' as const,
    isInForce: true,
    isValid: false,
  }))
  return [...valid, ...unreadable].toSorted((a, b) => compareText(a.id, b.id))
}

function restrictedModels({ world, directives, invalid }: SnapshotInput): readonly string[] {
  const restricting = directives
    .map(({ directive }) => directive)
    .filter(({ instrument }) => canRestrict(instrument))
  const named = new Set(invalid.flatMap(({ models }) => models))
  return world.models
    .filter(
      (model) =>
        named.has(model.id) ||
        restricting.some(({ scope }) => selects(scope.models, model) !== 'no'),
    )
    .map(({ id }) => id)
    .toSorted(compareText)
}

/**
 * The next instant at which a directive, or an authorisation under one, changes what is permitted. What only a vendor
 * does changes no permission.
 */
function nextChange(at: string, { directives, world }: SnapshotInput): string | null {
  const ids = new Set(directives.map(({ directive }) => directive.id))
  const ends = world.authorisations
    .filter((one) => ids.has(one.directive))
    .flatMap(({ validUntil }) => (validUntil === null ? [] : [endOf(validUntil)]))
  return (
    [...directives.flatMap((state) => ruleChange(state) ?? []), ...ends]
      .filter((change) => change > at)
      .toSorted(compareText)[0] ?? null
  )
}

/** Passes over changes of the state that leave the rule as it is. */
function ruleChange(state: DirectiveState): string | null {
  if (!canRestrict(state.directive.instrument)) return null
  const rule = ruleMark(state)
  let change = state.changesAt
  while (change !== null) {
    const later = directiveStateAt(state.directive, change)
    if (ruleMark(later) !== rule) return change
    change = later.changesAt
  }
  return null
}

function ruleMark({ isInForce, carveOuts }: DirectiveState): string {
  return JSON.stringify([isInForce, carveOuts.map(({ clause }) => clause)])
}

function instant(text: string, name: string): string {
  const time = Date.parse(text)
  if (Number.isNaN(time)) {
    throw new Fault('HF_USAGE', `\`${text}\` is no instant`, {
      expected: `\`${name}\` as a time in UTC such as \`2026-06-12T21:21:00Z\``,
    })
  }
  return new Date(time).toISOString()
}
