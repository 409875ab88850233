import type { EligibilityClass } from '../schema/holdfast-config.ts'
import {
  type CutSet,
  type Exposure,
  Outcome,
  type PostContingency,
  type RemedyPlan,
  type Simulation,
  type SimulationWorkflow,
  type WorkflowOutcome,
} from '../schema/simulation.ts'
import type { Portfolio, PortfolioWorkflow } from './portfolio.ts'

/** What the engine found, with what it was made from. */
export interface SimulationParts {
  readonly version: string
  readonly organisation: string
  readonly at: string
  readonly inputs: Simulation['inputs']
  readonly notices: readonly string[]
  readonly portfolio: Portfolio
  /** Classes that the answer is for; empty: all. */
  readonly classes: readonly EligibilityClass[]
  readonly before: readonly WorkflowOutcome[]
  readonly after: readonly PostContingency[]
  readonly cutSets: readonly CutSet[]
  readonly exposure: Exposure
  readonly remedialActions?: readonly RemedyPlan[]
}

/** The answer of `holdfast simulate`: engine results in the published form, in an order that never changes. */
export function assembleSimulation(parts: SimulationParts): Simulation {
  const isWanted = ({ class: name }: { readonly class: EligibilityClass }) =>
    parts.classes.length === 0 || parts.classes.includes(name)
  return {
    schemaVersion: 1,
    tool: { name: 'holdfast', version: parts.version },
    organisation: parts.organisation,
    at: parts.at,
    inputs: parts.inputs,
    notices: [...new Set(parts.notices)],
    workflows: parts.portfolio.workflows.map(workflowRow),
    preContingency: { outcomes: parts.before.filter(isWanted) },
    postContingency: parts.after.map((one) => ({
      ...one,
      outcomes: one.outcomes.filter(isWanted),
    })),
    remedialActions: [...(parts.remedialActions ?? [])],
    cutSets: parts.cutSets.filter(isWanted),
    exposure: parts.exposure,
  }
}

function workflowRow(workflow: PortfolioWorkflow): SimulationWorkflow {
  const { id, task, source, criticality, owner, mtpdMs, rtoMs, minStaff } = workflow
  return {
    id,
    task,
    source,
    criticality,
    owner,
    mtpdMs,
    rtoMs,
    minStaff,
    people: workflow.headcount,
    groups: workflow.groups.map((group) => ({ id: group.id, people: group.headcount })),
    options: workflow.needs.flatMap((need) =>
      need.options.map((option) => ({
        need: need.id,
        id: option.id,
        kind: option.kind,
        evidence: option.evidence,
        rtoMs: option.rtoMs,
        elements: [...option.elements],
        excluded: option.excluded,
      })),
    ),
  }
}

/** Below this a count could point at a person. */
const smallestCount = 5

/**
 * For everybody but counsel: counts of one to four people become unknown, and so do sums and words that would give
 * them away. Nobody is still nobody.
 */
export function withoutSmallCounts(simulation: Simulation): Simulation {
  const hidden = withoutCountsInReasons(simulation)
  const isAnySmall = hidden.workflows.some(({ people }) =>
    Object.values(people ?? {}).some((count) => isSmall(count)),
  )
  return {
    ...withOutcomes(hidden, (row) => ({ ...row, people: shownCount(row.people) })),
    workflows: hidden.workflows.map((workflow) => ({
      ...workflow,
      people: shownCounts(workflow.people),
      ...(workflow.groups === undefined
        ? {}
        : {
            groups: workflow.groups.map((group) => ({
              ...group,
              people: shownCounts(group.people),
            })),
          }),
    })),
    exposure: {
      ...hidden.exposure,
      elements: hidden.exposure.elements.map((element) => ({
        ...element,
        peopleStopped: isAnySmall ? null : element.peopleStopped,
      })),
    },
  }
}

/** How many may still work tells how many may not. */
export function withoutCountsInReasons(simulation: Simulation): Simulation {
  return withOutcomes(simulation, (row) => ({
    ...row,
    reasons: row.reasons.map((reason) =>
      reason.code === 'below-min-staff'
        ? { ...reason, text: reason.text.replace(/^\d+ people/, 'too few people') }
        : reason,
    ),
  }))
}

function withOutcomes(
  simulation: Simulation,
  change: (row: WorkflowOutcome) => WorkflowOutcome,
): Simulation {
  return {
    ...simulation,
    preContingency: { outcomes: simulation.preContingency.outcomes.map(change) },
    postContingency: simulation.postContingency.map((one) => ({
      ...one,
      outcomes: one.outcomes.map(change),
    })),
  }
}

function isSmall(count: number): boolean {
  return count > 0 && count < smallestCount
}

function shownCount(count: number | null): number | null {
  return count === null || isSmall(count) ? null : count
}

function shownCounts(counts: SimulationWorkflow['people']): SimulationWorkflow['people'] {
  if (counts === null) return null
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => !isSmall(count)))
}

/** Rows that are new or worse than what held before, for sweeps over many contingencies. */
export function onlyWorse(
  rows: readonly WorkflowOutcome[],
  before: readonly WorkflowOutcome[],
): readonly WorkflowOutcome[] {
  const words = new Map(before.map((one) => [`${one.workflow}\n${one.class}`, one.outcome]))
  const rank = (word: Outcome) => Outcome.options.indexOf(word)
  return rows.filter(
    (one) => rank(one.outcome) > rank(words.get(`${one.workflow}\n${one.class}`) ?? 'unaffected'),
  )
}
