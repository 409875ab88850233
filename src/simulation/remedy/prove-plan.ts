import type { EligibilityClass } from '../../schema/holdfast-config.ts'
import { baselineOf, judgeContingency } from '../engine/evaluate.ts'
import { atRisk, classCount, classes, stops } from '../engine/outcome-words.ts'
import type { Contingency } from '../contingency.ts'
import { findCutSets } from '../engine/find-cut-sets.ts'
import type { ElementId, Portfolio, PortfolioWorkflow } from '../portfolio.ts'
import { applyRemedies, permissionAfter } from './apply-remedies.ts'
import type { CandidateAction } from './candidate-action.ts'
import { concernedClasses, isTargeted, takersOfClass, type TargetedFront } from './demands.ts'
import { type ElementIndex, indexElements } from './element-index.ts'
import { type Front, lostIn } from './front.ts'
import { remedyLimits } from './limits.ts'

/** What still stops, as the engine says, once a plan is carried out. */
export interface Violation {
  readonly workflow: string
  readonly class: EligibilityClass
  /** Empty: with nothing lost. */
  readonly elements: readonly ElementId[]
  readonly front: Front
  /** Everything that is lost, withdrawn models among them. */
  readonly lost: readonly ElementId[]
}

export interface Proof {
  readonly contingencies: number
  /** Minimal ones. */
  readonly violations: readonly Violation[]
  /** Pairs that were not simulated one by one; they are covered by cut sets, but not for shared capacity. */
  readonly unsimulated: number
}

/** Simulates the portfolio with the actions done, over everything that the targets speak of. */
export function provePlan(
  portfolio: Portfolio,
  actions: readonly CandidateAction[],
  targets: readonly TargetedFront[],
): Proof {
  const after = concerned(applyRemedies(portfolio, actions), targets)
  const elements = indexElements(after)
  const parts = targets.map(({ target, front }) =>
    proveFront(after, { target, front: frontAfter(front, actions) }, elements),
  )
  return {
    contingencies: parts.reduce((total, part) => total + part.contingencies, 0),
    unsimulated: parts.reduce((total, part) => total + part.unsimulated, 0),
    violations: parts.flatMap(({ violations }) => violations),
  }
}

/** Where nothing is shared, work that no target means has no say. */
function concerned(portfolio: Portfolio, targets: readonly TargetedFront[]): Portfolio {
  if (portfolio.capacities.length > 0) return portfolio
  const workflows = portfolio.workflows.filter((one) =>
    targets.some(({ target }) => isTargeted(target, one)),
  )
  return { ...portfolio, workflows }
}

function frontAfter(front: Front, actions: readonly CandidateAction[]): Front {
  function after(contingency: Contingency): Contingency {
    const { permission, ...rest } = contingency
    const held = permissionAfter(permission, front.authorised, actions)
    return held === undefined ? rest : { ...rest, permission: held }
  }
  return front.kind === 'any'
    ? { ...front, before: after(front.before) }
    : { ...front, before: after(front.before), contingency: after(front.contingency) }
}

function proveFront(
  portfolio: Portfolio,
  { target, front }: TargetedFront,
  elements: ElementIndex,
): Proof {
  const named = portfolio.workflows.filter((workflow) => isTargeted(target, workflow))
  const judge = judgeOf(portfolio, { target, front }, elements)
  if (front.kind === 'contingency') {
    const { contingency } = front
    const violations = judge(contingency, contingency.elements, lostIn(contingency))
    return { contingencies: 1, violations, unsimulated: 0 }
  }
  const { ids } = elements
  const pairs = front.depth === 2 ? (ids.length * (ids.length - 1)) / 2 : 0
  const contingencies = ids.length + pairs
  const found = new Map<string, Violation>()
  function note(violations: readonly Violation[]): void {
    for (const one of violations) {
      found.set(`${one.workflow}\n${one.class}\n${one.elements.join()}`, one)
    }
  }
  if (target.word === 'stops') note(cutSetsOf(portfolio, front, front.depth, named, elements))
  const { simulated, unsimulated } = oneByOne(
    portfolio,
    front.depth,
    target.word === 'at-risk',
    ids,
  )
  const { withdrawn = [], ...before } = front.before
  for (const set of simulated) {
    const lost = [...set, ...withdrawn]
    note(judge({ ...before, elements: lost }, set, lost))
  }
  return { contingencies, violations: minimal([...found.values()]), unsimulated }
}

