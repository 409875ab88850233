import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directive } from '../../test/policy/sample-world.ts'
import type { Catalogue } from '../schema/catalogue.ts'
import { HoldfastConfig } from '../schema/holdfast-config.ts'
import { policyWorldOf } from './policy-world.ts'

const fact = <T>(value: T) => ({ value, source: 'sheet', asOf: '2026-06-01' })
const row = { source: 'sheet', asOf: '2026-06-01' }

const catalogue: Catalogue = {
  families: { version: 1, republishers: [], families: [] },
  sources: [],
  vendors: [
    {
      ...row,
      id: 'fruit',
      name: 'Fruit',
      spellings: ['fruit-ai'],
      aliases: [],
      headquarters: fact('US'),
      ultimateParent: fact({ name: 'Basket', jurisdiction: 'NL' }),
      models: [
        {
          ...row,
          id: 'fruit/apple',
          name: 'Apple',
          family: 'pome',
          aliases: [],
          snapshots: [],
          lifecycle: [],
          weights: fact('closed' as const),
          trainingOperations: fact(2e26),
        },
      ],
    },
  ],
  providers: [
    {
      ...row,
      id: 'sky',
      name: 'Sky',
      kind: 'cloud',
      headquarters: fact('US'),
      hosts: [],
      prefixes: [],
      credentialVariables: [],
      spellings: {},
      prices: {},
    },
  ],
}

const config = HoldfastConfig.parse({
  version: 1,
  organisation: { name: 'Orchard' },
  routes: [
    {
      id: 'cloud',
      provider: 'sky',
      protocol: 'openai-chat',
      baseUrl: 'https://sky.example',
      credential: 'none',
      region: 'eu-1',
      models: { 'fruit/apple': 'apple' },
    },
    {
      id: 'own',
      provider: 'self',
      protocol: 'openai-chat',
      baseUrl: 'http://own.example',
      credential: 'none',
      region: 'de',
      weightsHeld: true,
      models: { 'fruit-ai/quince': 'quince' },
    },
    {
      id: 'proxy',
      provider: 'self',
      protocol: 'openai-chat',
      baseUrl: 'http://proxy.example',
      credential: 'none',
      models: {},
    },
  ],
  workflows: [
    {
      id: 'picking',
      task: 'chat',
      model: 'fruit/apple',
      fallbacks: ['nut/almond', { model: 'fruit/apple', route: 'own' }, { tool: 'ladder' }],
      data: { allowedJurisdictions: ['de'] },
    },
  ],
})

const world = policyWorldOf(config, catalogue, (_, region) => (region === 'eu-1' ? 'IE' : null), {
  directives: [directive({ scope: { models: ['fruit/pear'] } })],
})

test('the world holds every model that routes, workflows and directives name', () => {
  assert.deepEqual(
    world.models.map(({ id }) => id),
    ['fruit-ai/quince', 'fruit/apple', 'fruit/pear', 'nut/almond'],
  )
  assert.deepEqual(world.workflows[0]?.models, ['fruit/apple', 'nut/almond'])
})

test('a model carries what the catalogue knows, and null for the rest', () => {
  const [quince, apple, , almond] = world.models
  assert.deepEqual(apple, {
    id: 'fruit/apple',
    vendor: 'fruit',
    family: 'pome',
    weights: 'closed',
    trainingOperations: 2e26,
    vendorJurisdictions: ['NL', 'US'],
  })
  assert.equal(quince?.vendor, 'fruit')
  assert.deepEqual(quince?.vendorJurisdictions, ['NL', 'US'])
  assert.deepEqual([almond?.weights, almond?.vendorJurisdictions], [null, []])
})

test('a route lies where its provider sits and where its region is; a route of one’s own has no seat', () => {
  const [cloud, own, proxy] = world.routes
  assert.deepEqual(cloud?.jurisdictions, ['IE', 'US'])
  assert.deepEqual(own?.jurisdictions, ['DE'])
  assert.deepEqual(proxy?.jurisdictions, [])
  assert.deepEqual(world.workflows[0]?.allowedJurisdictions, ['DE'])
})

test('nobody keeps or trains on what goes to weights held on own machines; elsewhere it must be stated', () => {
  const [cloud, own, proxy] = world.routes
  assert.deepEqual([own?.retentionDays, own?.trainsOnInput], [0, false])
  assert.deepEqual([cloud?.retentionDays, cloud?.trainsOnInput], [null, null])
  assert.deepEqual([proxy?.retentionDays, proxy?.trainsOnInput], [null, null])
})
