import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Directive } from '../../schema/directive.ts'
import { relieves } from './relieves.ts'

const order = Directive.parse({
  id: 'order-12',
  title: 'Order 12',
  instrument: 'regulation',
  issuer: 'xx/orchard',
  publication: 'published',
  source: { title: 'gazette', retrieved: '2026-06-30' },
  effect: 'forbid',
  scope: { models: ['orchard/apple-1', 'orchard/pear-1'] },
  carveOuts: [
    {
      id: 'care',
      on: '2026-06-12',
      purposes: ['support'],
      source: { title: 'g', retrieved: '2026-06-30' },
      by: 'Ada',
    },
  ],
  status: [
    { at: '2026-06-12T21:21:00Z', is: 'effective' },
    { on: '2026-06-13', is: 'lifted', source: 'gazette', by: 'Ada' },
  ],
})
const signed = { source: 'gazette 13', by: 'Ada' }

test('what is signed and allows more is a relief', () => {
  const lifted = {
    ...order,
    status: [...order.status, { on: '2026-06-30', is: 'lifted' as const, ...signed }],
  }
  assert.equal(relieves(order, lifted), true)
  const suspended = {
    ...order,
    status: [...order.status, { on: '2026-06-30', is: 'suspended' as const, ...signed }],
  }
  assert.equal(relieves(order, suspended), true)
  const narrower = {
    ...order,
    scope: { ...order.scope, models: ['orchard/apple-1'] },
    status: [...order.status, { on: '2026-06-30', is: 'effective' as const, ...signed }],
  }
  assert.equal(relieves(order, narrower), true)
  const spared = {
    ...order,
    carveOuts: [
      ...order.carveOuts,
      {
        on: '2026-06-30',
        purposes: ['extraction' as const],
        employment: 'any' as const,
        by: 'Ada',
        source: { title: 'g', retrieved: '2026-06-30' },
      },
    ],
  }
  assert.equal(relieves(order, spared), true)
})

test('what restricts more, and what only says more, is none', () => {
  assert.equal(relieves(order, order), false)
  const again = {
    ...order,
    status: [...order.status, { on: '2026-07-02', is: 'effective' as const, ...signed }],
  }
  assert.equal(relieves(order, again), false)
  assert.equal(relieves(order, { ...order, scope: { ...order.scope, models: 'all' } }), false)
  assert.equal(relieves(order, { ...order, carveOuts: [] }), false)
  assert.equal(relieves(order, { ...order, title: 'Order twelve' }), false)
  assert.equal(
    relieves(order, { ...order, review: { state: 'verified', by: 'Kim', at: '2026-07-01' } }),
    false,
  )
})
