import type { Permission } from '../../src/simulation/contingency.ts'
import type { CandidateAction, TargetedFront } from '../../src/simulation/index.ts'
import type { ElementId, Option, Portfolio } from '../../src/simulation/portfolio.ts'
import { permitsAll } from './brute-force.ts'
import { randomPermission, randomPortfolio } from './random-portfolio.ts'
import type { RandomSource } from './random-source.ts'

/** A small portfolio, a few things that could be done about it, and what is to hold. */
export interface RandomRemedyCase {
  readonly portfolio: Portfolio
  readonly actions: readonly CandidateAction[]
  readonly targeted: TargetedFront
  readonly permission: Permission
  readonly authorised: Permission
}

export function randomRemedyCase(random: RandomSource, actionsMax: number): RandomRemedyCase {
  const whole = randomPortfolio(random)
  const portfolio = {
    ...whole,
    workflows: whole.workflows.slice(0, 3),
    capacities: random.chance(0.3) ? whole.capacities : [],
  }
  const permission = random.chance(0.4) ? randomPermission(random, 0.3) : permitsAll
  const spared = randomPermission(random, 0.3)
  const authorised: Permission = (workflow, option, eligibilityClass) =>
    spared(workflow, option, eligibilityClass) === null
      ? null
      : permission(workflow, option, eligibilityClass)
  const actions = randomActions(random, portfolio, actionsMax)
  const targeted = randomTarget(random, portfolio, permission, authorised)
  return { portfolio, actions, targeted, permission, authorised }
}

function randomTarget(
  random: RandomSource,
  portfolio: Portfolio,
  permission: Permission,
  authorised: Permission,
): TargetedFront {
  const [first] = portfolio.workflows
  const criticality = random.pick(['critical', 'critical', 'important', 'any'])
  const word = random.pick(['stops', 'stops', 'at-risk'])
  const workflow = random.chance(0.15) ? (first?.id ?? null) : null
  const about = { text: 'random', criticality, word, workflow }
  if (random.chance(0.25)) {
    const elements = [...new Set([anyElement(random, portfolio), anyElement(random, portfolio)])]
    const under = { kind: 'elements', elements } as const
    const before = { elements: [], permission: permitsAll }
    const contingency = { elements, permission }
    return {
      target: { ...about, under },
      front: { kind: 'contingency', before, authorised, contingency },
    }
  }
  const depth = random.pick([1, 1, 2])
  const before = { elements: [], permission }
  return {
    target: { ...about, under: { kind: 'any', depth } },
    front: { kind: 'any', depth, before, authorised },
  }
}

function anyElement(random: RandomSource, { elements }: Portfolio): ElementId {
  const ids = [...elements.map(({ id }) => id), 'class:not-foreign-person']
  return random.pick(['vendor:one', ...ids])
}

function randomActions(
  random: RandomSource,
  portfolio: Portfolio,
  actionsMax: number,
): readonly CandidateAction[] {
  const actions: CandidateAction[] = []
  for (let number = 0; number < random.between(0, 3); number += 1) {
    actions.push(newRoute(random, portfolio, `route:${number}`))
  }
  const places = [
    ...portfolio.workflows.flatMap(({ id, needs }) =>
      needs.flatMap((need) =>
        need.options.map((option) => ({ workflow: id, need: need.id, option })),
      ),
    ),
    ...actions.flatMap(({ brings }) => brings),
  ].filter(({ option }) => option.evidence === 'unqualified')
  for (const { workflow, need, option } of places) {
    if (actions.length >= actionsMax || random.chance(0.3)) continue
    actions.push({
      ...action(random, `qualify:${workflow}:${need}:${option.id}`, 'qualify', workflow),
      qualifies: [{ workflow, need, option: option.id }],
    })
  }
  for (const { route } of portfolio.capacities) {
    if (actions.length >= actionsMax || random.chance(0.4)) continue
    actions.push({ ...action(random, `capacity:${route}`, 'capacity', null), widens: route })
  }
  for (const model of ['m/1', 'm/2']) {
    if (actions.length >= actionsMax || random.chance(0.5)) continue
    const authorises = { directive: 'random', model }
    actions.push({ ...action(random, `authorisation:${model}`, 'authorisation', null), authorises })
  }
  return actions.toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

function action(
  random: RandomSource,
  id: string,
  kind: CandidateAction['kind'],
  workflow: string | null,
): CandidateAction {
  const cost = random.pick([0, 1, 1, 2, 3, 5, 10.5, 0.1])
  const nothing = { brings: [], qualifies: [], authorises: null, widens: null }
  return { id, kind, subject: id, workflow, cost, text: id, ...nothing }
}

/** The same new option for some workflows; for some it is their own model, for others a new one. */
function newRoute(random: RandomSource, portfolio: Portfolio, id: string): CandidateAction {
  const ids = portfolio.elements.map((element) => element.id)
  const elements = [...ids.filter(() => random.chance(0.25)), `route:${id}`].toSorted()
  const model = `m/${random.between(1, 4)}`
  const route = random.chance(0.3) ? 'r1' : id
  const brings = portfolio.workflows.flatMap(({ id: workflow, needs }) =>
    needs.flatMap((need) => {
      if (random.chance(0.2)) return []
      const option: Option = {
        id: `${model}@${id}`,
        kind: 'model',
        model,
        route,
        provider: 'p',
        elements,
        evidence: random.pick(['same-model', 'unqualified', 'unqualified']),
        rtoMs: random.chance(0.2) ? 3_600_000 : null,
        capacity: null,
        excluded: random.chance(0.05) ? 'the data may not go there' : null,
      }
      return [{ workflow, need: need.id, option }]
    }),
  )
  return { ...action(random, id, 'route', null), brings }
}
