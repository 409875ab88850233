import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  directive,
  engine,
  noon,
  orchard,
  person,
  snapshotOf,
} from '../../test/policy/sample-world.ts'
import { Fault } from '../base/fault.ts'
import type { CedarEngine } from './cedar-engine.ts'
import { decide } from './decide.ts'

/** The engine, counting what it is asked. */
function counting(): { readonly engine: CedarEngine; asked(): number } {
  let asks = 0
  const counted: CedarEngine = {
    ...engine,
    prepare: (schema, policies) => {
      const set = engine.prepare(schema, policies)
      return {
        ask: (...words) => {
          asks += 1
          return set.ask(...words)
        },
      }
    },
  }
  return { engine: counted, asked: () => asks }
}

const orders = [
  directive(),
  directive({ id: 'nut-ban', scope: { models: ['nut/almond'], persons: 'all' } }),
]

test('Cedar is asked when a snapshot is built, and not again for what was prepared', () => {
  const counted = counting()
  const principal = person()
  const snapshot = snapshotOf({ orders, engine: counted.engine, principals: [principal] })
  const before = counted.asked()
  assert.ok(before > 0)
  for (const { id: model } of orchard.models) {
    for (const { id: route } of orchard.routes) {
      decide(snapshot, { principal, model, route, workflow: null, purpose: 'chat', at: noon })
    }
  }
  assert.equal(counted.asked(), before)
})

test('a changed directive asks again only about itself', () => {
  const counted = counting()
  const parts = { engine: counted.engine, principals: [person()] }
  const first = snapshotOf({ orders, ...parts })
  const whole = counted.asked()
  const [one, ...others] = orders
  assert.ok(one !== undefined)
  const changed = { ...one, effect: 'forbid' as const }
  const second = snapshotOf({ orders: [changed, ...others], previous: first, ...parts })
  assert.ok(counted.asked() - whole < whole / 2)
  const kept = second.table.units.filter((unit) => first.table.units.includes(unit))
  assert.equal(kept.length, first.table.units.length - 1)
  const again = counted.asked()
  snapshotOf({ orders: [changed, ...others], previous: second, ...parts })
  assert.equal(counted.asked(), again)
})

test('a world that has changed takes nothing over', () => {
  const first = snapshotOf({ orders })
  const world = { ...orchard, models: orchard.models.slice(0, 3) }
  const second = snapshotOf({ orders, world, previous: first })
  assert.ok(second.table.units.every((unit) => !first.table.units.includes(unit)))
})

test('the digest names what is decided, not the version', () => {
  const one = snapshotOf({ orders, version: 1 })
  assert.equal(one.digest, snapshotOf({ orders: orders.toReversed(), version: 2 }).digest)
  assert.notEqual(one.digest, snapshotOf({ orders: orders.slice(0, 1) }).digest)
})

test('an authorisation that ends is a change as well', () => {
  const [permit] = orchard.authorisations
  assert.ok(permit !== undefined)
  const world = { ...orchard, authorisations: [{ ...permit, validUntil: '2026-06-30' }] }
  assert.equal(snapshotOf({ orders, world }).changesAt, '2026-06-30T10:00:00.000Z')
  assert.equal(snapshotOf({ world }).changesAt, null)
})

test('a name that is there twice and an instant that is none are refused', () => {
  const [order] = orders
  assert.ok(order !== undefined)
  assert.throws(() => snapshotOf({ orders: [order, order] }), Fault)
  assert.throws(() => snapshotOf({ expiresAt: 'soon' }), Fault)
})

test('a test that tells too many uses apart is asked per request', () => {
  const models = Array.from({ length: 150 }, (_, index) => ({
    ...orchard.models[0],
    id: `fruit/m${index}`,
    vendor: `v${index}`,
    family: null,
    weights: null,
    trainingOperations: null,
    vendorJurisdictions: [],
  }))
  const routes = Array.from({ length: 150 }, (_, index) => ({
    id: `r${index}`,
    provider: `v${index}`,
    region: null,
    jurisdictions: [],
    retentionDays: null,
    trainsOnInput: null,
    models: models.map(({ id }) => id),
  }))
  const text =
    'forbid (principal, action, resource) when { resource.vendor != context.route.provider };'
  const snapshot = snapshotOf({
    world: { ...orchard, models, routes, workflows: [] },
    ownPolicies: [{ name: 'own.cedar', text }],
  })
  assert.match(snapshot.table.liveUnits[0]?.live.join() ?? '', /combinations/)
  const ask = (route: string) =>
    decide(snapshot, {
      principal: person(),
      model: 'fruit/m7',
      route,
      workflow: null,
      purpose: 'chat',
      at: noon,
    }).verdict
  assert.equal(ask('r7'), 'allow')
  assert.equal(ask('r8'), 'deny')
})
