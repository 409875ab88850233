import type { EligibilityClass } from '../../src/schema/holdfast-config.ts'
import type {
  Element,
  Evidence,
  Need,
  Option,
  Portfolio,
  PortfolioWorkflow,
} from '../../src/simulation/portfolio.ts'
import { type SeededRandom, seededRandom } from '../audit/seeded-random.ts'

/**
 * A large organisation that nobody has: 400 elements of which every option needs about seven, as a model needs its
 * vendor, the vendor's parent, a provider, a route, a region and jurisdictions. Options are drawn evenly, so that
 * hardly two workflows are alike; real portfolios repeat themselves and are faster.
 */
export function generatedPortfolio(workflows: number, seed: number): Portfolio {
  const random = seededRandom(seed)
  const world = createWorld(random)
  return {
    workflows: Array.from({ length: workflows }, (_, index) =>
      createWorkflow(random, world, index),
    ),
    elements: world.elements,
    capacities: [],
  }
}

export const elementCount = 400
/** With the ten common causes they make 400. */
const kinds = {
  model: 130,
  vendor: 40,
  parent: 30,
  provider: 35,
  route: 80,
  region: 40,
  jurisdiction: 30,
  hardware: 5,
} as const

interface World {
  readonly elements: readonly Element[]
  readonly models: readonly (readonly string[])[]
  readonly routes: readonly (readonly string[])[]
  /** By model and route: as in a real portfolio, options of both share one list. */
  readonly lists: Map<number, readonly string[]>
}

function createWorld(random: SeededRandom): World {
  function some(kind: keyof typeof kinds): string {
    return `${kind}:${kind}-${random.below(kinds[kind])}`
  }
  const models = Array.from({ length: kinds.model }, (_, index) => {
    const held = random.next() < 0.1
    return held
      ? [`model:model-${index}`]
      : [`model:model-${index}`, some('vendor'), some('parent')]
  })
  const routes = Array.from({ length: kinds.route }, (_, index) => [
    `route:route-${index}`,
    some('provider'),
    some('region'),
    some('jurisdiction'),
    ...(random.next() < 0.3 ? [some('jurisdiction')] : []),
    ...(random.next() < 0.1 ? [some('hardware')] : []),
  ])
  const plain = Object.entries(kinds).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, index) => `${kind}:${kind}-${index}`),
  )
  const causes = Array.from({ length: elementCount - plain.length }, (_, index) => ({
    id: `common-cause:cause-${index}`,
    name: `cause ${index}`,
    takes: [some('provider'), some('provider'), some('region')],
  }))
  const elements = [...plain.map((id) => ({ id, name: id, takes: [] })), ...causes]
  return { elements, models, routes, lists: new Map() }
}

const evidences: readonly Evidence[] = ['qualified', 'qualified', 'unqualified', 'same-model']
const nobody = { concurrent: null, requestsPerMinute: null, tokensPerMinute: null }

function createOption(random: SeededRandom, world: World, isFirst: boolean): Option {
  const model = random.below(world.models.length)
  const route = random.below(world.routes.length)
  return {
    id: `model-${model}@route-${route}`,
    kind: 'model',
    model: `model-${model}`,
    route: `route-${route}`,
    provider: null,
    elements: elementsOf(world, model, route),
    evidence: isFirst ? 'qualified' : random.pick(evidences),
    rtoMs: random.next() < 0.2 ? 600_000 : null,
    capacity: null,
    excluded: random.next() < 0.02 ? 'retention' : null,
  }
}

function elementsOf(world: World, model: number, route: number): readonly string[] {
  const key = model * world.routes.length + route
  const known = world.lists.get(key)
  if (known !== undefined) return known
  const all = new Set([...(world.models[model] ?? []), ...(world.routes[route] ?? [])])
  const sorted = [...all].toSorted()
  world.lists.set(key, sorted)
  return sorted
}

function createNeed(random: SeededRandom, world: World, index: number): Need {
  const count = 1 + random.below(4)
  const options = Array.from({ length: count }, (_, option) =>
    createOption(random, world, option === 0),
  )
  return { id: `need-${index}`, options, places: [], unknown: null }
}

function createWorkflow(random: SeededRandom, world: World, index: number): PortfolioWorkflow {
  const chance = random.next()
  const needs = chance < 0.8 ? 1 : chance < 0.95 ? 2 : 3
  const isStaffed = random.next() < 0.1
  return {
    id: `workflow-${index}`,
    task: 'other',
    source: 'configuration',
    criticality: random.pick(['critical', 'important', 'supporting', null]),
    owner: null,
    mtpdMs: 14_400_000,
    rtoMs: 900_000,
    mbcoCapacity: null,
    load: nobody,
    requireQualified: random.next() < 0.2,
    headcount: isStaffed ? headcount(random) : null,
    groups: [],
    minStaff: isStaffed ? 2 : null,
    needs: Array.from({ length: needs }, (_, need) => createNeed(random, world, need)),
  }
}

function headcount(random: SeededRandom): Record<EligibilityClass, number> {
  return {
    'not-foreign-person': 1 + random.below(4),
    'foreign-person-authorised': random.below(2),
    'foreign-person-not-authorised': random.below(3),
    undetermined: 0,
  }
}
