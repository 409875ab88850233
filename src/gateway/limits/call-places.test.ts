import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { isFailure } from '../attempt.ts'
import type { Call } from '../call.ts'
import type { GatewayState, WaitingRules } from '../gateway-state.ts'
import type { Hop } from '../plan-hops.ts'
import type { AttemptPlace } from './attempt-place.ts'
import { CallPlaces } from './call-places.ts'
import type { UseLimits } from './counters.ts'
import type { Unpriced } from './count-spend.ts'
import { MemoryCounters } from './memory-counters.ts'
import { RouteCapacity } from './route-capacity.ts'

const none: UseLimits = {
  concurrent: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  spendPerDay: null,
}

function fixture(whenFull: WaitingRules['whenFull'] = 'wait') {
  const clock = new ManualClock()
  const counters = new MemoryCounters(clock)
  const unpriced: Unpriced[] = []
  const dayLimit = { ...none, spendPerDay: { amount: 0.003, currency: 'USD' } }
  const state = {
    waiting: { waitMs: 1_000, waitingMax: 10, whenFull },
    limits: { ofPrincipal: () => dayLimit, ofWorkflow: () => null },
    priceOf: (_model: string, route: string) =>
      route === 'unpriced' ? null : { currency: 'USD', inputPerMillion: 1, outputPerMillion: 10 },
  } as unknown as GatewayState
  const tools = {
    clock,
    counters,
    capacity: new RouteCapacity(counters, clock),
    state: () => state,
    onUnpriced: (one: Unpriced) => unpriced.push(one),
  }
  const call = {
    caller: { id: 'ann' },
    workflow: null,
    body: { input: 'four'.repeat(100) },
    recalled: null,
  } as unknown as Call
  const hop = (id: string, capacity: Partial<UseLimits> | null = { concurrent: 1 }): Hop => ({
    id: `test/m@${id}`,
    model: 'test/m',
    wireModel: 'm',
    isFallback: false,
    route: {
      id,
      provider: 'test',
      protocol: 'openai-chat',
      baseUrl: new URL('https://models.example'),
      region: null,
      project: null,
      countries: [],
      models: new Map(),
      capacity: capacity === null ? null : { ...none, ...capacity },
      contextTokens: null,
      timeouts: { connectMs: 1, headersMs: 1, wholeMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1 },
      credential: () => null,
      disabled: null,
    },
  })
  const isSpent = () =>
    counters.refusalOf({ scope: 'principal', id: 'ann', limits: dayLimit, tokens: 0 }, 1) !== null
  return { clock, tools, hop, unpriced, isSpent, places: () => new CallPlaces(call, tools) }
}

async function entered(place: ReturnType<CallPlaces['enter']>): Promise<AttemptPlace> {
  const found = await place
  assert.ok(!isFailure(found), JSON.stringify(found))
  return found
}

test('all waits of a call together last no longer than one may, then only room counts', async () => {
  const { clock, hop, places } = fixture()
  const [full, half, free] = [hop('full'), hop('half'), hop('free')]
  const holder = places()
  await entered(holder.enter(full))
  const held = await entered(holder.enter(half))
  const call = places()
  assert.ok(call.isWorthAWait(full))
  const first = call.enter(half)
  clock.pass(600)
  held.release()
  const place = await entered(first)
  const second = call.enter(full)
  assert.equal(call.waitingFor, full)
  clock.pass(400)
  const failure = await second
  assert.ok(isFailure(failure))
  assert.deepEqual(failure.limited, {
    kind: 'refused',
    scope: 'route',
    limit: 'concurrent',
    waitMs: null,
  })
  assert.deepEqual(
    [full, half, free].map((one) => call.isWorthAWait(one)),
    [false, false, true],
  )
  assert.ok(isFailure(await call.enter(half)))
  place.release()
  assert.ok(call.isWorthAWait(half))
  assert.deepEqual([call.waitingFor, clock.timers], [null, 0])
})

test('where the next hop is preferred, a full route is none that is taken in its turn', async () => {
  const { hop, places } = fixture('next')
  const full = hop('full')
  const held = await entered(places().enter(full))
  const call = places()
  assert.ok(!call.isWorthAWait(full))
  assert.ok(call.isWorthAWait(hop('free', null)))
  held.release()
  assert.ok(call.isWorthAWait(full))
})

test('a wait that is given up fails without a place, also in the moment in which it is granted', async () => {
  const { hop, places } = fixture()
  const full = hop('full')
  const held = await entered(places().enter(full))
  const gone = places()
  const waiting = gone.enter(full)
  gone.giveUp()
  assert.ok(isFailure(await waiting))
  const late = places()
  const granted = late.enter(full)
  held.release()
  late.giveUp()
  const place = await entered(granted)
  place.release()
  await entered(places().enter(full))
})

test('what an attempt has used counts once, and what was only expected is given back', async () => {
  const { hop, places, isSpent } = fixture()
  const metered = hop('metered', { tokensPerMinute: 150 })
  const nothing = await entered(places().enter(metered))
  assert.ok(isFailure(await fullAtOnce(places(), metered)))
  nothing.release()
  const place = await entered(places().enter(metered))
  const usage = { input: 100, output: 20, cacheRead: 0, cacheWrite: null, reasoning: null }
  for (let times = 0; times < 20; times += 1)
    place.used(() => ({ usage, textBytes: () => 0, isWhole: true }))
  place.release()
  assert.ok(!isSpent())
  assert.ok(isFailure(await fullAtOnce(places(), metered)))
  const other = await entered(places().enter(hop('other')))
  other.used(() => ({
    usage: { ...usage, output: 300 },
    textBytes: () => 0,
    isWhole: true,
  }))
  assert.ok(isSpent())
})

/** A minute has no room before the deadline, so nobody waits. */
function fullAtOnce(call: CallPlaces, hop: Hop) {
  const failure = call.enter(hop)
  assert.equal(call.waitingFor, null)
  return failure
}

test('what has no price is told and not counted, and nothing is read where nothing is limited', async () => {
  const { hop, places, unpriced, isSpent, tools } = fixture()
  const place = await entered(places().enter(hop('unpriced')))
  place.used(() => ({ usage: null, textBytes: () => 1e9, isWhole: false }))
  assert.ok(!isSpent())
  assert.deepEqual(unpriced, [{ model: 'test/m', route: 'unpriced', currency: 'USD' }])
  const unlimited = {
    ...tools.state(),
    limits: { ofPrincipal: () => null, ofWorkflow: () => null },
  }
  const call = {
    caller: { id: 'ann' },
    workflow: null,
    body: {},
    recalled: null,
  } as unknown as Call
  const free = new CallPlaces(call, { ...tools, state: () => unlimited })
  const unread = await entered(free.enter(hop('free', null)))
  unread.used(() => assert.fail('read'))
  unread.release()
})
