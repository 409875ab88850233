import { classes } from '../engine/outcome-words.ts'
import type { ElementId, Option, Portfolio } from '../portfolio.ts'
import type { CandidateAction, OptionPlace } from './candidate-action.ts'
import { type Front, lostIn } from './front.ts'
import type { Refutation } from './linear-program.ts'

/** A word that the engine found too bad although every row is satisfied. */
export interface Refuted {
  readonly workflow: string
  readonly front: Front
  /** Everything that is lost then. */
  readonly lost: readonly ElementId[]
}

/**
 * What a plan that the engine refutes teaches. Shared capacity is dealt out among workflows, so the word of one
 * depends on all that meet it on a limited route, directly or over others, and on their options that are left.
 * Actions that bear on none of these change nothing: another plan must choose differently among those that do.
 */
export function refutationOf(
  refuted: Refuted,
  portfolio: Portfolio,
  actions: readonly CandidateAction[],
  held: ReadonlySet<number>,
): Refutation {
  const isGone = goneUnder(refuted, portfolio)
  const together = workflowsTogether(refuted.workflow, portfolio, actions, isGone)
  const matters = placesThatMatter(refuted.front, portfolio, actions, together, isGone)
  const relevant = [...actions.keys()].filter((number) => {
    const { brings = [], qualifies = [], authorises, widens } = actions[number] ?? {}
    return (
      (authorises ?? null) !== null ||
      (widens ?? null) !== null ||
      brings.some(({ workflow, need, option }) => matters({ workflow, need, option: option.id })) ||
      qualifies.some(matters)
    )
  })
  return {
    workflow: refuted.workflow,
    held: relevant.filter((number) => held.has(number)),
    left: relevant.filter((number) => !held.has(number)),
  }
}

function goneUnder({ lost }: Refuted, { elements }: Portfolio): (option: Option) => boolean {
  const takes = new Map(elements.map((one) => [one.id, one.takes]))
  const gone = new Set(lost)
  for (const one of gone) for (const taken of takes.get(one) ?? []) gone.add(taken)
  return (option) => option.elements.some((element) => gone.has(element))
}

/** The workflow and all that meet it on routes with a capacity, over options that are left. */
function workflowsTogether(
  workflow: string,
  portfolio: Portfolio,
  actions: readonly CandidateAction[],
  isGone: (option: Option) => boolean,
): ReadonlySet<string> {
  const limited = new Set(portfolio.capacities.map(({ route }) => route))
  const routesOf = new Map<string, Set<string>>()
  const usersOf = new Map<string, Set<string>>()
  function note(id: string, option: Option): void {
    const { route } = option
    if (route === null || !limited.has(route) || isGone(option)) return
    routesOf.set(id, (routesOf.get(id) ?? new Set()).add(route))
    usersOf.set(route, (usersOf.get(route) ?? new Set()).add(id))
  }
  for (const { id, needs } of portfolio.workflows) {
    for (const { options } of needs) for (const option of options) note(id, option)
  }
  for (const { brings } of actions) for (const one of brings) note(one.workflow, one.option)
  const together = new Set([workflow])
  for (const id of together) {
    for (const route of routesOf.get(id) ?? []) {
      for (const user of usersOf.get(route) ?? []) together.add(user)
    }
  }
  return together
}

/**
 * Options that are gone have no say, unless nobody can tell what served before: where the first option of a need
 * was not there for everybody, a better one that is gone now takes the word `unaffected` from the others.
 */
function placesThatMatter(
  front: Front,
  portfolio: Portfolio,
  actions: readonly CandidateAction[],
  together: ReadonlySet<string>,
  isGone: (option: Option) => boolean,
): (place: OptionPlace) => boolean {
  const open = new Set<string>()
  const left = new Set<string>()
  const before = new Set(lostIn(front.before))
  for (const workflow of portfolio.workflows) {
    if (!together.has(workflow.id)) continue
    for (const need of workflow.needs) {
      const [first] = need.options
      const served =
        first !== undefined &&
        first.excluded === null &&
        !first.elements.some((element) => before.has(element)) &&
        classes.every((one) => (front.before.permission?.(workflow, first, one) ?? null) === null)
      if (!served) open.add(`${workflow.id}\n${need.id}`)
      for (const option of need.options) {
        if (!isGone(option)) left.add(`${workflow.id}\n${need.id}\n${option.id}`)
      }
    }
  }
  for (const { brings } of actions) {
    for (const { workflow, need, option } of brings) {
      if (!isGone(option)) left.add(`${workflow}\n${need}\n${option.id}`)
    }
  }
  return ({ workflow, need, option }) =>
    together.has(workflow) &&
    (open.has(`${workflow}\n${need}`) || left.has(`${workflow}\n${need}\n${option}`))
}
