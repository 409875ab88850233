import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call } from './call.ts'
import type { AnswerFacts } from './caller-answer.ts'
import type { GatewayState } from './gateway-state.ts'
import { gatewayLimits } from './limits.ts'
import { ObservedTraffic } from './observed-traffic.ts'

const route = { id: 'local', provider: 'self', protocol: 'openai-chat', region: 'de' }
const state = {
  routes: new Map([['local', route]]),
  routesOf: (model: string) => (model === 'acme/one' ? [route] : []),
} as unknown as GatewayState

function callFor(model: string | null, workflow: string | null = null): Call {
  return { model, workflow: workflow === null ? null : { id: workflow } } as unknown as Call
}

function factsOf(servedModel: string | null, chosen: string | null = 'local'): AnswerFacts {
  return { servedModel, route: chosen } as unknown as AnswerFacts
}

const noon = '2026-11-25T12:00:00.000Z'

test('requests of one day are added up by workflow, model, served model and route', () => {
  const traffic = new ObservedTraffic()
  const served = { isServed: true, at: noon }
  traffic.note(state, callFor('acme/one', 'review'), factsOf('acme/one'), served)
  const later = { isServed: true, at: '2026-11-25T13:00:00.000Z' }
  traffic.note(state, callFor('acme/one', 'review'), factsOf('acme/one'), later)
  traffic.note(state, callFor('acme/one', 'review'), factsOf('acme/two'), served)
  traffic.note(state, callFor('acme/one'), factsOf('acme/one'), served)
  traffic.note(state, callFor('acme/one'), factsOf(null, null), { isServed: false, at: noon })
  const [first, ...others] = traffic.take()
  assert.deepEqual(first, {
    day: '2026-11-25',
    workflow: 'review',
    model: 'acme/one',
    servedModel: 'acme/one',
    route: 'local',
    provider: 'self',
    protocol: 'openai-chat',
    region: 'de',
    requests: 2,
    served: 2,
    firstAt: noon,
    lastAt: '2026-11-25T13:00:00.000Z',
  })
  assert.deepEqual(
    others.map(({ workflow, servedModel, requests, served }) => [
      workflow,
      servedModel,
      requests,
      served,
    ]),
    [
      ['review', 'acme/two', 1, 1],
      [null, 'acme/one', 1, 1],
      [null, null, 1, 0],
    ],
  )
  assert.deepEqual(traffic.take(), [])
})

test('a model that nobody knows is not noted', () => {
  const traffic = new ObservedTraffic()
  traffic.note(state, callFor(null), factsOf(null), { isServed: false, at: noon })
  assert.deepEqual(traffic.take(), [])
})

test('what could not be written down is added to what came meanwhile', () => {
  const traffic = new ObservedTraffic()
  const note = (at: string) =>
    traffic.note(state, callFor('acme/one'), factsOf('acme/one'), { isServed: true, at })
  note('2026-11-25T12:00:00.000Z')
  const taken = traffic.take()
  note('2026-11-25T11:00:00.000Z')
  traffic.giveBack(taken)
  assert.deepEqual(
    traffic.take().map(({ requests, firstAt, lastAt }) => [requests, firstAt, lastAt]),
    [[2, '2026-11-25T11:00:00.000Z', '2026-11-25T12:00:00.000Z']],
  )
})

test('memory is bounded: what finds no room is counted', () => {
  const traffic = new ObservedTraffic()
  const max = gatewayLimits.observedUsesMax
  for (let count = 0; count < max + 5; count += 1)
    traffic.note(state, callFor(`acme/${count}`), factsOf(null), { isServed: false, at: noon })
  assert.equal(traffic.unkept, 5)
  assert.equal(traffic.take().length, max)
  assert.equal(traffic.unkept, 0)
})
