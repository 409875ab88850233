import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import type { Criticality } from '../../schema/vocabulary.ts'
import type { Claim, UseLimits } from './counters.ts'
import { LimitDesk } from './limit-desk.ts'
import { MemoryCounters } from './memory-counters.ts'
import { RemoteLimits } from './remote-limits.ts'
import { RouteCapacity } from './route-capacity.ts'

const none: UseLimits = {
  concurrent: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  spendPerDay: null,
}
const claim = (limits: Partial<UseLimits>): Claim => ({
  scope: 'principal',
  id: 'ann',
  limits: { ...none, ...limits },
  tokens: 0,
})
const route = { id: 'r', capacity: { ...none, concurrent: 1 } }
const want = (criticality: Criticality = 'critical') => ({ criticality, tokens: () => 0 })
const patience = { waitMs: 1_000, waitingMax: 10 }

/** Two processes that ask a third one, with nothing between them. */
function fixture() {
  const clock = new ManualClock()
  const counters = new MemoryCounters(clock)
  const capacity = new RouteCapacity(counters, clock)
  let messages = 0
  const process = () => {
    const desk = new LimitDesk({ counters, capacity, answer: (answer) => remote.hear([answer]) })
    const remote = new RemoteLimits((questions) => {
      messages += 1
      for (const question of questions) desk.hear(question)
    })
    return { desk, remote }
  }
  return { clock, counters, one: process(), two: process(), messages: () => messages }
}

test('a limit is one over processes, and what one gives back another may have', async () => {
  const { one, two } = fixture()
  const first = await one.remote.acquire([claim({ concurrent: 1 })])
  assert.equal(first.kind, 'granted')
  const second = await two.remote.acquire([claim({ concurrent: 1 })])
  assert.deepEqual(second, {
    kind: 'refused',
    scope: 'principal',
    limit: 'concurrent',
    waitMs: null,
  })
  if (first.kind === 'granted') {
    first.release()
    first.release()
  }
  await Promise.resolve()
  assert.equal((await two.remote.acquire([claim({ concurrent: 1 })])).kind, 'granted')
})

test('who has no limit asks nobody', async () => {
  const { one, messages } = fixture()
  assert.equal((await one.remote.acquire([])).kind, 'granted')
  assert.equal(one.remote.hasRoom({ id: 'free', capacity: null }, want()), true)
  assert.equal(one.remote.enter({ id: 'free', capacity: null }, want(), patience), null)
  assert.equal(messages(), 0)
})

test('those of several processes wait in one line, the most critical first', async () => {
  const { one, two } = fixture()
  const held = await one.remote.enter(route, want(), patience)?.outcome
  const late = two.remote.enter(route, want('supporting'), patience)
  await Promise.resolve()
  const early = one.remote.enter(route, want('critical'), patience)
  assert.equal(await two.remote.hasRoom(route, want()), false)
  const order: string[] = []
  void late?.outcome.then(() => order.push('supporting'))
  const served = early?.outcome.then((answer) => {
    order.push('critical')
    return answer
  })
  if (held?.kind === 'granted') held.release()
  const answer = await served
  if (answer?.kind === 'granted') answer.release()
  assert.equal((await late?.outcome)?.kind, 'granted')
  assert.deepEqual(order, ['critical', 'supporting'])
})

test('a process that ends gives back its places, and those for which it waits pass to others', async () => {
  const { one, two } = fixture()
  await one.remote.acquire([claim({ concurrent: 1 })])
  await one.remote.enter(route, want(), patience)?.outcome
  one.remote.enter(route, want(), patience)
  const other = two.remote.enter(route, want(), patience)
  await Promise.resolve()
  assert.equal(one.desk.held, 2)
  one.desk.close()
  assert.equal((await other?.outcome)?.kind, 'granted')
  assert.equal((await two.remote.acquire([claim({ concurrent: 1 })])).kind, 'granted')
  assert.equal(one.desk.held, 0)
})

test('a wait that is given up ends, and one that was granted meanwhile has an owner', async () => {
  const { one } = fixture()
  const held = await one.remote.enter(route, want(), patience)?.outcome
  const wait = one.remote.enter(route, want(), patience)
  await Promise.resolve()
  wait?.giveUp()
  assert.equal(await wait?.outcome, null)
  const again = one.remote.enter(route, want(), patience)
  await Promise.resolve()
  if (held?.kind === 'granted') held.release()
  again?.giveUp()
  const answer = await again?.outcome
  if (answer?.kind === 'granted') answer.release()
  await Promise.resolve()
  assert.equal(one.desk.held, 0)
})

test('spend of all processes is one sum, with what was kept of before', async () => {
  const { counters, one, two } = fixture()
  const limit = claim({ spendPerDay: { amount: 3e-9, currency: 'USD' } })
  one.remote.spend('principal', 'ann', 'USD', 1)
  two.remote.spend('principal', 'ann', 'USD', 1)
  await Promise.resolve()
  assert.equal((await one.remote.acquire([limit])).kind, 'granted')
  const [spend] = counters.spends
  assert.ok(spend !== undefined)
  assert.equal(spend.nano, 2)
  counters.adoptSpends([{ ...spend, nano: 1 }])
  assert.equal((await two.remote.acquire([limit])).kind, 'refused')
  counters.adoptSpends([{ ...spend, nano: 9, day: spend.day - 1 }])
  assert.equal((await two.remote.acquire([limit])).kind, 'granted', 'another day is no part of it')
})