/** Cut sets cover every contingency at once, apart from shared capacity. */
function cutSetsOf(
  portfolio: Portfolio,
  front: Front,
  depth: 1 | 2,
  named: readonly PortfolioWorkflow[],
  elements: ElementIndex,
): readonly Violation[] {
  const { permission, withdrawn } = front.before
  const held = {
    ...(permission === undefined ? {} : { permission }),
    ...(withdrawn === undefined ? {} : { withdrawn }),
  }
  const concerned = new Map(named.map((one) => [one.id, concernedClasses(one)]))
  return findCutSets(portfolio, { depth, ...held })
    .filter(
      (set) =>
        concerned.get(set.workflow)?.includes(set.class) === true &&
        !takesClass(set.elements, set.class, elements),
    )
    .map((set) => ({ ...set, front, lost: [...set.elements, ...(withdrawn ?? [])] }))
}

/** The loss of a class is no stop for that class: no remedy of ours gives people back their access. */
function takesClass(
  lost: readonly ElementId[],
  eligibilityClass: EligibilityClass,
  elements: ElementIndex,
): boolean {
  const takers = takersOfClass(elements, eligibilityClass)
  return lost.some(
    (id) => id === `class:${eligibilityClass}` || takers.has(elements.numberOf.get(id) ?? -1),
  )
}

/** Contingencies to go through singly: nothing lost, and all of them where cut sets do not say everything. */
function oneByOne(
  portfolio: Portfolio,
  depth: 1 | 2,
  isWordUncovered: boolean,
  ids: readonly ElementId[],
): { readonly simulated: readonly (readonly ElementId[])[]; readonly unsimulated: number } {
  const singles = ids.map((id) => [id])
  if (!isWordUncovered && portfolio.capacities.length === 0)
    return { simulated: [[]], unsimulated: 0 }
  if (depth === 1) return { simulated: [[], ...singles], unsimulated: 0 }
  const simulated: (readonly ElementId[])[] = [[], ...singles]
  let unsimulated = 0
  for (const [index, one] of ids.entries()) {
    for (const other of ids.slice(index + 1)) {
      if (simulated.length < remedyLimits.contingenciesMax) simulated.push([one, other])
      else unsimulated += 1
    }
  }
  return { simulated, unsimulated }
}

/** Asks the engine for the words of all work that the target names. */
function judgeOf(
  portfolio: Portfolio,
  { target, front }: TargetedFront,
  elements: ElementIndex,
): (
  contingency: Contingency,
  named: readonly ElementId[],
  lost: readonly ElementId[],
) => readonly Violation[] {
  const baseline = baselineOf(portfolio, front.before)
  const worst = target.word === 'stops' ? stops : atRisk
  return (contingency, named, lost) => {
    const { words } = judgeContingency(baseline, contingency).judgement
    const violations: Violation[] = []
    for (const [number, workflow] of portfolio.workflows.entries()) {
      if (!isTargeted(target, workflow)) continue
      const concerned = concernedClasses(workflow)
      for (const [one, name] of classes.entries()) {
        if ((words[number * classCount + one] ?? 0) < worst || !concerned.includes(name)) continue
        if (takesClass(named, name, elements)) continue
        violations.push({ workflow: workflow.id, class: name, elements: named, front, lost })
      }
    }
    return violations
  }
}

function minimal(violations: readonly Violation[]): readonly Violation[] {
  const bySize = violations.toSorted((one, other) => one.elements.length - other.elements.length)
  const kept = new Map<string, Violation[]>()
  for (const one of bySize) {
    const key = `${one.workflow}\n${one.class}`
    const own = kept.get(key) ?? []
    kept.set(key, own)
    if (own.some((other) => other.elements.every((id) => one.elements.includes(id)))) continue
    own.push(one)
  }
  return [...kept.values()].flat()
}
