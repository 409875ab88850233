import type { DecisionReason } from '../../schema/decision.ts'
import { EligibilityClass } from '../../schema/holdfast-config.ts'
import type { CutSet, Exposure, Outcome, WorkflowOutcome } from '../../schema/simulation.ts'
import { evaluate } from '../engine/evaluate.ts'
import { findCutSets, type HeldState } from '../engine/find-cut-sets.ts'
import { measureExposure } from '../engine/measure-exposure.ts'
import { simulateAll } from '../engine/simulate-all.ts'
import { simulationLimits } from '../limits.ts'
import type { ElementId, Option, Portfolio, PortfolioWorkflow } from '../portfolio.ts'
import { europeanHome, type HomeRegion, isNotHome, type SeatsOf } from './home-region.ts'
import { sovereigntyLimits } from './limits.ts'

/** What catalogue and directives know and the answers need. */
export interface SovereigntyFacts {
  readonly seatsOf: SeatsOf
  /** Null: nobody says. */
  readonly weightsOf: (model: string) => 'open' | 'closed' | 'held' | null
  readonly licenceOf: (model: string) => string | null
  /** Jurisdiction of the authority that issued a directive; null: unknown. */
  readonly issuerOf: (directive: string) => string | null
}

/** One thing lost, and what becomes of one workflow for one class: worse than before. */
interface SingleLoss {
  readonly element: ElementId
  readonly class: EligibilityClass
  readonly outcome: Outcome
}

/** What a directive says of an option of a workflow before anything is lost. */
interface Denial {
  readonly class: EligibilityClass
  readonly option: string
  readonly reason: DecisionReason
}

/** What is known of one workflow; all of it is simulated once and read by every rule. */
export interface WorkflowEvidence {
  readonly workflow: PortfolioWorkflow
  /** Directives in force included, nothing lost. */
  readonly before: readonly WorkflowOutcome[]
  readonly losses: readonly SingleLoss[]
  /** When everything that is not at home is lost at once, by anchor. */
  readonly withoutAbroad: ReadonlyMap<string, readonly WorkflowOutcome[]>
  readonly cutSets: readonly CutSet[]
  readonly denials: readonly Denial[]
}

export interface PortfolioEvidence {
  readonly portfolio: Portfolio
  readonly facts: SovereigntyFacts
  readonly workflows: ReadonlyMap<string, WorkflowEvidence>
  readonly depth: number
  /** False: there are more cut sets than were listed, so none can be ruled out. */
  readonly areCutSetsWhole: boolean
  /** False: there are more outcomes than were listed. */
  readonly areLossesWhole: boolean
  readonly exposure: Exposure
}

/** Simulates what the rules ask for. `homes` are the anchors that will be asked about. */
export function gatherEvidence(
  portfolio: Portfolio,
  held: HeldState,
  facts: SovereigntyFacts,
  homes: readonly HomeRegion[] = [europeanHome],
): PortfolioEvidence {
  const nothingLost = { elements: [], ...held }
  const before = byWorkflow(evaluate(portfolio, nothingLost, nothingLost).outcomes)
  const all = simulateAll(portfolio, { depth: 1, ...held })
  const losses = byWorkflow(
    all.contingencies.flatMap(({ contingency, outcomes }) =>
      outcomes.map((one) => ({ ...one, element: contingency[0] ?? '' })),
    ),
  )
  const cutSets = findCutSets(portfolio, { depth: sovereigntyLimits.depth, ...held })
  const cutsOf = byWorkflow(cutSets)
  const used = usedElements(portfolio)
  const withoutAbroad = homes.map(({ anchor, codes }) => {
    const elements = used.filter((one) => isNotHome(one, { anchor, codes }, facts.seatsOf))
    return [
      anchor,
      byWorkflow(evaluate(portfolio, { elements, ...held }, nothingLost).outcomes),
    ] as const
  })
  return {
    portfolio,
    facts,
    workflows: new Map(
      portfolio.workflows.map((workflow) => [
        workflow.id,
        {
          workflow,
          before: before.get(workflow.id) ?? [],
          losses: losses.get(workflow.id) ?? [],
          withoutAbroad: new Map(
            withoutAbroad.map(([anchor, outcomes]) => [anchor, outcomes.get(workflow.id) ?? []]),
          ),
          cutSets: cutsOf.get(workflow.id) ?? [],
          denials: denialsOf(workflow, held),
        },
      ]),
    ),
    depth: sovereigntyLimits.depth,
    areCutSetsWhole: isWhole(portfolio, cutSets),
    areLossesWhole: all.omitted.outcomes === 0,
    exposure: measureExposure(portfolio, held),
  }
}

function byWorkflow<T extends { readonly workflow: string }>(
  rows: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(rows, (one) => one.workflow)
}

function denialsOf(workflow: PortfolioWorkflow, { permission }: HeldState): readonly Denial[] {
  if (permission === undefined) return []
  return optionsOf(workflow)
    .filter((option) => option.kind === 'model')
    .flatMap((option) =>
      EligibilityClass.options.flatMap((one) => {
        const reason = permission(workflow, option, one)
        return reason === null || reason.directive === null
          ? []
          : [{ class: one, option: option.id, reason }]
      }),
    )
}

/**
 * The larger cut sets are left out as soon as all together are too many. When pairs are listed none was left out;
 * when none is, there could be none, or not enough to be too many.
 */
function isWhole(portfolio: Portfolio, cutSets: readonly CutSet[]): boolean {
  if (cutSets.length >= simulationLimits.cutSetsMax) return false
  if (cutSets.some((one) => one.elements.length > 1)) return true
  let pairsAtMost = 0
  for (const workflow of portfolio.workflows) {
    const elements = new Set(optionsOf(workflow).flatMap((one) => one.elements)).size
    pairsAtMost += (EligibilityClass.options.length * elements * (elements - 1)) / 2
  }
  return cutSets.length + pairsAtMost < simulationLimits.cutSetsMax
}

/** Elements of options that are not excluded, and the common causes that are declared. */
function usedElements(portfolio: Portfolio): readonly ElementId[] {
  const used = new Set<ElementId>()
  for (const workflow of portfolio.workflows) {
    for (const option of optionsOf(workflow)) {
      for (const element of option.elements) used.add(element)
    }
  }
  for (const { id } of portfolio.elements) if (id.startsWith('common-cause:')) used.add(id)
  return [...used]
}

export function optionsOf(workflow: PortfolioWorkflow): readonly Option[] {
  return workflow.needs.flatMap((need) => need.options.filter((one) => one.excluded === null))
}

/** Classes that the work is done for: those with people, or all where nobody said how many there are. */
export function peopledClasses(workflow: PortfolioWorkflow): readonly EligibilityClass[] {
  const { headcount } = workflow
  if (headcount === null) return EligibilityClass.options
  const peopled = EligibilityClass.options.filter((one) => headcount[one] > 0)
  return peopled.length === 0 ? EligibilityClass.options : peopled
}

/** Whether a class has any of the given outcomes, for a class with people. */
export function hasOutcome(
  workflow: PortfolioWorkflow,
  rows: readonly { readonly class: EligibilityClass; readonly outcome: Outcome }[],
  outcomes: readonly Outcome[],
): boolean {
  const classes = peopledClasses(workflow)
  return rows.some((one) => classes.includes(one.class) && outcomes.includes(one.outcome))
}
