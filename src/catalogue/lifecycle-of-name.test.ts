import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogueModel, LifecycleEvent } from '../schema/catalogue.ts'
import { standingOfName } from './lifecycle-of-name.ts'

const asOf = '2026-11-26'

function event(
  kind: LifecycleEvent['kind'],
  on: string,
  more: Partial<LifecycleEvent> = {},
): LifecycleEvent {
  return { kind, on, source: 'list', asOf: '2026-11-24', ...more }
}

/** What is told of names of `oak/clerk` at `grove`. */
function lifecycles(lifecycle: readonly LifecycleEvent[], snapshots: readonly string[]) {
  const model = { id: 'oak/clerk', snapshots, lifecycle } as unknown as CatalogueModel
  return (snapshot: string | null, provider: string | null = 'grove') =>
    standingOfName(model, { model: 'oak/clerk', snapshot, provider }, asOf)
}

const at = { providers: ['grove'] }
const [old, young] = ['clerk-2024-05-13', 'clerk-2024-08-06']

test('the end of one of several dated names is not that of the model', () => {
  const of = lifecycles(
    [
      event('released', '2024-05-13'),
      event('retired', '2026-10-23', { ...at, snapshot: old }),
      event('retirement-planned', '2027-01-14', { ...at, snapshot: young }),
    ],
    [old, young],
  )
  assert.deepEqual(of(null), { lifecycle: 'active' })
  assert.deepEqual(of(young), { lifecycle: 'active' })
  assert.deepEqual(of(old), {
    lifecycle: 'retired',
    lifecycleReason: 'clerk-2024-05-13 retired at grove on 2026-10-23 (list, read on 2026-11-24)',
  })
  assert.equal(of(old, 'elsewhere').lifecycle, 'active')
  assert.equal(of(old, null).lifecycle, 'active')
})

test('the end of the only dated name is that of the model', () => {
  const of = lifecycles([event('retired', '2026-10-23', { ...at, snapshot: old })], [old])
  assert.equal(of(null).lifecycle, 'retired')
  assert.equal(of(old).lifecycle, 'retired')
})

test('a dated name outlives the name of the model where its own last day is later', () => {
  const of = lifecycles(
    [
      event('retired', '2026-10-23', at),
      event('retirement-planned', '2027-01-14', { ...at, snapshot: young }),
    ],
    [old, young],
  )
  assert.equal(of(null).lifecycle, 'retired')
  assert.equal(of(old).lifecycle, 'retired')
  assert.equal(of(young).lifecycle, 'unknown')
})

test('a suspension holds for every name, until the model is back', () => {
  const suspended = event('suspended', '2026-06-12')
  const dated = event('retirement-planned', '2027-01-14', { snapshot: young })
  const of = lifecycles([suspended, dated], [old, young])
  assert.deepEqual(of(young), {
    lifecycle: 'suspended',
    lifecycleReason: 'suspended on 2026-06-12 (list, read on 2026-11-24)',
  })
  const back = lifecycles([suspended, event('restored', '2026-07-01')], [])
  assert.deepEqual(back(null), { lifecycle: 'active' })
})

test('what has not happened yet, and models that nobody lists, say nothing', () => {
  const of = lifecycles([event('retired', '2026-12-24')], [])
  assert.deepEqual(of(null), { lifecycle: 'unknown' })
  const unlisted = { model: 'oak/clerk', snapshot: null, provider: null }
  assert.deepEqual(standingOfName(undefined, unlisted, asOf), { lifecycle: 'unknown' })
})
