import type { CedarAnswer, CedarEngine, CedarPolicy, CedarPolicySet } from './cedar-engine.ts'
import { policyOf } from './cedar-expression.ts'
import { cedarSchema } from './cedar-schema.ts'
import { canHold, type FirstTest, firstTests } from './first-tests.ts'
import { unitCellsMax } from './limits.ts'
import {
  cedarRequestOf,
  emptyQuestion,
  type PolicyQuestion,
  type SidesWithAttributes,
} from './policy-entities.ts'
import type { SealedUnit } from './policy-unit.ts'
import type { PolicyModel, PolicyRoute, Principal } from './principal.ts'
import {
  modelSide,
  principalSide,
  purposeSide,
  routeSide,
  type SideOf,
  workflowSide,
} from './side-of.ts'
import { SideClasses, testName } from './side-classes.ts'
import { type Side, sides, type TestedParts, testedParts } from './tested-parts.ts'

/** What the policies of a unit said: which of them held, and what failed. */
export interface UnitOutcome {
  /** Ids of rules and markers, in their order in the unit. */
  readonly held: readonly string[]
  readonly errors: readonly string[]
}

/** What is on each side of the uses that a snapshot knows. */
export interface TableWorld {
  readonly models: readonly PolicyModel[]
  readonly routes: readonly PolicyRoute[]
  /** Ids; the first is null: no workflow. */
  readonly workflows: readonly (string | null)[]
  readonly purposes: readonly string[]
}

/**
 * Answers of Cedar for one unit, asked once per distinct combination of answers to the tests that its policies make.
 * Principals may come later: their answers are added when they are first met.
 */
export interface UnitTable {
  readonly unit: SealedUnit
  /** Why it is asked per request; empty: it is tabulated. */
  readonly live: readonly string[]
  /** Class of each model, route, workflow and purpose, by its place in the world. */
  readonly classes: Readonly<Record<Exclude<Side, 'principal'>, readonly number[]>>
  readonly outcomes: readonly UnitOutcome[]
  /** Combinations that are answered so far. */
  cells(): number
  principalClass(principal: Principal): number
  /** Place in `outcomes`; −1: not asked. */
  outcomeAt(
    principal: number,
    model: number,
    route: number,
    workflow: number,
    purpose: number,
  ): number
}

export interface UnitTableInput {
  readonly unit: SealedUnit
  readonly world: TableWorld
  readonly engine: CedarEngine
}

const nothingHeld: CedarAnswer = { verdict: 'deny', policies: [], errors: [] }

export function createUnitTable(input: UnitTableInput): UnitTable {
  return new Table(input)
}

class Table implements UnitTable {
  readonly unit: SealedUnit
  readonly live: readonly string[]
  readonly classes: UnitTable['classes']
  readonly outcomes: UnitOutcome[] = []
  readonly #parts: TestedParts
  /** The unit's policies and, as policies of their own, the tests that they make. */
  readonly #set: CedarPolicySet
  readonly #needed: SidesWithAttributes
  readonly #first: readonly (readonly FirstTest[])[]
  readonly #order: ReadonlyMap<string, number>
  readonly #models: SideClasses<PolicyModel>
  readonly #routes: SideClasses<PolicyRoute>
  readonly #workflows: SideClasses<string | null>
  readonly #purposes: SideClasses<string>
  readonly #principals: SideClasses<Principal>
  readonly #outcomeOf = new Map<string, number>()
  /** Per class of principals: one outcome per combination of the other classes. */
  readonly #rows: Int32Array[] = []

