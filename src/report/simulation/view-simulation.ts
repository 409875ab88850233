import { EligibilityClass } from '../../schema/holdfast-config.ts'
import type {
  CutSet,
  Outcome,
  OutcomeReason,
  PostContingency,
  Simulation,
  SimulationWorkflow,
  WorkflowOutcome,
} from '../../schema/simulation.ts'
import { criticalityRank, outcomeRank } from './outcome-words.ts'

/** Classes of people for whom one workflow fares alike, for the same reasons. */
export interface OutcomeGroup {
  readonly workflow: string
  readonly outcome: Outcome
  readonly before: Outcome
  readonly classes: readonly { readonly class: EligibilityClass; readonly people: number | null }[]
  /** True when it holds for every class there is. */
  readonly isForAll: boolean
  readonly servedBy: readonly string[]
  readonly ruleAlone: Outcome | null
  readonly reasons: readonly OutcomeReason[]
}

/** People of one class for whom work stops. Null: nobody said how many. */
export interface AffectedClass {
  readonly class: EligibilityClass
  readonly workflows: number
  readonly people: number | null
  readonly groups: readonly { readonly id: string; readonly people: number | null }[]
}

export interface ContingencyView {
  readonly title: string
  readonly contingency: PostContingency
  /** What is new or worse, the worst first. */
  readonly changes: readonly OutcomeGroup[]
  /** Workflows by the worst that happens to them. */
  readonly workflowsBy: Readonly<Record<Outcome, number>>
  readonly affected: readonly AffectedClass[]
}

export interface SimulationView {
  readonly simulation: Simulation
  /** By criticality, then as given. */
  readonly workflows: readonly SimulationWorkflow[]
  readonly workflowOf: (id: string) => SimulationWorkflow | undefined
  /** What is not as it should be although nothing is lost. */
  readonly before: readonly OutcomeGroup[]
  /** The worst first; those without impact last. */
  readonly contingencies: readonly ContingencyView[]
}

/** What all formats show of a simulation, in the order in which they show it. */
export function viewSimulation(simulation: Simulation): SimulationView {
  const byId = new Map(simulation.workflows.map((one) => [one.id, one]))
  const workflows = simulation.workflows.toSorted(
    (a, b) => criticalityRank(a.criticality) - criticalityRank(b.criticality),
  )
  const place = new Map(workflows.map((one, index) => [one.id, index]))
  const order = (id: string): number => place.get(id) ?? workflows.length
  const before = new Map(
    simulation.preContingency.outcomes.map((one) => [`${one.class} ${one.workflow}`, one.outcome]),
  )
  const beforeOf = (one: WorkflowOutcome): Outcome =>
    before.get(`${one.class} ${one.workflow}`) ?? 'unaffected'
  const contingencies = simulation.postContingency.map((contingency): ContingencyView => {
    const worse = contingency.outcomes.filter(
      (one) => outcomeRank(one.outcome) > outcomeRank(beforeOf(one)),
    )
    const changes = groupOutcomes(worse, beforeOf, order)
    return {
      title: contingency.contingency.join(' + '),
      contingency,
      changes,
      workflowsBy: countWorkflows(changes),
      affected: affectedClasses(worse, byId),
    }
  })
  return {
    simulation,
    workflows,
    workflowOf: (id) => byId.get(id),
    before: groupOutcomes(
      simulation.preContingency.outcomes.filter((one) => one.outcome !== 'unaffected'),
      () => 'unaffected',
      order,
    ),
    contingencies: worstFirst(contingencies, byId),
  }
}

function groupOutcomes(
  outcomes: readonly WorkflowOutcome[],
  beforeOf: (one: WorkflowOutcome) => Outcome,
  order: (workflow: string) => number,
): readonly OutcomeGroup[] {
  const groups = Map.groupBy(outcomes, (one) =>
    JSON.stringify([
      one.workflow,
      one.outcome,
      beforeOf(one),
      one.servedBy,
      one.ruleAlone,
      one.reasons,
    ]),
  )
  return [...groups.values()]
    .flatMap((members): OutcomeGroup[] => {
      const [first] = members
      if (first === undefined) return []
      return [
        {
          workflow: first.workflow,
          outcome: first.outcome,
          before: beforeOf(first),
          classes: members.map((one) => ({ class: one.class, people: one.people })),
          isForAll: members.length === EligibilityClass.options.length,
          servedBy: first.servedBy,
          ruleAlone: first.ruleAlone,
          reasons: first.reasons,
        },
      ]
    })
    .toSorted(
      (a, b) =>
        outcomeRank(b.outcome) - outcomeRank(a.outcome) || order(a.workflow) - order(b.workflow),
    )
}

