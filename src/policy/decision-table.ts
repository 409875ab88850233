import { canonicalJson } from '../base/canonical-json.ts'
import { compareText } from '../base/compare.ts'
import { digest } from '../base/digest.ts'
import type { Decision } from '../schema/decision.ts'
import { Task } from '../schema/vocabulary.ts'
import type { CedarAnswer, CedarEngine, CedarPolicySet } from './cedar-engine.ts'
import { cedarSchema } from './cedar-schema.ts'
import { explainOutcomes, type UnitAnswer } from './explain-outcomes.ts'
import { principalShapesMax, rowCellsMax } from './limits.ts'
import { eligibilityClasses, personOf } from './person-of.ts'
import { cedarRequestOf, type PolicyQuestion, principalAttributes } from './policy-entities.ts'
import type { SnapshotContent } from './snapshot-content.ts'
import type { PolicyWorld, Principal } from './principal.ts'
import { createUnitTable, type TableWorld, type UnitTable } from './unit-table.ts'

/** Principals that no policy can tell apart, with their decisions so far. */
interface PrincipalShape {
  readonly classes: readonly number[]
  /** By workflow class and purpose class: the decisions by model class and route class. */
  readonly rows: (Decision | undefined)[][]
}

/** A place in the table: classes of what no policy can tell apart. */
interface TablePlace {
  readonly model: number
  readonly route: number
  readonly workflow: number
  readonly purpose: number
}

/**
 * All answers merged: a decision is a few reads of arrays. Cedar has answered when the table is made, and is asked
 * again only for principals of a new shape and for policies that no table can hold.
 */
export interface DecisionTable {
  readonly engine: CedarEngine
  readonly worldDigest: string
  readonly units: readonly UnitTable[]
  /** Units that are asked per request. */
  readonly liveUnits: readonly UnitTable[]
  /** Class by id. */
  readonly models: ReadonlyMap<string, number>
  readonly routes: ReadonlyMap<string, number>
  /** Null: no workflow. */
  readonly workflows: ReadonlyMap<string | null, number>
  readonly purposes: ReadonlyMap<string, number>
  readonly restricted: ReadonlySet<string>
  /** First instant at which it has expired or a directive has changed. */
  readonly freshUntil: string
  readonly size: Readonly<Record<'models' | 'routes' | 'workflows' | 'purposes', number>>
  /** Null: its class is none of the four. */
  shapeOf(principal: Principal): PrincipalShape | null
  decisionAt(
    shape: PrincipalShape,
    model: number,
    route: number,
    workflow: number,
    purpose: number,
  ): Decision
  /** With the policies that are asked per request. */
  decisionLive(shape: PrincipalShape, place: TablePlace, question: PolicyQuestion): Decision
  /** All policies in one call, for comparison. */
  askAll(question: PolicyQuestion): CedarAnswer
}

export interface DecisionTableInput {
  readonly content: SnapshotContent
  readonly engine: CedarEngine
  readonly previous: DecisionTable | undefined
  readonly principals: readonly Principal[] | undefined
}

export function createDecisionTable(input: DecisionTableInput): DecisionTable {
  const table = new MergedTable(input)
  for (const principal of input.principals ?? expectedPrincipals(input.content.world)) {
    table.shapeOf(principal)
  }
  return table
}

/** A person of each class for each workflow: what the simulation will ask for. */
function expectedPrincipals(world: PolicyWorld): readonly Principal[] {
  return [null, ...world.workflows].flatMap((workflow) =>
    eligibilityClasses.map((eligibilityClass) => personOf(world, eligibilityClass, workflow)),
  )
}

const purposes: readonly string[] = Task.options
const knownClasses: ReadonlySet<string> = new Set(eligibilityClasses)

class MergedTable implements DecisionTable {
  readonly engine: CedarEngine
  readonly worldDigest: string
  readonly units: readonly UnitTable[]
  readonly liveUnits: readonly UnitTable[]
  readonly models: ReadonlyMap<string, number>
  readonly routes: ReadonlyMap<string, number>
  readonly workflows: ReadonlyMap<string | null, number>
  readonly purposes: ReadonlyMap<string, number>
  readonly restricted: ReadonlySet<string>
  readonly freshUntil: string
  readonly size: DecisionTable['size']
  readonly #members: Readonly<Record<keyof TablePlace, readonly number[]>>
  #shapes = new WeakMap<Principal, PrincipalShape>()
  readonly #shapeByText = new Map<string, PrincipalShape>()
  readonly #shapeByClasses = new Map<string, PrincipalShape>()
  readonly #decisions = new Map<string, Decision>()
  #cells = 0
  #all: CedarPolicySet | null = null
  readonly #live = new Map<UnitTable, CedarPolicySet>()

