import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Directive } from '../../schema/directive.ts'
import type { PolicyModel } from '../principal.ts'
import { checkDirective, type KnownNames } from './check-directive.ts'

function model(id: string, family: string | null = null): PolicyModel {
  return {
    id,
    vendor: id.slice(0, id.indexOf('/')),
    family,
    weights: null,
    trainingOperations: null,
    vendorJurisdictions: [],
  }
}

const models = [model('orchard/apple-1', 'apple'), model('orchard/pear-1'), model('barn/oat-1')]
const known: KnownNames = {
  models: new Map(models.map((one) => [one.id, one])),
  vendors: ['orchard', 'barn'],
  families: ['apple'],
  providers: ['orchard', 'mill'],
  definition: 'us-ear-772.1',
}

const scope = { models: ['orchard/apple-1', 'orchard/pear-1'] }

function findings(changes: object, now?: string): readonly string[] {
  const directive = Directive.parse({
    id: 'xx-orchard',
    title: 'Licence requirement on two apples',
    instrument: 'regulation',
    issuer: 'xx/orchard',
    publication: 'published',
    source: { title: 'gazette', retrieved: '2026-06-30' },
    effect: 'forbid',
    scope,
    status: [{ at: '2026-06-12T21:21:00Z', is: 'effective' }],
    review: { state: 'verified', by: 'Ada', at: '2026-06-30' },
    ...changes,
  })
  return checkDirective(directive, { known, now }).map(
    (one) => `${one.severity} ${one.path.join('.')}: ${one.message}`,
  )
}

function assertFinds(changes: object, expected: RegExp, now?: string): void {
  const found = findings(changes, now)
  assert.equal(found.filter((text) => expected.test(text)).length, 1, found.join('\n'))
}

test('a sound directive has nothing to be said of it', () => {
  assert.deepEqual(findings({}), [])
})

test('what cannot restrict is noted, however its effect reads', () => {
  assertFinds({ instrument: 'request' }, /^note instrument: a `request` forbids nothing/)
})

describe('persons', () => {
  test('`foreign-person` without a definition is a contradiction', () => {
    assertFinds({ scope: { ...scope, persons: 'foreign-person' } }, /^error scope\.persons:/)
  })

  test('under another definition everybody is undetermined', () => {
    const other = { ...scope, persons: 'foreign-person', definition: 'xx-stranger' }
    assertFinds({ scope: other }, /^warning scope\.definition: .*`xx-stranger`.*undetermined/)
    assert.deepEqual(findings({ scope: { ...other, definition: 'us-ear-772.1' } }), [])
  })
})

describe('names', () => {
  test('an unknown model, vendor, family or provider is told with its place and the nearest name', () => {
    assertFinds(
      { scope: { models: ['orchard/apple-1', 'orchard/peer-1'] } },
      /^warning scope\.models\.1: .*model `orchard\/peer-1`; did you mean `orchard\/pear-1`/,
    )
    assertFinds(
      { scope: { models: { vendors: ['orchart'] } } },
      /^warning scope\.models\.vendors\.0: .*vendor `orchart`; did you mean `orchard`/,
    )
    assertFinds({ scope: { models: { families: ['aple'] } } }, /family `aple`.*`apple`/)
    assertFinds({ scope: { ...scope, providers: ['mil'] } }, /provider `mil`.*`mill`/)
  })

  test('a template may invent names, and says what it is', () => {
    assert.deepEqual(findings({ template: true, scope: { models: ['fruit/fig-9'] } }), [
      'note template: a template with invented names: it cannot be enforced',
    ])
  })
})