function countWorkflows(changes: readonly OutcomeGroup[]): Readonly<Record<Outcome, number>> {
  const worst = new Map<string, Outcome>()
  // The worst come first.
  for (const { workflow, outcome } of changes) {
    if (!worst.has(workflow)) worst.set(workflow, outcome)
  }
  const counts = { unaffected: 0, 'fails-over': 0, degraded: 0, 'at-risk': 0, stops: 0 }
  for (const outcome of worst.values()) counts[outcome] += 1
  return counts
}

/**
 * Whose work stops. A group that several workflows are done for counts once; where a workflow names no group, the
 * largest of the numbers that are known.
 */
function affectedClasses(
  outcomes: readonly WorkflowOutcome[],
  byId: ReadonlyMap<string, SimulationWorkflow>,
): readonly AffectedClass[] {
  const stopped = Map.groupBy(
    outcomes.filter((one) => one.outcome === 'stops'),
    (one) => one.class,
  )
  const affected = [...stopped].map(([eligibilityClass, members]) => {
    const groups = new Map<string, number | null>()
    let ungrouped: number | null = null
    for (const one of members) {
      const own = byId.get(one.workflow)?.groups ?? []
      for (const group of own) {
        groups.set(group.id, group.people === null ? null : (group.people[eligibilityClass] ?? 0))
      }
      if (own.length === 0 && one.people !== null) ungrouped = Math.max(ungrouped ?? 0, one.people)
    }
    const known = [...groups.values()].filter((people) => people !== null)
    const grouped = known.length === 0 ? null : known.reduce((sum, people) => sum + people, 0)
    return {
      class: eligibilityClass,
      workflows: new Set(members.map((one) => one.workflow)).size,
      people:
        grouped === null && ungrouped === null ? null : Math.max(grouped ?? 0, ungrouped ?? 0),
      groups: [...groups]
        .map(([id, people]) => ({ id, people }))
        .filter((group) => group.people !== 0),
    }
  })
  // A class that is known to be empty is told of nobody.
  return affected.filter((one) => one.people !== 0)
}

function worstFirst(
  contingencies: readonly ContingencyView[],
  byId: ReadonlyMap<string, SimulationWorkflow>,
): readonly ContingencyView[] {
  const damage = new Map(contingencies.map((one) => [one, damageOf(one, byId)]))
  const compare = (a: ContingencyView, b: ContingencyView): number => {
    const left = damage.get(a) ?? []
    const right = damage.get(b) ?? []
    const at = left.findIndex((number, index) => number !== right[index])
    if (at !== -1) return (right[at] ?? 0) - (left[at] ?? 0)
    return a.contingency.contingency.length - b.contingency.contingency.length
  }
  return contingencies.toSorted(compare)
}

/** Classes of workflows that stop, critical ones first; then those at risk, degraded and moved. */
function damageOf(
  view: ContingencyView,
  byId: ReadonlyMap<string, SimulationWorkflow>,
): readonly number[] {
  const damage: number[] = Array.from({ length: 16 }, () => 0)
  for (const change of view.changes) {
    const criticality = criticalityRank(byId.get(change.workflow)?.criticality ?? null)
    const slot = (4 - outcomeRank(change.outcome)) * 4 + criticality
    damage[slot] = (damage[slot] ?? 0) + change.classes.length
  }
  return damage
}

/** The same elements may stop a workflow for several classes: one row each. */
export interface CutSetRow {
  readonly workflow: string
  readonly elements: readonly string[]
  readonly classes: readonly EligibilityClass[]
}

/** Small sets first, then by workflow as given. */
export function cutSetRows(view: SimulationView): readonly CutSetRow[] {
  return joinCutSets(view.simulation.cutSets).toSorted((a, b) => {
    const workflow = (row: CutSetRow): number =>
      criticalityRank(view.workflowOf(row.workflow)?.criticality ?? null)
    return a.elements.length - b.elements.length || workflow(a) - workflow(b)
  })
}

function joinCutSets(sets: readonly CutSet[]): readonly CutSetRow[] {
  const groups = Map.groupBy(sets, (one) => JSON.stringify([one.workflow, one.elements]))
  return [...groups.values()].flatMap((members) => {
    const [first] = members
    if (first === undefined) return []
    return [
      {
        workflow: first.workflow,
        elements: first.elements,
        classes: members.map((one) => one.class),
      },
    ]
  })
}
