import type { Portfolio } from '../portfolio.ts'
import type { CandidateAction } from './candidate-action.ts'
import type { Refutation } from './linear-program.ts'

/**
 * What a plan that the engine refutes teaches. Shared capacity is dealt out among workflows, so the word of one
 * depends on all that meet it on a limited route, directly or over others; actions that bear on none of these
 * change nothing. Any other plan must therefore choose differently among those that do.
 */
export function refutationOf(
  workflow: string,
  portfolio: Portfolio,
  actions: readonly CandidateAction[],
  held: ReadonlySet<number>,
): Refutation {
  const together = workflowsTogether(workflow, portfolio, actions)
  const relevant = [...actions.keys()].filter((number) => {
    const { brings, qualifies, authorises, widens } = actions[number] ?? {}
    return (
      (authorises ?? null) !== null ||
      (widens ?? null) !== null ||
      [...(brings ?? []), ...(qualifies ?? [])].some((place) => together.has(place.workflow))
    )
  })
  return {
    held: relevant.filter((number) => held.has(number)),
    left: relevant.filter((number) => !held.has(number)),
  }
}

/** The workflow and all that meet it on routes with a capacity. */
function workflowsTogether(
  workflow: string,
  portfolio: Portfolio,
  actions: readonly CandidateAction[],
): ReadonlySet<string> {
  const limited = new Set(portfolio.capacities.map(({ route }) => route))
  const routesOf = new Map<string, Set<string>>()
  const usersOf = new Map<string, Set<string>>()
  function note(id: string, route: string | null): void {
    if (route === null || !limited.has(route)) return
    routesOf.set(id, (routesOf.get(id) ?? new Set()).add(route))
    usersOf.set(route, (usersOf.get(route) ?? new Set()).add(id))
  }
  for (const { id, needs } of portfolio.workflows) {
    for (const { options } of needs) for (const { route } of options) note(id, route)
  }
  for (const { brings } of actions) {
    for (const { workflow: id, option } of brings) note(id, option.route)
  }
  const together = new Set([workflow])
  for (const id of together) {
    for (const route of routesOf.get(id) ?? []) {
      for (const user of usersOf.get(route) ?? []) together.add(user)
    }
  }
  return together
}