describe('carve-outs', () => {
  const first = { at: '2026-06-14T00:00:00Z', models: ['orchard/pear-1'], entities: 'annex-a' }

  test('one that never holds is a contradiction, however its times are written', () => {
    assertFinds(
      { carveOuts: [{ ...first, until: '2026-06-14T00:00:00Z' }] },
      /^error carveOuts\.0\.until: .*never holds/,
    )
    const day = { on: '2026-06-14', entities: 'annex-a', until: '2026-06-15T11:00:00Z' }
    assertFinds({ carveOuts: [day] }, /^error carveOuts\.0\.until/)
  })

  test('the same reach with another interval or employment, both at once, is a contradiction', () => {
    const until = '2026-07-01T00:00:00Z'
    assertFinds(
      { carveOuts: [first, { ...first, at: '2026-06-16T00:00:00Z', until }] },
      /^error carveOuts\.1: `carve-out-2` contradicts `carve-out-1`: .*another interval/,
    )
    assertFinds(
      { carveOuts: [first, { ...first, employment: 'permanent-and-regular' }] },
      /^error carveOuts\.1: .*another `employment`/,
    )
    assert.deepEqual(
      findings({
        carveOuts: [
          { ...first, until },
          { ...first, at: until },
        ],
      }),
      [],
      'one after the other is no contradiction',
    )
  })

  test('one that lies within another adds nothing', () => {
    const wide = { at: '2026-06-14T00:00:00Z', entities: 'annex-a' }
    assertFinds({ carveOuts: [wide, first] }, /^warning carveOuts\.1: `carve-out-2` adds nothing/)
    assertFinds({ carveOuts: [first, wide] }, /^warning carveOuts\.1: `carve-out-1` adds nothing/)
  })

  test('two clauses of one name are a contradiction', () => {
    const named = { ...first, id: 'annex' }
    assertFinds(
      { carveOuts: [named, { ...named, entities: 'annex-b' }] },
      /^error carveOuts\.1: `annex` is the name of two clauses/,
    )
  })

  test('one that spares everything in scope should be a status line', () => {
    const all = { at: '2026-06-14T00:00:00Z' }
    assertFinds({ carveOuts: [all] }, /^error carveOuts\.0: .*spares everything/)
    assertFinds({ carveOuts: [{ ...all, models: scope.models }] }, /^error .*spares everything/)
    assert.deepEqual(findings({ carveOuts: [{ ...all, models: ['orchard/pear-1'] }] }), [])
    assert.deepEqual(findings({ carveOuts: [{ ...all, employment: 'permanent-and-regular' }] }), [])
    assert.deepEqual(findings({ carveOuts: [{ ...all, purposes: ['chat'] }] }), [])
  })

  test('models that the scope does not reach are told: an error when there is no other', () => {
    const outside = (...ids: readonly string[]) => ({ carveOuts: [{ ...first, models: ids }] })
    assertFinds(outside('barn/oat-1'), /^error carveOuts\.0\.models: .*`barn\/oat-1`/)
    assertFinds(outside('orchard/pear-1', 'barn/oat-1'), /^warning carveOuts\.0\.models: /)
  })

  test('a model that the scope may reach by an unknown attribute is not called outside', () => {
    const unknown = { scope: { models: { trainingOperationsOver: 1e26 } }, carveOuts: [first] }
    assert.deepEqual(findings(unknown), [])
  })
})

describe('acts of the vendor', () => {
  const act = { on: '2026-06-12', effect: 'withdrawn-for-all', source: 'notice' }

  test('on models outside the scope they are told', () => {
    assertFinds(
      { vendorActions: [{ ...act, models: ['barn/oat-1'] }] },
      /^warning vendorActions\.0\.models: the vendor acted on `barn\/oat-1`/,
    )
  })

  test('`restored` before anything was taken away is told', () => {
    const back = { ...act, models: ['orchard/pear-1'], effect: 'restored' }
    assertFinds({ vendorActions: [back] }, /^warning vendorActions\.0: `restored` before/)
    const taken = { ...act, models: scope.models }
    assert.deepEqual(findings({ vendorActions: [taken, { ...back, on: '2026-07-01' }] }), [])
  })
})

describe('status', () => {
  const signed = { source: 'gazette', by: 'Ada' }

  test('a line that stands after a later one is told', () => {
    const status = [
      { on: '2026-06-20', is: 'effective' },
      { on: '2026-06-12', is: 'issued' },
    ]
    assertFinds({ status }, /^warning status\.1: `issued` 2026-06-12 stands after `effective`/)
  })

  test('a lift before anything was effective is told', () => {
    const status = [
      { on: '2026-06-01', is: 'lifted', ...signed },
      { on: '2026-06-12', is: 'effective' },
    ]
    assertFinds({ status }, /^warning status\.0: `lifted` 2026-06-01 ends what has not been/)
  })

  test('a lift known to the day that overtakes the next restriction is told', () => {
    const status = [
      { on: '2026-06-12', is: 'effective' },
      { on: '2026-06-30', is: 'lifted', ...signed },
      { on: '2026-07-01', is: 'effective' },
    ]
    assertFinds({ status }, /^warning status\.1: .*2026-07-01T12:00:00\.000Z.*ends; give instants/)
  })
})

test('an unsigned directive and an overdue review are noted; without a clock nothing is overdue', () => {
  const unverified = { state: 'unverified', by: null, at: null }
  assertFinds({ review: unverified }, /^note review: unverified/)
  const due = { reviewDue: '2026-12-31' }
  assertFinds(
    due,
    /^note reviewDue: .*2026-12-31; it restricts all the same/,
    '2027-01-01T00:00:00Z',
  )
  assert.deepEqual(findings(due, '2026-12-31T23:00:00Z'), [])
  assert.deepEqual(findings(due), [])
})
