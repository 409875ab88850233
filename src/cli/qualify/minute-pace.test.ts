import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minutePace } from './minute-pace.ts'

const never = new AbortController().signal

test('no more calls begin within a minute than may', async () => {
  const everyMs = 200
  const pace = minutePace(2, everyMs)
  const startedAt = performance.now()
  const begun = await Promise.all(
    Array.from({ length: 5 }, async () => {
      await pace.turn(never)
      return performance.now() - startedAt
    }),
  )
  // A timer may come a little before its time.
  for (const [number, at] of begun.entries())
    assert.ok(at >= Math.floor(number / 2) * everyMs * 0.9 - 10, `${number} began after ${at} ms`)
})

test('whoever waits for a turn goes when nothing is to begin any more', async () => {
  const pace = minutePace(1)
  await pace.turn(never)
  const stop = new AbortController()
  const turn = pace.turn(stop.signal)
  stop.abort()
  await turn
  await pace.turn(stop.signal)
})
