import type { PolicyWorld, Principal } from '../../src/policy/index.ts'
import { Directive } from '../../src/schema/directive.ts'
import { Task } from '../../src/schema/vocabulary.ts'
import { type SeededRandom, seededRandom } from '../audit/seeded-random.ts'

export interface BenchSize {
  readonly models: number
  readonly routes: number
  readonly shapes: number
  readonly directives: number
  readonly workflows: number
}

export interface BenchWorld {
  readonly world: PolicyWorld
  readonly principals: readonly Principal[]
  readonly directives: readonly Directive[]
}

const jurisdictions = ['US', 'DE', 'FR', 'IE', 'CN', 'JP', 'GB', 'CA']
const organisation = 'Orchard'

/** A world of the asked size that a seed repeats: vendors, families and jurisdictions as uneven as real ones. */
export function benchWorld(size: BenchSize, seed: number): BenchWorld {
  const random = seededRandom(seed)
  const models = Array.from({ length: size.models }, (_, index) => modelAt(index, random))
  const ids = models.map(({ id }) => id)
  const routes = Array.from({ length: size.routes }, (_, index) => ({
    id: `route-${index}`,
    provider: `provider-${index % 12}`,
    region: random.next() < 0.2 ? null : `region-${index % 9}`,
    jurisdictions:
      random.next() < 0.1 ? [] : [random.pick(jurisdictions), random.pick(jurisdictions)],
    retentionDays: random.pick([null, 0, 7, 30]),
    trainsOnInput: random.pick([null, false, true]),
    models: ids,
  }))
  const workflows = Array.from({ length: size.workflows }, (_, index) => ({
    id: `workflow-${index}`,
    task: Task.options[index % Task.options.length] ?? 'other',
    audience: index % 3 === 0 ? null : [`group-${index % 6}`],
    models: Array.from({ length: 6 }, () => random.pick(ids)),
    allowedJurisdictions: index % 2 === 0 ? ['DE', 'FR', 'IE', 'US'] : null,
    maxRetentionDays: index % 4 === 0 ? 7 : null,
    training: index % 5 === 0 ? ('never' as const) : null,
  }))
  const directives = Array.from({ length: size.directives }, (_, index) =>
    directiveAt(index, ids, random),
  )
  const world: PolicyWorld = {
    organisation,
    definition: 'us-ear-772.1',
    models,
    routes,
    workflows,
    authorisations: directives.slice(0, 8).map((directive, index) => ({
      id: `permit-${index}`,
      directive: directive.id,
      models: ids.slice(0, 20),
      entities: index % 2 === 0 ? null : [organisation],
      validUntil: null,
    })),
  }
  return { world, principals: principalsOf(size.shapes), directives }
}

function modelAt(index: number, random: SeededRandom): PolicyWorld['models'][number] {
  const vendor = `vendor-${index % 20}`
  return {
    id: `${vendor}/model-${index}`,
    vendor,
    family: random.next() < 0.2 ? null : `family-${index % 45}`,
    weights: random.pick([null, 'open', 'closed', 'closed'] as const),
    trainingOperations: random.next() < 0.5 ? null : 10 ** (23 + 4 * random.next()),
    vendorJurisdictions: random.next() < 0.2 ? [] : [random.pick(jurisdictions)],
  }
}

/** Twelve of twenty name models, as directives do; the others ask for an attribute or for routes. */
function directiveAt(index: number, ids: readonly string[], random: SeededRandom): Directive {
  const named = { models: [random.pick(ids), random.pick(ids), random.pick(ids)] }
  const byAttribute = [
    { models: { vendors: [`vendor-${index % 20}`] } },
    { models: { families: [`family-${index % 45}`, `family-${(index + 7) % 45}`] } },
    { models: { trainingOperationsOver: 1e26 } },
    { models: { vendorJurisdictions: ['CN'], weights: ['open'] } },
    { models: 'all', jurisdictions: [random.pick(jurisdictions)] },
    { models: 'all', providers: [`provider-${index % 12}`], purposes: ['chat'] },
    { ...named, regions: [`region-${index % 9}`] },
    { ...named, routes: [`route-${index % 5}`] },
  ]
  return Directive.parse({
    id: `directive-${index}`,
    title: `Directive ${index}`,
    instrument: 'regulation',
    issuer: 'bench',
    publication: 'published',
    source: { title: 'made for the benchmark', retrieved: '2026-06-16' },
    effect: index % 3 === 0 ? 'forbid' : 'require-authorisation',
    scope: {
      ...(index % 5 < 3 ? named : byAttribute[index % byAttribute.length]),
      persons: index % 4 === 0 ? 'all' : 'foreign-person',
      definition: 'us-ear-772.1',
    },
    carveOuts:
      index % 2 === 0
        ? [{ on: '2026-06-15', entities: [organisation], employment: 'permanent-and-regular' }]
        : [{ on: '2026-06-15', models: [random.pick(ids)], entities: `permit-${index}` }],
    status: [{ at: '2026-06-12T00:00:00Z', is: 'effective' }],
  })
}

const classes = [
  'not-foreign-person',
  'foreign-person-authorised',
  'foreign-person-not-authorised',
  'undetermined',
] as const

function principalsOf(shapes: number): readonly Principal[] {
  return Array.from({ length: shapes }, (_, index) => ({
    kind: index % 5 === 0 ? ('service' as const) : ('person' as const),
    definition: 'us-ear-772.1',
    class: classes[index % 4] ?? 'undetermined',
    entity: index % 3 === 0 ? null : organisation,
    employment: index % 2 === 0 ? 'permanent-and-regular' : null,
    groups: [`group-${index % 6}`, `group-${(index * 5) % 6}`],
    authorisations: index % 4 === 1 ? [`permit-${index % 8}`] : [],
  }))
}
