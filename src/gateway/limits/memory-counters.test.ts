import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import type { Claim, Grant, Refusal, UseLimits } from './counters.ts'
import { MemoryCounters } from './memory-counters.ts'

const unlimited: UseLimits = {
  concurrent: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  spendPerDay: null,
}

function claim(id: string, limits: Partial<UseLimits>, tokens = 0): Claim {
  return { scope: 'principal', id, limits: { ...unlimited, ...limits }, tokens }
}

function granted(answer: Grant | Refusal): Grant {
  assert.ok(answer.kind === 'granted', JSON.stringify(answer))
  return answer
}

function refused(answer: Grant | Refusal): readonly [string, number | null] {
  assert.ok(answer.kind === 'refused')
  return [answer.limit, answer.waitMs]
}

test('all claims of a request are counted, or none is', () => {
  const counters = new MemoryCounters(new ManualClock())
  const free = claim('free', { concurrent: 1, requestsPerMinute: 2 })
  const full = claim('full', { concurrent: 1 })
  const holder = granted(counters.acquire([full]))
  assert.deepEqual(refused(counters.acquire([free, full])), ['concurrent', null])
  assert.deepEqual(refused(counters.acquire([free, full])), ['concurrent', null])
  granted(counters.acquire([free]))
  holder.release()
  holder.release()
  assert.deepEqual(refused(counters.acquire([full, free])), ['concurrent', null])
  granted(counters.acquire([full]))
  assert.deepEqual(refused(counters.acquire([full])), ['concurrent', null])
})

test('a refused request counts for nothing, a released one still for its minute', () => {
  const clock = new ManualClock()
  const counters = new MemoryCounters(clock)
  const two = claim('a', { requestsPerMinute: 2 })
  for (let times = 0; times < 2; times += 1) granted(counters.acquire([two])).release()
  for (let times = 0; times < 5; times += 1)
    assert.deepEqual(refused(counters.acquire([two])), ['requestsPerMinute', 61_000])
  clock.pass(61_000)
  granted(counters.acquire([two]))
  granted(counters.acquire([two]))
  assert.equal(counters.acquire([two]).kind, 'refused')
})

test('tokens are expected first and corrected by what was used', () => {
  const clock = new ManualClock()
  const counters = new MemoryCounters(clock)
  const of = (tokens: number) => claim('a', { tokensPerMinute: 100 }, tokens)
  const first = granted(counters.acquire([of(60)]))
  assert.equal(counters.acquire([of(50)]).kind, 'refused')
  first.settle(20)
  const second = granted(counters.acquire([of(50)]))
  clock.pass(30_000)
  second.settle(500)
  assert.deepEqual(refused(counters.acquire([of(1)])), ['tokensPerMinute', 61_000])
  clock.pass(61_000)
  // One request that is larger than the limit waits for an empty minute, not for ever.
  granted(counters.acquire([of(5_000)]))
  assert.equal(counters.acquire([of(5_000)]).kind, 'refused')
  clock.pass(61_000)
  granted(counters.acquire([of(5_000)]))
})

test('spend counts for its UTC day and its currency, and is refused once the limit is reached', () => {
  const clock = new ManualClock(Date.parse('2026-11-20T23:00:00Z'))
  const counters = new MemoryCounters(clock)
  const euros = claim('a', { spendPerDay: { amount: 0.3, currency: 'EUR' } })
  for (let times = 0; times < 3; times += 1) {
    granted(counters.acquire([euros])).release()
    counters.spend('principal', 'a', 'EUR', 100_000_000)
    counters.spend('principal', 'a', 'USD', 900_000_000)
    counters.spend('workflow', 'a', 'EUR', 900_000_000)
  }
  assert.deepEqual(refused(counters.acquire([euros])), ['spendPerDay', 3_600_000])
  clock.pass(3_600_000)
  granted(counters.acquire([euros]))
})

test('counters that tell nothing any more are dropped', () => {
  const clock = new ManualClock(Date.parse('2026-11-20T22:00:00Z'))
  const counters = new MemoryCounters(clock)
  const limits = { concurrent: 9, requestsPerMinute: 9, tokensPerMinute: 9 }
  for (let id = 0; id < 1_000; id += 1) {
    granted(counters.acquire([claim(String(id), limits, 3)])).release()
    counters.spend('principal', String(id), 'EUR', 1)
  }
  const held = granted(counters.acquire([claim('held', { concurrent: 1 })]))
  assert.equal(counters.size, 2_001)
  clock.pass(62_000)
  granted(counters.acquire([claim('held', { concurrent: 2 })])).release()
  // Of a day's spend each is one number until midnight.
  assert.equal(counters.size, 1_001)
  clock.pass(3 * 3_600_000)
  held.release()
  granted(counters.acquire([]))
  assert.equal(counters.size, 0)
})

test('after any order of requests and ends exactly those under way are counted', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(3)), { maxLength: 200 }), (steps) => {
      const counters = new MemoryCounters(new ManualClock())
      const claims = [claim('a', { concurrent: 3 }), claim('b', { concurrent: 5 })]
      const chosen = [[claims[0]!], [claims[1]!], claims]
      const held: { readonly of: readonly Claim[]; readonly grant: Grant }[] = []
      for (const [action, which] of steps) {
        if (action === 0 && held.length > 0) {
          const [{ grant } = assert.fail()] = held.splice(which % held.length, 1)
          grant.release()
          grant.release()
        } else {
          const of = chosen[which % chosen.length]!
          const answer = counters.acquire(of)
          const isFull = of.some(
            (one) =>
              held.filter((other) => other.of.includes(one)).length >= one.limits.concurrent!,
          )
          assert.equal(answer.kind, isFull ? 'refused' : 'granted')
          if (answer.kind === 'granted') held.push({ of, grant: answer })
        }
      }
    }),
    { seed: 3, numRuns: 200 },
  )
})
