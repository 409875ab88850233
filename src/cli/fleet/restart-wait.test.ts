import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasEndedSoon, restartWait } from './restart-wait.ts'

test('a process is replaced at once, then ever later while it ends soon after each start', () => {
  assert.deepEqual([0, 1, 2, 3].map(restartWait), [0, 250, 500, 1_000])
  assert.equal(restartWait(60), 30_000)
  assert.deepEqual([null, 9_999, 10_000].map(hasEndedSoon), [true, true, false])
})
