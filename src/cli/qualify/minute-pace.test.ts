import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minutePace } from './minute-pace.ts'

test('so many begin within a minute, and the next one in the minute after', async () => {
  let now = 5_000
  const waits: number[] = []
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms)
    now += ms
  }
  const pace = minutePace(2, { now: () => now, wait })
  const { signal } = new AbortController()
  await pace.turn(signal)
  now += 20_000
  await pace.turn(signal)
  assert.deepEqual(waits, [])
  await pace.turn(signal)
  await pace.turn(signal)
  assert.deepEqual(waits, [40_000])
  assert.equal(now, 65_000)
  await pace.turn(signal)
  assert.deepEqual(waits, [40_000, 60_000])
})

test('whoever waits for a turn is let go when nothing is to begin any more', async () => {
  const stop = new AbortController()
  const pace = minutePace(1)
  await pace.turn(stop.signal)
  const second = pace.turn(stop.signal)
  stop.abort()
  await second
  await pace.turn(stop.signal)
})
