import type { Permission } from '../../src/simulation/contingency.ts'
import type { CandidateAction } from '../../src/simulation/index.ts'
import {
  criticalityWeights,
  type ElementId,
  type Portfolio,
  type PortfolioWorkflow,
} from '../../src/simulation/portfolio.ts'
import {
  allElements,
  bruteForceOutcomes,
  classes,
  type OracleContingency,
  subsetsOf,
} from './brute-force.ts'
import type { RandomRemedyCase } from './random-remedies.ts'

/** The cheapest set of actions after which the target holds: all sets are tried. Null: none does. */
export function bruteForceRemedy(remedyCase: RandomRemedyCase): {
  readonly cost: number
  readonly actions: number
} | null {
  const { actions } = remedyCase
  const plans: { readonly chosen: readonly CandidateAction[]; readonly cost: number }[] = []
  for (let mask = 0; mask < 2 ** actions.length; mask += 1) {
    const chosen = actions.filter((_, index) => (mask & (1 << index)) !== 0)
    plans.push({ chosen, cost: chosen.reduce((sum, { cost }) => sum + cost, 0) })
  }
  // Cheapest first, so that the first that holds is the optimum; sums of decimals are compared with care.
  plans.sort((one, other) => {
    const difference = one.cost - other.cost
    return Math.abs(difference) > 1e-9 ? difference : one.chosen.length - other.chosen.length
  })
  const best = plans.find(({ chosen }) => targetHolds(remedyCase, chosen))
  return best === undefined ? null : { cost: best.cost, actions: best.chosen.length }
}

/** The most criticality-weighted work for which the target can be made to hold with so much, and the least it costs. */
export function bruteForceBudget(
  remedyCase: RandomRemedyCase,
  budget: number,
): { readonly weight: number; readonly cost: number } {
  const { actions } = remedyCase
  let best = { weight: -1, cost: Infinity }
  for (let mask = 0; mask < 2 ** actions.length; mask += 1) {
    const chosen = actions.filter((_, index) => (mask & (1 << index)) !== 0)
    const cost = chosen.reduce((sum, one) => sum + one.cost, 0)
    if (cost > budget + 1e-9) continue
    const weight = securedWeight(remedyCase, chosen)
    if (weight > best.weight || (weight === best.weight && cost < best.cost - 1e-9)) {
      best = { weight, cost }
    }
  }
  return best
}

/** Weight of the work that the target means and for which it holds. */
export function securedWeight(
  remedyCase: RandomRemedyCase,
  chosen: readonly CandidateAction[],
): number {
  const { portfolio, targeted } = remedyCase
  const exposed = exposedWorkflows(remedyCase, chosen)
  return portfolio.workflows
    .filter((workflow) => isMeant(workflow, targeted.target) && !exposed.has(workflow.id))
    .reduce((sum, { criticality }) => sum + criticalityWeights[criticality ?? 'supporting'], 0)
}

/** Whether no workflow of the target comes to the word, or to a worse one, for people that still belong to it. */
export function targetHolds(
  remedyCase: RandomRemedyCase,
  chosen: readonly CandidateAction[],
): boolean {
  return exposedWorkflows(remedyCase, chosen).size === 0
}

function exposedWorkflows(
  remedyCase: RandomRemedyCase,
  chosen: readonly CandidateAction[],
): ReadonlySet<string> {
  const { target, front } = remedyCase.targeted
  const after = carriedOut(remedyCase.portfolio, chosen)
  const ids = allElements(after)
  const permission = permissionWith(remedyCase, chosen)
  const lostSets: readonly (readonly ElementId[])[] =
    front.kind === 'contingency'
      ? [front.contingency.elements]
      : [[], ...subsetsOf(ids, 1), ...(front.depth === 2 ? subsetsOf(ids, 2) : [])]
  const exposed = new Set<string>()
  for (const elements of lostSets) {
    const permissionBefore =
      front.kind === 'any' ? permission : (front.before.permission ?? permission)
    const contingency: OracleContingency = { elements, permission, permissionBefore }
    const lost = closure(after, elements)
    for (const row of bruteForceOutcomes(after, contingency, true)) {
      const workflow = after.workflows.find(({ id }) => id === row.workflow)
      if (workflow === undefined || !isMeant(workflow, target)) continue
      if (!belongsSomebody(workflow, row.class) || lost.has(`class:${row.class}`)) continue
      if (row.outcome === 'stops' || (target.word !== 'stops' && row.outcome === 'at-risk')) {
        exposed.add(workflow.id)
      }
    }
  }
  return exposed
}

function isMeant(
  { id, criticality }: PortfolioWorkflow,
  target: RandomRemedyCase['targeted']['target'],
): boolean {
  if (target.workflow !== null && target.workflow !== id) return false
  return target.criticality === 'any' || target.criticality === (criticality ?? 'supporting')
}

function belongsSomebody(
  { headcount }: PortfolioWorkflow,
  eligibilityClass: (typeof classes)[number],
): boolean {
  if (headcount === null || classes.every((one) => headcount[one] === 0)) return true
  return headcount[eligibilityClass] > 0
}

function closure(portfolio: Portfolio, elements: readonly ElementId[]): ReadonlySet<ElementId> {
  const lost = new Set(elements)
  for (let round = 0; round <= portfolio.elements.length; round += 1) {
    for (const { id, takes } of portfolio.elements) {
      if (lost.has(id)) for (const taken of takes) lost.add(taken)
    }
  }
  return lost
}

/** What the portfolio looks like afterwards; a new option that nobody has qualified does not exist. */
function carriedOut(portfolio: Portfolio, chosen: readonly CandidateAction[]): Portfolio {
  return {
    ...portfolio,
    capacities: portfolio.capacities.filter(
      ({ route }) => !chosen.some(({ widens }) => widens === route),
    ),
    workflows: portfolio.workflows.map((workflow) => ({
      ...workflow,
      needs: workflow.needs.map((need) => {
        const here = { workflow: workflow.id, need: need.id }
        const added = chosen
          .flatMap(({ brings }) => brings)
          .filter((one) => one.workflow === here.workflow && one.need === here.need)
          .map(({ option }) => option)
        const options = [...need.options, ...added].map((option) => {
          const isQualified = chosen
            .flatMap(({ qualifies }) => qualifies)
            .some(
              (one) =>
                one.workflow === here.workflow &&
                one.need === here.need &&
                one.option === option.id,
            )
          return isQualified && option.evidence === 'unqualified'
            ? { ...option, evidence: 'qualified' as const }
            : option
        })
        return {
          ...need,
          options: options.filter(
            (option, index) => index < need.options.length || option.evidence !== 'unqualified',
          ),
        }
      }),
    })),
  }
}

function permissionWith(
  { permission, authorised }: RandomRemedyCase,
  chosen: readonly CandidateAction[],
): Permission {
  return (workflow, option, eligibilityClass) => {
    const isAuthorised = chosen.some(({ authorises }) => authorises?.model === option.model)
    return isAuthorised
      ? authorised(workflow, option, eligibilityClass)
      : permission(workflow, option, eligibilityClass)
  }
}
