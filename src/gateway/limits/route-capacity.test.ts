import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import type { Criticality } from '../../schema/vocabulary.ts'
import type { GatewayRoute } from '../gateway-state.ts'
import type { Grant, Refusal, UseLimits } from './counters.ts'
import { MemoryCounters } from './memory-counters.ts'
import type { Wait } from './asked-limits.ts'
import { RouteCapacity } from './route-capacity.ts'

type Entered = Grant | Refusal | Wait | null

function fixture(limits: Partial<UseLimits>) {
  const clock = new ManualClock()
  const capacity = new RouteCapacity(new MemoryCounters(clock), clock)
  const none = {
    concurrent: null,
    requestsPerMinute: null,
    tokensPerMinute: null,
    spendPerDay: null,
  }
  const route: GatewayRoute = {
    id: 'r',
    provider: 'test',
    protocol: 'openai-chat',
    baseUrl: new URL('https://models.example/v1'),
    region: null,
    project: null,
    countries: [],
    models: new Map(),
    capacity: { ...none, ...limits },
    contextTokens: null,
    timeouts: { connectMs: 1, headersMs: 1, wholeMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1 },
    credential: () => null,
    disabled: null,
  }
  const enter = (
    criticality: Criticality = 'supporting',
    { waitMs = 5_000, waitingMax = 3, tokens = 0 } = {},
  ): Entered => capacity.enter(route, { criticality, tokens: () => tokens }, { waitMs, waitingMax })
  return { clock, capacity, route, enter }
}

function granted(entered: Entered): Grant {
  assert.ok(entered?.kind === 'granted', JSON.stringify(entered))
  return entered
}

function waits(entered: Entered): Wait {
  assert.ok(entered?.kind === 'waiting', JSON.stringify(entered))
  return entered
}

/** Notes who has heard what, in order. */
function hear(named: Readonly<Record<string, Wait>>) {
  const heard: string[] = []
  const grants: Grant[] = []
  const note = async (name: string, outcome: Wait['outcome']): Promise<void> => {
    const answer = await outcome
    heard.push(`${name} ${answer?.kind ?? 'gave up'}`)
    if (answer?.kind === 'granted') grants.push(answer)
  }
  for (const [name, { outcome }] of Object.entries(named)) void note(name, outcome)
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { heard, grants, settle }
}

test('a route without limits takes everybody', () => {
  const { capacity, route } = fixture({})
  const want = { criticality: 'supporting', tokens: () => assert.fail() } as const
  const free = { ...route, capacity: null }
  assert.equal(capacity.enter(free, want, { waitMs: 0, waitingMax: 0 }), null)
  assert.ok(capacity.hasRoom(free, want))
})

test('critical work is served before important before supporting, equals in the order in which they came', async () => {
  const { enter, clock } = fixture({ concurrent: 1 })
  const first = granted(enter())
  const { heard, grants, settle } = hear({
    s1: waits(enter('supporting', { waitingMax: 9 })),
    s2: waits(enter('supporting', { waitingMax: 9 })),
    i1: waits(enter('important', { waitingMax: 9 })),
    c1: waits(enter('critical', { waitingMax: 9 })),
    i2: waits(enter('important', { waitingMax: 9 })),
    c2: waits(enter('critical', { waitingMax: 9 })),
  })
  first.release()
  for (let turn = 0; turn < 6; turn += 1) {
    await settle()
    assert.equal(heard.length, turn + 1)
    grants.at(-1)?.release()
  }
  assert.deepEqual(
    heard,
    ['c1', 'c2', 'i1', 'i2', 's1', 's2'].map((name) => `${name} granted`),
  )
  assert.equal(clock.timers, 0)
})

test('a full line sends away the least critical that came last, and takes nobody who is less', async () => {
  const { enter, capacity } = fixture({ concurrent: 1 })
  granted(enter())
  const { heard, settle } = hear({
    s1: waits(enter('supporting')),
    s2: waits(enter('supporting')),
    i1: waits(enter('important')),
  })
  assert.equal(enter('supporting')?.kind, 'refused')
  const c1 = waits(enter('critical'))
  await settle()
  assert.deepEqual(heard, ['s2 refused'])
  const i2 = waits(enter('important'))
  await settle()
  assert.deepEqual(heard, ['s2 refused', 's1 refused'])
  assert.equal(enter('important')?.kind, 'refused')
  const c2 = waits(enter('critical'))
  assert.deepEqual((await i2.outcome)?.kind, 'refused')
  assert.equal(capacity.waiting('r'), 3)
  for (const wait of [c1, c2]) wait.giveUp()
  assert.equal(capacity.waiting('r'), 1)
})

