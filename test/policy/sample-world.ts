import { createCedarEngine } from '../../src/cli/cedar-engine.ts'
import {
  buildSnapshot,
  type PolicySnapshot,
  type PolicyWorld,
  type Principal,
  type SnapshotInput,
} from '../../src/policy/index.ts'
import { directiveStateAt } from '../../src/policy/index.ts'
import { Directive } from '../../src/schema/directive.ts'

/** A small organisation, `Orchard`, with two models of one vendor, one of another, and routes in three countries. */
export const orchard: PolicyWorld = {
  organisation: 'Orchard',
  definition: 'us-ear-772.1',
  models: [
    model('fruit/apple', { family: 'pome', weights: 'closed', trainingOperations: 2e26 }),
    model('fruit/pear', { family: 'pome', weights: 'closed', trainingOperations: 1e25 }),
    model('nut/almond', {
      family: 'stone',
      weights: 'open',
      trainingOperations: 3e24,
      vendorJurisdictions: ['CN'],
    }),
    model('herb/basil', { vendorJurisdictions: [] }),
  ],
  routes: [
    route('direct', 'fruit', 'us-east-1', ['US'], 30, false),
    route('cloud', 'sky', 'eu-west-1', ['US', 'IE'], 0, false),
    route('own', 'self', 'de', ['DE'], 0, false),
    route('dark', 'murk', null, [], null, null),
  ],
  workflows: [
    {
      id: 'picking',
      task: 'code-review',
      audience: ['pickers'],
      models: ['fruit/apple', 'fruit/pear', 'nut/almond'],
      allowedJurisdictions: null,
      maxRetentionDays: null,
      training: null,
    },
    {
      id: 'pressing',
      task: 'chat',
      audience: null,
      models: ['fruit/apple', 'herb/basil'],
      allowedJurisdictions: ['DE', 'IE', 'US'],
      maxRetentionDays: 7,
      training: 'never',
    },
  ],
  authorisations: [
    {
      id: 'permit-1',
      directive: 'fruit-ban',
      models: ['fruit/apple'],
      entities: null,
      validUntil: null,
    },
  ],
}

function model(
  id: string,
  facts: Partial<PolicyWorld['models'][number]>,
): PolicyWorld['models'][number] {
  return {
    id,
    vendor: id.split('/')[0] ?? '',
    family: null,
    weights: null,
    trainingOperations: null,
    vendorJurisdictions: ['US'],
    ...facts,
  }
}

function route(
  id: string,
  provider: string,
  region: string | null,
  jurisdictions: readonly string[],
  retentionDays: number | null,
  trainsOnInput: boolean | null,
): PolicyWorld['routes'][number] {
  const models = ['fruit/apple', 'fruit/pear', 'nut/almond', 'herb/basil']
  return { id, provider, region, jurisdictions, retentionDays, trainsOnInput, models }
}

/** In force from 12 June 2026 on, everything else as given. */
export function directive(parts: Readonly<Record<string, unknown>> = {}): Directive {
  return Directive.parse({
    id: 'fruit-ban',
    title: 'Licence requirement on apples',
    instrument: 'is-informed-letter',
    issuer: 'us/bis',
    publication: 'published',
    source: { url: 'https://example.org/letter', retrieved: '2026-06-16' },
    effect: 'require-authorisation',
    scope: { models: ['fruit/apple'], persons: 'foreign-person', definition: 'us-ear-772.1' },
    status: [{ at: '2026-06-12T21:21:00Z', is: 'effective' }],
    ...parts,
  })
}

export const engine = createCedarEngine()

export const noon = '2026-06-20T12:00:00.000Z'

export interface SnapshotParts extends Partial<SnapshotInput> {
  readonly orders?: readonly Directive[]
}

export function snapshotOf({ orders = [], ...parts }: SnapshotParts = {}): PolicySnapshot {
  const at = parts.at ?? noon
  return buildSnapshot({
    world: orchard,
    directives: orders.map((one) => directiveStateAt(one, at)),
    invalid: [],
    ownPolicies: [],
    at,
    expiresAt: '2027-01-01T00:00:00.000Z',
    version: 1,
    engine,
    ...parts,
  })
}

export function person(parts: Partial<Principal> = {}): Principal {
  return {
    kind: 'person',
    definition: 'us-ear-772.1',
    class: 'not-foreign-person',
    entity: 'Orchard',
    employment: null,
    groups: ['pickers'],
    authorisations: [],
    ...parts,
  }
}
