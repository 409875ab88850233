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
  const classes = config.principals.map(
    (one) => principalOf(config, one, '2026-06-15T00:00:00.000Z').class,
  )
  assert.deepEqual(classes, [
    'foreign-person-not-authorised',
    'undetermined',
    'not-foreign-person',
    'undetermined',
  ])
})

test('a class that somebody vouched for counts from the day it was given until it expires', () => {
  const [vouched] = HoldfastConfig.parse({
    version: 1,
    organisation: { name: 'Orchard' },
    principals: [
      {
        id: 'ana',
        kind: 'person',
        key: 'env:A',
        class: 'not-foreign-person',
        attestation: {
          basis: 'hr-confirmation',
          attester: 'hr@orchard',
          date: '2026-06-10',
          expiresAt: '2026-07-01T00:00:00Z',
        },
      },
    ],
  }).principals
  assert.ok(vouched !== undefined)
  const classAt = (at: string) => principalOf(config, vouched, at).class
  assert.equal(classAt('2026-06-09T00:00:00.000Z'), 'undetermined')
  assert.equal(classAt('2026-06-10T12:00:00.000Z'), 'not-foreign-person')
  assert.equal(classAt('2026-06-30T23:59:59.999Z'), 'not-foreign-person')
  assert.equal(classAt('2026-07-01T00:00:00.000Z'), 'undetermined')
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
