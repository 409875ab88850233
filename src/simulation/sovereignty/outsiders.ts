import type { ElementId } from '../portfolio.ts'
import { type HomeRegion, isNotHome, sideOf } from './home-region.ts'
import {
  hasOutcome,
  optionsOf,
  peopledClasses,
  type PortfolioEvidence,
  type WorkflowEvidence,
} from './portfolio-evidence.ts'

/** Kinds of elements that an authority or a company can take away. */
const anyone = /^(?:vendor|provider|parent|jurisdiction|region|common-cause):/

export function outsidersOf(
  elements: readonly ElementId[],
  evidence: PortfolioEvidence,
  home: HomeRegion,
  kinds: RegExp = anyone,
): readonly ElementId[] {
  return elements.filter(
    (element) => kinds.test(element) && isNotHome(element, home, evidence.facts.seatsOf),
  )
}

/** Why a workflow relies on something that is not at home; null when it does not. */
export function reliance(
  evidence: PortfolioEvidence,
  known: WorkflowEvidence,
  home: HomeRegion,
): string | null {
  const { workflow } = known
  // What stops already is served by nothing and has no cut set: then it relies on all that it could have used.
  if (hasOutcome(workflow, known.before, ['stops'])) {
    const needed = outsidersOf(
      optionsOf(workflow).flatMap((one) => one.elements),
      evidence,
      home,
    )
    if (needed.length > 0) {
      return `${workflow.id} stops already, and its options need ${namesOf(needed, evidence, home)}`
    }
  }
  for (const option of servingOptions(known)) {
    const outsiders = outsidersOf(option.elements, evidence, home)
    if (outsiders.length > 0) {
      return `${workflow.id} is served by ${option.id}, which needs ${namesOf(outsiders, evidence, home)}`
    }
  }
  const classes = peopledClasses(workflow)
  const cut = known.cutSets.find(
    (one) => classes.includes(one.class) && outsidersOf(one.elements, evidence, home).length > 0,
  )
  if (cut !== undefined) {
    const words = cut.elements.length === 1 ? 'alone stops' : 'together stop'
    return `${cut.elements.join(' + ')} ${words} ${workflow.id}`
  }
  if (evidence.areCutSetsWhole) return null
  // What is not listed can only hold elements of its options.
  const own = optionsOf(workflow).flatMap((one) => one.elements)
  return outsidersOf(own, evidence, home).length === 0
    ? null
    : `${workflow.id}: there are more cut sets than can be looked through`
}

/** Options that serve it before anything is lost, for some class with people. */
export function servingOptions({ workflow, before }: WorkflowEvidence) {
  const classes = peopledClasses(workflow)
  const served = new Set(
    before.filter((one) => classes.includes(one.class)).flatMap((one) => one.servedBy),
  )
  return optionsOf(workflow).filter((option) => served.has(option.id))
}

/** What cannot be told because the model is not known, or nothing of the work is. */
export function unknownNeeds(workflows: readonly WorkflowEvidence[]): readonly string[] {
  return workflows.flatMap(({ workflow }) =>
    workflow.needs.length === 0
      ? [`${workflow.id}: nothing is known of what serves it`]
      : workflow.needs.flatMap((need) =>
          need.unknown === null ? [] : [`${workflow.id}: ${need.unknown}`],
        ),
  )
}

/** Names of elements; of those that lie nowhere known it is said. */
export function namesOf(
  elements: readonly ElementId[],
  evidence: PortfolioEvidence,
  home: HomeRegion,
): string {
  const unique = [...new Set(elements)]
  return unique
    .map((element) =>
      sideOf(element, home, evidence.facts.seatsOf) === 'unknown'
        ? `${element} (nobody says where it is)`
        : element,
    )
    .join(', ')
}
