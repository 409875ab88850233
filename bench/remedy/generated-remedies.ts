import type { CandidateAction } from '../../src/simulation/index.ts'
import type {
  Element,
  Option,
  Portfolio,
  PortfolioWorkflow,
} from '../../src/simulation/portfolio.ts'
import { type SeededRandom, seededRandom } from '../audit/seeded-random.ts'

/**
 * A large organisation that nobody has: critical work on three vendors and their clouds, 60 things that could be
 * bought once for all, and a trial for every use of one of them by one workflow. Each workflow can do with some
 * fifteen of the new options, since data limits and tasks exclude the others.
 */
export interface GeneratedRemedies {
  readonly portfolio: Portfolio
  readonly actions: readonly CandidateAction[]
  readonly sharedActions: number
}

const vendors = ['alpha', 'beta', 'gamma'] as const
const newVendors = Array.from({ length: 14 }, (_, index) => `vendor-${index}`)
const countries = ['US', 'US', 'US', 'DE', 'FR', 'CA', 'JP', 'KR'] as const
const optionsPerWorkflow = 15

export function generatedRemedies(
  workflowCount: number,
  sharedActions: number,
  seed: number,
): GeneratedRemedies {
  const random = seededRandom(seed)
  const workflows = Array.from({ length: workflowCount }, (_, index) =>
    createWorkflow(random, index),
  )
  const shared = Array.from({ length: sharedActions }, (_, index) => createShared(random, index))
  const brought = new Map<string, CandidateAction['brings'][number][]>()
  const trials: CandidateAction[] = []
  for (const { id } of workflows) {
    const usable = new Set<number>()
    while (usable.size < Math.min(optionsPerWorkflow, sharedActions)) {
      usable.add(random.below(sharedActions))
    }
    for (const index of usable) {
      const offer = shared[index]
      if (offer === undefined) continue
      const place = { workflow: id, need: 'need', option: offer.option }
      brought.set(offer.action.id, [...(brought.get(offer.action.id) ?? []), place])
      trials.push(createTrial(random, id, offer.option))
    }
  }
  const actions = [
    ...shared.map(({ action }) => ({ ...action, brings: brought.get(action.id) ?? [] })),
    ...trials,
  ]
  const options = [
    ...workflows.flatMap(({ needs }) => needs.flatMap((need) => need.options)),
    ...shared.map(({ option }) => option),
  ]
  return {
    portfolio: { workflows, elements: elementsOf(options), capacities: [] },
    actions,
    sharedActions,
  }
}

function createWorkflow(random: SeededRandom, index: number): PortfolioWorkflow {
  const vendor = random.pick(vendors)
  const nothing = { concurrent: null, requestsPerMinute: null, tokensPerMinute: null }
  const own = optionOf(`${vendor}/model-${random.below(3)}`, `own-${random.below(4)}`, [
    `vendor:${vendor}`,
    `provider:cloud-${random.below(3)}`,
    'jurisdiction:US',
  ])
  // A third has a second route to the same model already, which no cut-off of the vendor leaves alive.
  const second = optionOf(own.model ?? '', 'second', [
    `vendor:${vendor}`,
    'provider:second',
    'jurisdiction:US',
  ])
  return {
    id: `workflow-${index}`,
    task: 'other',
    source: 'configuration',
    criticality: random.pick(['critical', 'critical', 'important']),
    owner: null,
    mtpdMs: null,
    rtoMs: null,
    mbcoCapacity: null,
    load: nothing,
    requireQualified: false,
    headcount: null,
    groups: [],
    minStaff: null,
    needs: [
      {
        id: 'need',
        options: random.next() < 0.33 ? [own, second] : [own],
        places: [],
        unknown: null,
      },
    ],
  }
}

function optionOf(model: string, route: string, more: readonly string[]): Option {
  return {
    id: `${model}@${route}`,
    kind: 'model',
    model,
    route,
    provider: null,
    elements: [`model:${model}`, `route:${route}`, ...more].toSorted(),
    evidence: 'same-model',
    rtoMs: null,
    capacity: null,
    excluded: null,
  }
}

function createShared(
  random: SeededRandom,
  index: number,
): { readonly action: CandidateAction; readonly option: Option } {
  const isHosted = index % 5 === 0
  const vendor = random.pick(newVendors)
  const elements = isHosted
    ? ['jurisdiction:DE', 'hardware:nvidia']
    : [
        `vendor:${vendor}`,
        `provider:provider-${random.below(20)}`,
        `jurisdiction:${random.pick(countries)}`,
      ]
  const option: Option = {
    ...optionOf(`${vendor}/model-${index}`, `new-${index}`, elements),
    evidence: 'unqualified',
  }
  const cost = isHosted ? 8_000 + random.below(8_000) : 1_000 + random.below(4_000)
  const kind = isHosted ? 'host-weights' : 'route'
  return { action: { ...action(`${kind}:${index}`, kind, null, cost) }, option }
}

function createTrial(random: SeededRandom, workflow: string, option: Option): CandidateAction {
  return {
    ...action(`qualify:${workflow}:${option.id}`, 'qualify', workflow, 200 + random.below(600)),
    qualifies: [{ workflow, need: 'need', option: option.id }],
  }
}

function action(
  id: string,
  kind: CandidateAction['kind'],
  workflow: string | null,
  cost: number,
): CandidateAction {
  const nothing = { brings: [], qualifies: [], authorises: null, widens: null }
  return { id, kind, subject: id, workflow, cost, text: id, ...nothing }
}

function elementsOf(options: readonly Option[]): readonly Element[] {
  const ids = [...new Set(options.flatMap(({ elements }) => elements))].toSorted()
  return ids.map((id) => ({ id, name: id, takes: [] }))
}