  constructor({ content, engine, previous }: DecisionTableInput) {
    const world = tableWorldOf(content.world)
    this.engine = engine
    this.worldDigest = digest(canonicalJson(world))
    const before = previous?.worldDigest === this.worldDigest ? previous : undefined
    const tables = unitTables(content, world, engine, before)
    this.units = tables.filter(({ live }) => live.length === 0)
    this.liveUnits = tables.filter(({ live }) => live.length > 0)
    const models = this.#merged('model', world.models.map(idOf))
    const routes = this.#merged('route', world.routes.map(idOf))
    const workflows = this.#merged('workflow', world.workflows)
    const kinds = this.#merged('purpose', world.purposes)
    this.models = models.of
    this.routes = routes.of
    this.workflows = workflows.of
    this.purposes = kinds.of
    this.#members = {
      model: models.members,
      route: routes.members,
      workflow: workflows.members,
      purpose: kinds.members,
    }
    this.size = {
      models: models.members.length,
      routes: routes.members.length,
      workflows: workflows.members.length,
      purposes: kinds.members.length,
    }
    this.restricted = new Set(content.restricted)
    const { expiresAt, changesAt } = content
    this.freshUntil = changesAt !== null && changesAt < expiresAt ? changesAt : expiresAt
  }

  shapeOf(principal: Principal): PrincipalShape | null {
    return this.#shapes.get(principal) ?? this.#newShape(principal)
  }

  decisionAt(
    shape: PrincipalShape,
    model: number,
    route: number,
    workflow: number,
    purpose: number,
  ): Decision {
    const row = shape.rows[workflow * this.size.purposes + purpose]
    return (
      row?.[model * this.size.routes + route] ??
      this.#merge(shape, { model, route, workflow, purpose })
    )
  }

  decisionLive(shape: PrincipalShape, place: TablePlace, question: PolicyQuestion): Decision {
    const request = cedarRequestOf(question)
    const live = this.liveUnits.map((table) => {
      const answer = this.#liveSet(table).ask(request, 'checked')
      return {
        unit: table.unit,
        outcome: { held: answer.policies, errors: answer.errors.map(({ message }) => message) },
      }
    })
    const all = [...this.#answers(this.#outcomes(shape, place)), ...live]
    return explainOutcomes(all.toSorted((a, b) => compareText(a.unit.id, b.unit.id)))
  }

  askAll(question: PolicyQuestion): CedarAnswer {
    this.#all ??= this.engine.prepare(
      cedarSchema,
      Object.fromEntries(
        [...this.units, ...this.liveUnits].flatMap(({ unit }) =>
          unit.rules.map(({ id, policy }) => [id, policy]),
        ),
      ),
    )
    return this.#all.ask(cedarRequestOf(question), 'checked')
  }

  #merged<T>(side: keyof TablePlace, ids: readonly T[]): MergedClasses<T> {
    return mergeClasses(
      this.units.map(({ classes }) => classes[side]),
      ids,
    )
  }

  /** Principals of which no unit tells one from the other share everything. */
  #newShape(principal: Principal): PrincipalShape | null {
    if (!knownClasses.has(principal.class)) return null
    if (this.#shapeByText.size > principalShapesMax) this.#forget()
    const text = JSON.stringify([principal.kind, principalAttributes(principal), principal.groups])
    const shape = this.#shapeByText.get(text) ?? this.#shapeWith(principal)
    this.#shapeByText.set(text, shape)
    this.#shapes.set(principal, shape)
    return shape
  }

  #shapeWith(principal: Principal): PrincipalShape {
    const classes = this.units.map((unit) => unit.principalClass(principal))
    const key = classes.join()
    const shape = this.#shapeByClasses.get(key) ?? { classes, rows: [] }
    this.#shapeByClasses.set(key, shape)
    return shape
  }

  /** First time that this place is asked for: the answers of all units, merged and kept. */
  #merge(shape: PrincipalShape, place: TablePlace): Decision {
    const outcomes = this.#outcomes(shape, place)
    const key = outcomes.join()
    const decision = this.#decisions.get(key) ?? explainOutcomes(this.#answers(outcomes))
    this.#decisions.set(key, decision)
    this.#rowFor(shape, place)[place.model * this.size.routes + place.route] = decision
    return decision
  }

  #rowFor(shape: PrincipalShape, place: TablePlace): (Decision | undefined)[] {
    const which = place.workflow * this.size.purposes + place.purpose
    const known = shape.rows[which]
    if (known !== undefined) return known
    const length = this.size.models * this.size.routes
    if (this.#cells + length > rowCellsMax) this.#forget()
    this.#cells += length
    const row = Array.from<Decision | undefined>({ length })
    shape.rows[which] = row
    return row
  }

  #outcomes(shape: PrincipalShape, place: TablePlace): readonly number[] {
    const model = this.#members.model[place.model] ?? -1
    const route = this.#members.route[place.route] ?? -1
    const workflow = this.#members.workflow[place.workflow] ?? -1
    const purpose = this.#members.purpose[place.purpose] ?? -1
    return this.units.map((table, index) =>
      table.outcomeAt(
        shape.classes[index] ?? -1,
        table.classes.model[model] ?? -1,
        table.classes.route[route] ?? -1,
        table.classes.workflow[workflow] ?? -1,
        table.classes.purpose[purpose] ?? -1,
      ),
    )
  }

  #answers(outcomes: readonly number[]): readonly UnitAnswer[] {
    return this.units.map((table, index) => ({
      unit: table.unit,
      outcome: table.outcomes[outcomes[index] ?? -1] ?? unasked,
    }))
  }

  #liveSet(table: UnitTable): CedarPolicySet {
    const known = this.#live.get(table)
    if (known !== undefined) return known
    const { rules, markers } = table.unit
    const set = this.engine.prepare(
      cedarSchema,
      Object.fromEntries([...rules, ...markers].map(({ id, policy }) => [id, policy])),
    )
    this.#live.set(table, set)
    return set
  }

  /** What is kept is only remembered: forgetting it costs time, never an answer. */
  #forget(): void {
    for (const shape of this.#shapeByClasses.values()) shape.rows.length = 0
    this.#shapeByText.clear()
    this.#shapeByClasses.clear()
    this.#decisions.clear()
    this.#shapes = new WeakMap()
    this.#cells = 0
  }
}

