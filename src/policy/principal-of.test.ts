import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orchard } from '../../test/policy/sample-world.ts'
import { HoldfastConfig } from '../schema/holdfast-config.ts'
import { personOf } from './person-of.ts'
import { principalOf } from './principal-of.ts'

const config = HoldfastConfig.parse({
  version: 1,
  organisation: { name: 'Orchard' },
  groups: {
    pickers: { headcount: { 'not-foreign-person': 3, 'foreign-person-not-authorised': 1 } },
    packers: {},
  },
  principals: [
    { id: 'bot', kind: 'service', key: 'env:A', groups: ['pickers'] },
    { id: 'lost', kind: 'service', key: 'env:B', groups: ['pickers', 'packers'] },
    { id: 'vouched', kind: 'service', key: 'env:C', class: 'not-foreign-person' },
    { id: 'ana', kind: 'person', key: 'env:D', groups: ['pickers'] },
  ],
})

test('a service without a class has the most restrictive one of its groups; a person has none', () => {
  const classes = config.principals.map((one) => principalOf(config, one).class)
  assert.deepEqual(classes, [
    'foreign-person-not-authorised',
    'undetermined',
    'not-foreign-person',
    'undetermined',
  ])
})

test('the person of a class is of the organisation and its audience; only the authorised hold authorisations', () => {
  const [picking] = orchard.workflows
  const authorised = personOf(orchard, 'foreign-person-authorised', picking ?? null)
  assert.deepEqual(authorised, {
    kind: 'person',
    definition: 'us-ear-772.1',
    class: 'foreign-person-authorised',
    entity: 'Orchard',
    employment: null,
    groups: ['pickers'],
    authorisations: ['permit-1'],
  })
  assert.deepEqual(personOf(orchard, 'undetermined', null).authorisations, [])
})