test('a wait ends at its deadline, and whoever may not wait is answered at once', async () => {
  const { enter, clock, capacity } = fixture({ concurrent: 1 })
  granted(enter())
  assert.equal(enter('critical', { waitMs: 0 })?.kind, 'refused')
  assert.equal(enter('critical', { waitingMax: 0 })?.kind, 'refused')
  const wait = waits(enter('critical', { waitMs: 700 }))
  clock.pass(699)
  assert.equal(capacity.waiting('r'), 1)
  clock.pass(1)
  const answer = await wait.outcome
  assert.deepEqual(answer, { kind: 'refused', scope: 'route', limit: 'concurrent', waitMs: null })
  assert.deepEqual([capacity.waiting('r'), clock.timers], [0, 0])
})

test('where the clock tells that there is no room in time, nobody waits in vain', async () => {
  const { enter, clock, capacity, route } = fixture({ requestsPerMinute: 2 })
  granted(enter()).release()
  clock.pass(4_000)
  granted(enter()).release()
  assert.ok(!capacity.hasRoom(route, { criticality: 'critical', tokens: () => 0 }))
  assert.deepEqual(enter('critical'), {
    kind: 'refused',
    scope: 'route',
    limit: 'requestsPerMinute',
    waitMs: 57_000,
  })
  clock.pass(53_000)
  const first = waits(enter('supporting'))
  // The next place of the minute comes after this one's deadline.
  assert.equal(enter('supporting')?.kind, 'refused')
  const overtakes = waits(enter('critical'))
  clock.pass(4_000)
  assert.equal((await overtakes.outcome)?.kind, 'granted')
  clock.pass(1_000)
  assert.equal((await first.outcome)?.kind, 'refused')
})

test('whoever comes does not overtake a waiter of the same rank, even where it alone would fit', async () => {
  const { enter } = fixture({ tokensPerMinute: 100, concurrent: 2 })
  const first = granted(enter('supporting', { tokens: 60 }))
  const second = granted(enter('supporting', { tokens: 10 }))
  const large = waits(enter('important', { tokens: 30, waitMs: 60_000 }))
  second.release()
  assert.equal((await large.outcome)?.kind, 'granted')
  const larger = waits(enter('important', { tokens: 90, waitMs: 62_000 }))
  first.settle(1)
  first.release()
  const small = waits(enter('important', { tokens: 1, waitMs: 62_000 }))
  larger.giveUp()
  assert.equal((await small.outcome)?.kind, 'granted')
})

test('after 10,000 random ends nothing is held and nothing waits', async () => {
  const limits = { concurrent: 4, tokensPerMinute: 4_000 }
  const criticalities = ['critical', 'important', 'supporting'] as const
  const { enter, clock, capacity } = fixture(limits)
  const grants: Grant[] = []
  const open = new Set<Wait>()
  let ends = 0
  const take = (answer: Grant | Refusal | null): void => {
    if (answer?.kind === 'granted') grants.push(answer)
    else ends += 1
  }
  const end = async (wait: Wait): Promise<void> => {
    const answer = await wait.outcome
    open.delete(wait)
    take(answer)
  }
  const [actions = assert.fail()] = fc.sample(
    fc.array(fc.tuple(fc.nat(5), fc.nat(1_000)), { minLength: 40_000, maxLength: 40_000 }),
    { seed: 5, numRuns: 1 },
  )
  for (const [action, amount] of actions) {
    if (action < 3) {
      const criticality = criticalities[amount % 3]!
      const entered = enter(criticality, { tokens: amount % 200, waitMs: amount * 3 })
      if (entered?.kind !== 'waiting') take(entered)
      else {
        open.add(entered)
        void end(entered)
      }
    } else if (action === 3) {
      const [grant] = grants.splice(amount % Math.max(1, grants.length), 1)
      if (grant === undefined) continue
      ends += 1
      if (amount % 2 === 0) grant.settle(amount)
      grant.release()
    } else if (action === 4) {
      ;[...open][amount % Math.max(1, open.size)]?.giveUp()
    } else clock.pass(amount)
    assert.ok(grants.length <= limits.concurrent)
    if (amount % 7 === 0) await Promise.resolve()
  }
  for (const wait of open) wait.giveUp()
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    for (const grant of grants.splice(0)) grant.release()
  }
  assert.ok(ends > 10_000, String(ends))
  assert.deepEqual([capacity.waiting('r'), clock.timers], [0, 0])
  clock.pass(62_000)
  const held = Array.from({ length: 4 }, () => granted(enter()))
  assert.equal(enter('critical', { waitMs: 0 })?.kind, 'refused')
  assert.equal(held.length, 4)
})
