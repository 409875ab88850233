import fc from 'fast-check'
import type { PolicyWorld, Principal, Question } from '../../src/policy/index.ts'
import { Directive } from '../../src/schema/directive.ts'
import { orchard } from './sample-world.ts'

/** Random worlds, directives and uses over few names, so that they often meet. */

const modelIds = ['fruit/apple', 'fruit/pear', 'nut/almond', 'herb/basil'] as const
const routeIds = ['direct', 'cloud', 'own', 'dark'] as const
const jurisdictions = ['US', 'DE', 'IE', 'CN'] as const
const entities = ['Orchard', 'Orchard Cider'] as const
const authorisationIds = ['permit-1', 'permit-2', 'list-a'] as const
const tasks = ['code-review', 'chat', 'support'] as const
const classes = [
  'not-foreign-person',
  'foreign-person-authorised',
  'foreign-person-not-authorised',
  'undetermined',
] as const
const employments = ['permanent-and-regular', 'contractor'] as const

function someOf<T>(values: readonly T[]): fc.Arbitrary<T[]> {
  return fc.subarray([...values], { minLength: 1 })
}

function perhaps<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined })
}

/** Without members that are undefined: schemas are strict. */
function stated(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
}

export const anyPrincipal: fc.Arbitrary<Principal> = fc.record({
  kind: fc.constantFrom('person' as const, 'service' as const),
  definition: fc.constantFrom('us-ear-772.1', 'us-ear-772.1', 'us-ear-772.1', 'other'),
  class: fc.constantFrom(...classes),
  entity: fc.option(fc.constantFrom(...entities)),
  employment: fc.option(fc.constantFrom(...employments)),
  groups: fc.subarray(['pickers', 'packers']),
  authorisations: fc.subarray([...authorisationIds]),
})

export const anyQuestion: fc.Arbitrary<Question> = fc.record({
  principal: anyPrincipal,
  model: fc.constantFrom(...modelIds),
  route: fc.constantFrom(...routeIds),
  workflow: fc.constantFrom(null, 'picking', 'pressing'),
  purpose: fc.constantFrom(...tasks),
  at: fc.constant('2026-06-20T12:00:00.000Z'),
})

const anySelector = fc
  .record({
    ids: perhaps(someOf(modelIds)),
    vendors: perhaps(someOf(['fruit', 'nut', 'herb'])),
    families: perhaps(someOf(['pome', 'stone'])),
    weights: perhaps(someOf(['open', 'closed', 'held'])),
    trainingOperationsOver: perhaps(fc.constantFrom(1e24, 1e25, 1e26, 2e26)),
    vendorJurisdictions: perhaps(someOf(jurisdictions)),
  })
  .map(stated)

const anyScope = fc
  .record({
    models: fc.oneof(fc.constant('all'), someOf(modelIds), anySelector),
    routes: fc.oneof({ weight: 3, arbitrary: fc.constant('all') }, someOf(routeIds)),
    providers: perhaps(someOf(['fruit', 'sky', 'self', 'murk'])),
    regions: perhaps(someOf(['us-east-1', 'eu-west-1', 'de'])),
    jurisdictions: perhaps(someOf(jurisdictions)),
    persons: fc.constantFrom('all', 'foreign-person'),
    definition: fc.constantFrom('us-ear-772.1', 'us-ear-772.1', 'other'),
    purposes: perhaps(someOf(tasks)),
  })
  .map(stated)

export const anyCarveOut = fc
  .record({
    at: fc.constant('2026-06-13T00:00:00Z'),
    models: perhaps(someOf(modelIds)),
    routes: perhaps(someOf(routeIds)),
    entities: perhaps(fc.oneof(fc.constantFrom('list-a', 'list-b'), someOf(entities))),
    authorisations: perhaps(someOf(authorisationIds)),
    employment: fc.constantFrom('any', 'permanent-and-regular'),
    purposes: perhaps(someOf(tasks)),
  })
  .map(stated)

export function anyDirective(id: string): fc.Arbitrary<Directive> {
  return fc
    .record({
      instrument: fc.constantFrom('regulation', 'sanction', 'is-informed-letter', 'request'),
      effect: fc.constantFrom('forbid', 'require-authorisation'),
      scope: anyScope,
      carveOuts: fc.array(anyCarveOut, { maxLength: 2 }),
    })
    .map((parts) =>
      Directive.parse({
        ...parts,
        id,
        title: `Order ${id}`,
        issuer: 'test',
        publication: 'published',
        source: { title: 'made up', retrieved: '2026-06-16' },
        status: [{ at: '2026-06-12T00:00:00Z', is: 'effective' }],
      }),
    )
}

export const anyDirectives: fc.Arbitrary<Directive[]> = fc
  .tuple(anyDirective('order-a'), anyDirective('order-b'), anyDirective('order-c'))
  .chain((all) => fc.subarray(all))

const anyAuthorisation = fc.record({
  directive: fc.constantFrom('order-a', 'order-b', 'order-c'),
  models: someOf(modelIds),
  entities: fc.option(someOf(entities)),
  validUntil: fc.option(fc.constantFrom('2026-06-19', '2026-06-20', '2026-07-01')),
})

const anyLimits = fc.record({
  audience: fc.option(fc.subarray(['pickers', 'packers'])),
  models: someOf(modelIds),
  allowedJurisdictions: fc.option(someOf(jurisdictions)),
  maxRetentionDays: fc.option(fc.constantFrom(0, 7)),
  training: fc.option(fc.constantFrom('never' as const, 'allowed' as const)),
})

export const anyWorld: fc.Arbitrary<PolicyWorld> = fc
  .record({
    models: fc.tuple(...modelIds.map(anyModelFacts)),
    routes: fc.tuple(...routeIds.map(anyRouteFacts)),
    limits: fc.tuple(anyLimits, anyLimits),
    authorisations: fc.tuple(anyAuthorisation, anyAuthorisation, anyAuthorisation),
  })
  .map(({ models, routes, limits, authorisations }) => ({
    ...orchard,
    models: orchard.models.map((one, index) => ({ ...one, ...models[index] })),
    routes: orchard.routes.map((one, index) => ({ ...one, ...routes[index] })),
    workflows: orchard.workflows.map((one, index) => ({ ...one, ...limits[index] })),
    authorisations: authorisations.map((one, index) => ({
      ...one,
      id: authorisationIds[index] ?? '',
    })),
  }))

function anyModelFacts() {
  return fc.record({
    family: fc.option(fc.constantFrom('pome', 'stone')),
    weights: fc.option(fc.constantFrom('open' as const, 'closed' as const, 'held' as const)),
    trainingOperations: fc.option(fc.constantFrom(1e24, 3e25, 1e26, 1.000001e26, 5e26)),
    vendorJurisdictions: fc.subarray([...jurisdictions], { maxLength: 2 }),
  })
}

function anyRouteFacts() {
  return fc.record({
    region: fc.option(fc.constantFrom('us-east-1', 'eu-west-1', 'de')),
    jurisdictions: fc.subarray([...jurisdictions], { maxLength: 2 }),
    retentionDays: fc.option(fc.constantFrom(0, 7, 30)),
    trainsOnInput: fc.option(fc.boolean()),
  })
}
