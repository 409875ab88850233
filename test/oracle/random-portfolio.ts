import type { Permission } from '../../src/simulation/contingency.ts'
import type {
  Element,
  ElementId,
  Evidence,
  Load,
  Need,
  Option,
  Portfolio,
  PortfolioWorkflow,
  SharedCapacity,
} from '../../src/simulation/portfolio.ts'
import type { DecisionReason } from '../../src/schema/decision.ts'
import type { EligibilityClass } from '../../src/schema/holdfast-config.ts'
import type { RandomSource } from './random-source.ts'

/**
 * Small portfolios with every feature of the types, valid but not realistic: elements fall on options by chance, so
 * that rare combinations are as likely as common ones.
 */

const elementNames: readonly ElementId[] = [
  'model:one/m',
  'vendor:one',
  'vendor:two',
  'provider:p',
  'jurisdiction:AA',
  'hardware:h',
]
const minutes = 60_000

export interface RandomCase {
  readonly portfolio: Portfolio
  readonly permission: Permission
}

export function randomPortfolio(random: RandomSource): Portfolio {
  const plain = elementNames.slice(0, random.between(2, elementNames.length))
  const elements: Element[] = plain.map((id) => ({ id, name: id, takes: [] }))
  if (random.chance(0.4)) {
    elements.push({ id: 'parent:holding', name: 'holding', takes: someOf(random, plain, 0.4) })
  }
  if (random.chance(0.5)) {
    const members = elements.map(({ id }) => id)
    const extra = random.chance(0.1) ? ['class:undetermined'] : []
    const takes = [...someOf(random, members, 0.4), ...extra]
    elements.push({ id: 'common-cause:flood', name: 'flood', takes })
  }
  const ids = elements.map(({ id }) => id)
  const workflowCount = random.between(1, 6)
  return {
    workflows: Array.from({ length: workflowCount }, (_, index) =>
      randomWorkflow(random, `w${index + 1}`, ids),
    ),
    elements,
    capacities: randomCapacities(random),
  }
}

/** Denies by model, route and class, as a policy would; `null` most of the time. */
export function randomPermission(random: RandomSource, probability: number): Permission {
  const denied = new Map<string, boolean>()
  for (let model = 1; model <= 4; model += 1) {
    for (const route of ['null', 'r1', 'r2', 'r3']) {
      for (let index = 0; index < 4; index += 1) {
        denied.set(`m/${model} ${route} ${index}`, random.chance(probability))
      }
    }
  }
  return (_workflow, option, eligibilityClass) => {
    if (option.kind !== 'model') return null
    const key = `${option.model} ${option.route} ${classNumber(eligibilityClass)}`
    return denied.get(key) === true ? denial : null
  }
}

const denial: DecisionReason = {
  code: 'directive-forbids',
  policy: null,
  directive: 'random',
  clause: 'scope',
  source: null,
  review: 'unverified',
  text: 'denied at random',
}

function classNumber(eligibilityClass: EligibilityClass): number {
  switch (eligibilityClass) {
    case 'not-foreign-person':
      return 0
    case 'foreign-person-authorised':
      return 1
    case 'foreign-person-not-authorised':
      return 2
    case 'undetermined':
      return 3
  }
}

function someOf<T>(random: RandomSource, from: readonly T[], probability: number): readonly T[] {
  return from.filter(() => random.chance(probability))
}

function orNull<T>(random: RandomSource, probabilityOfNull: number, value: T): T | null {
  return random.chance(probabilityOfNull) ? null : value
}

function randomLoad(random: RandomSource, probabilityOfNull: number, most: number): Load {
  return {
    concurrent: orNull(random, probabilityOfNull, random.between(1, most)),
    requestsPerMinute: orNull(random, 0.7, random.between(1, most) * 10),
    tokensPerMinute: orNull(random, 0.8, random.between(1, most) * 1000),
  }
}

function randomCapacities(random: RandomSource): readonly SharedCapacity[] {
  return ['r1', 'r2', 'r3']
    .filter(() => random.chance(0.5))
    .map((route) => ({ route, capacity: randomLoad(random, 0.2, 12) }))
}

function randomWorkflow(
  random: RandomSource,
  id: string,
  ids: readonly ElementId[],
): PortfolioWorkflow {
  const headcount = orNull(random, 0.4, {
    'not-foreign-person': random.between(0, 5),
    'foreign-person-authorised': random.between(0, 2),
    'foreign-person-not-authorised': random.between(0, 3),
    undetermined: random.between(0, 1),
  })
  return {
    id,
    task: 'other',
    source: 'configuration',
    criticality: random.pick(['critical', 'critical', 'important', 'supporting', null]),
    owner: null,
    mtpdMs: orNull(random, 0.4, random.between(1, 4) * 60 * minutes),
    rtoMs: orNull(random, 0.4, random.between(1, 4) * 15 * minutes),
    mbcoCapacity: orNull(random, 0.5, random.pick([0.25, 0.5, 0.7, 1])),
    load: randomLoad(random, 0.3, 8),
    requireQualified: random.chance(0.3),
    headcount,
    groups: [],
    minStaff: orNull(random, 0.6, random.between(0, 6)),
    needs: Array.from({ length: random.chance(0.3) ? 2 : 1 }, (_, index) =>
      randomNeed(random, `n${index + 1}`, ids),
    ),
  }
}

function randomNeed(random: RandomSource, id: string, ids: readonly ElementId[]): Need {
  const optionCount = random.between(1, 4)
  return {
    id,
    options: Array.from({ length: optionCount }, (_, index) => randomOption(random, index, ids)),
    places: [],
    unknown: random.chance(0.1) ? 'nobody knows the model' : null,
  }
}

function randomOption(random: RandomSource, index: number, ids: readonly ElementId[]): Option {
  const kind = index === 0 ? 'model' : random.pick(['model', 'model', 'model', 'tool', 'manual'])
  const evidence: Evidence = random.pick(['qualified', 'same-model', 'unqualified'])
  const shared = {
    rtoMs: orNull(random, 0.5, random.between(1, 20) * 15 * minutes),
    capacity: orNull(random, 0.6, randomLoad(random, 0.3, 8)),
    excluded: random.chance(0.08) ? 'the data may not go there' : null,
    evidence,
  }
  if (kind !== 'model') {
    const hit = random.chance(0.3) ? someOf(random, ids, 0.2) : []
    const place = { id: `${kind}:${index}`, kind, model: null, route: null, provider: null }
    return { ...place, elements: hit.toSorted(), ...shared }
  }
  const model = `m/${random.between(1, 4)}`
  const route = orNull(random, 0.2, random.pick(['r1', 'r2', 'r3']))
  return {
    id: `${model}@${route ?? 'register'}#${index}`,
    kind,
    model,
    route,
    provider: 'p',
    elements: someOf(random, ids, 0.4).toSorted(),
    ...shared,
  }
}
