import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallsUnderWay } from './calls-under-way.ts'
import type { CallRun } from './run-call.ts'

test('calls under way hear of a change, those that have ended do not, and places are used again', () => {
  const calls = new CallsUnderWay()
  const heard: string[] = []
  const run = (name: string) => ({ reconsider: () => heard.push(name) }) as unknown as CallRun
  const first = calls.add(run('first'))
  calls.add(run('second'))
  calls.leave(first)
  assert.equal(calls.count, 1)
  assert.equal(calls.add(run('third')), first)
  assert.equal(calls.count, 2)
  calls.reconsider()
  assert.deepEqual(heard.toSorted(), ['second', 'third'])
})