  constructor({ unit, world, engine }: UnitTableInput) {
    this.unit = unit
    const policies = [...unit.rules, ...unit.markers]
    this.#order = new Map(policies.map(({ id }, index) => [id, index]))
    this.#parts = testedParts(policies.map(({ policy }) => policy))
    this.#first = policies.map(({ policy }) => firstTests(policy, this.#parts))
    this.#needed = neededSides(this.#parts)
    this.#set = engine.prepare(
      cedarSchema,
      Object.fromEntries([
        ...policies.map(({ id, policy }) => [id, asForbid(policy)] as const),
        ...testPolicies(this.#parts),
      ]),
    )
    this.#models = this.#classesOf(modelSide)
    this.#routes = this.#classesOf(routeSide)
    this.#workflows = this.#classesOf(workflowSide)
    this.#purposes = this.#classesOf(purposeSide)
    this.#principals = this.#classesOf(principalSide)
    const isTabulated = this.#parts.live.length === 0
    const classify = <T>(classes: SideClasses<T>, values: readonly T[]) =>
      values.map((value) => (isTabulated ? classes.classOf(value) : 0))
    this.classes = {
      model: classify(this.#models, world.models),
      route: classify(this.#routes, world.routes),
      workflow: classify(this.#workflows, world.workflows),
      purpose: classify(this.#purposes, world.purposes),
    }
    const isTooLarge = this.#rowLength() > unitCellsMax
    this.live = isTooLarge
      ? [...this.#parts.live, `more than ${unitCellsMax} combinations of attributes`]
      : this.#parts.live
  }

  cells(): number {
    return this.#rows.length * this.#rowLength()
  }

  principalClass(principal: Principal): number {
    const found = this.#principals.classOf(principal)
    if (this.#rows[found] === undefined) this.#rows[found] = this.#fill(found)
    return found
  }

  outcomeAt(
    principal: number,
    model: number,
    route: number,
    workflow: number,
    purpose: number,
  ): number {
    const byModel = model * this.#routes.count + route
    const at = (byModel * this.#workflows.count + workflow) * this.#purposes.count + purpose
    return this.#rows[principal]?.[at] ?? -1
  }

  #classesOf<T>(side: SideOf<T>): SideClasses<T> {
    return new SideClasses(side, this.#parts, (value) =>
      this.#set.ask(this.#request({ ...emptyQuestion, ...side.part(value) })),
    )
  }

  #request(question: PolicyQuestion) {
    return cedarRequestOf(question, this.#needed)
  }

  #rowLength(): number {
    return [this.#models, this.#routes, this.#workflows, this.#purposes].reduce(
      (product, { count }) => product * Math.max(1, count),
      1,
    )
  }

  /** All combinations of the other sides with a class of principals that has just come. */
  #fill(principal: number): Int32Array {
    const row = new Int32Array(this.#rowLength())
    let at = 0
    for (let model = 0; model < this.#models.count; model += 1) {
      for (let route = 0; route < this.#routes.count; route += 1) {
        for (let workflow = 0; workflow < this.#workflows.count; workflow += 1) {
          for (let purpose = 0; purpose < this.#purposes.count; purpose += 1) {
            row[at] = this.#answer({ principal, model, route, workflow, purpose })
            at += 1
          }
        }
      }
    }
    return row
  }

  #answer(classes: Readonly<Record<Side, number>>): number {
    const answered = {
      principal: this.#principals.answersOf(classes.principal),
      model: this.#models.answersOf(classes.model),
      route: this.#routes.answersOf(classes.route),
      workflow: this.#workflows.answersOf(classes.workflow),
      purpose: this.#purposes.answersOf(classes.purpose),
    }
    // Most combinations fail at the first test of every policy, and need no question.
    if (!this.#first.some((tests) => canHold(tests, answered))) return this.#intern(nothingHeld)
    return this.#intern(
      this.#set.ask(
        this.#request({
          ...emptyQuestion,
          principal: this.#principals.representative(classes.principal),
          model: this.#models.representative(classes.model),
          route: this.#routes.representative(classes.route),
          workflow: this.#workflows.representative(classes.workflow),
          purpose: this.#purposes.representative(classes.purpose),
        }),
      ),
    )
  }

  #intern(answer: CedarAnswer): number {
    const held = answer.policies
      .filter((id) => this.#order.has(id))
      .toSorted((a, b) => (this.#order.get(a) ?? 0) - (this.#order.get(b) ?? 0))
    const errors = answer.errors
      .filter(({ policy }) => policy === null || this.#order.has(policy))
      .map(({ message }) => message)
    const key = JSON.stringify([held, errors])
    const known = this.#outcomeOf.get(key)
    if (known !== undefined) return known
    const index = this.outcomes.push({ held, errors }) - 1
    this.#outcomeOf.set(key, index)
    return index
  }
}

/** Cedar names every forbid that holds, but a permit only when no forbid does; effects are weighed when merging. */
function asForbid(policy: CedarPolicy): CedarPolicy {
  return { ...policy, effect: 'forbid' }
}

/** Entities cost time, so only those go along of which an attribute is read. */
function neededSides({ sides }: TestedParts): SidesWithAttributes {
  const isRead = (side: Side) =>
    [sides[side].reads, sides[side].mixed].some(
      (reads) => reads.attributes.size > 0 || reads.areGroupsAsked,
    )
  return { principal: isRead('principal'), model: isRead('model'), route: isRead('route') }
}

function testPolicies({ sides: tested }: TestedParts): readonly (readonly [string, CedarPolicy])[] {
  return sides.flatMap((side) =>
    tested[side].tests.map(
      (test, index) =>
        [testName(side, index), policyOf('forbid', { when: [test], annotations: {} })] as const,
    ),
  )
}