function idOf({ id }: { readonly id: string }): string {
  return id
}

function tableWorldOf(world: PolicyWorld): TableWorld {
  const workflows = [null, ...world.workflows.map(idOf)]
  return { models: world.models, routes: world.routes, workflows, purposes }
}

/** Units that have not changed keep their tables; so do all that principals have added to them since. */
function unitTables(
  content: SnapshotContent,
  world: TableWorld,
  engine: CedarEngine,
  before: DecisionTable | undefined,
): readonly UnitTable[] {
  const known = new Map(
    [...(before?.units ?? []), ...(before?.liveUnits ?? [])].map(
      (table) => [table.unit.digest, table] as const,
    ),
  )
  return content.units.map(
    (unit) => known.get(unit.digest) ?? createUnitTable({ unit, world, engine }),
  )
}

/** Never met: every class of principals was asked about when it came. An error, since errors deny. */
const unasked = { held: [], errors: ['the policy was not asked'] }

/** Things that no unit tells apart are one class; one of each stands for all. */
interface MergedClasses<T> {
  readonly of: ReadonlyMap<T, number>
  /** Place in the world of one thing of each class. */
  readonly members: readonly number[]
}

function mergeClasses<T>(
  perUnit: readonly (readonly number[])[],
  ids: readonly T[],
): MergedClasses<T> {
  const of = new Map<T, number>()
  const byKey = new Map<string, number>()
  const members: number[] = []
  for (const [index, id] of ids.entries()) {
    const key = perUnit.map((classes) => classes[index]).join()
    const found = byKey.get(key) ?? members.push(index) - 1
    byKey.set(key, found)
    of.set(id, found)
  }
  return { of, members }
}
