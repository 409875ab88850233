import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CedarPolicy, CedarRequest } from '../policy/index.ts'
import { cedarSchema } from '../policy/index.ts'
import { createCedarEngine } from './cedar-engine.ts'

function forbidFor(purpose: string): CedarPolicy {
  const parsed = createCedarEngine().parse(
    `forbid (principal, action, resource) when { context.purpose == "${purpose}" };`,
  )
  assert.ok('policies' in parsed && parsed.policies[0] !== undefined)
  return parsed.policies[0].policy
}

function request(purpose: string): CedarRequest {
  const route = { type: 'Holdfast::Route', id: 'r' }
  const model = { type: 'Holdfast::Model', id: 'm' }
  const principal = { type: 'Holdfast::Person', id: 'p' }
  return {
    principal,
    resource: model,
    context: {
      route: { __entity: route },
      purpose,
      at: { __extn: { fn: 'datetime', arg: '2026-06-20T12:00:00.000Z' } },
    },
    entities: [
      {
        uid: principal,
        attrs: { definition: 'd', class: 'undetermined', authorisations: [] },
        parents: [],
      },
      { uid: model, attrs: { vendor: 'v', vendorJurisdictions: [] }, parents: [] },
      { uid: route, attrs: { provider: 'x', jurisdictions: [] }, parents: [] },
    ],
  }
}

test('sets keep their policies, however many there are and whichever engine prepared them', () => {
  const sets = Array.from({ length: 150 }, (_, index) =>
    createCedarEngine().prepare(cedarSchema, { [`f${index}`]: forbidFor(`p${index}`) }),
  )
  for (const round of [1, 2]) {
    for (const [index, set] of sets.entries()) {
      const held = set.ask(request(`p${index}`), 'checked')
      assert.deepEqual(held, { verdict: 'deny', policies: [`f${index}`], errors: [] }, `${round}`)
      assert.deepEqual(set.ask(request('other')).policies, [])
    }
  }
})

test('a request that does not fit the schema is an error, never an answer', () => {
  const set = createCedarEngine().prepare(cedarSchema, { f: forbidFor('chat') })
  const { context } = request('chat')
  const answer = set.ask({ ...request('chat'), context: { ...context, purpose: 7 } }, 'checked')
  assert.deepEqual([answer.verdict, answer.policies.length], ['deny', 0])
  assert.ok(answer.errors.length > 0)
})
