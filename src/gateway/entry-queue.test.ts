import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GatewayClock } from './clock.ts'
import { EntryQueue } from './entry-queue.ts'

function queueOf() {
  const due: (() => void)[] = []
  const told: string[] = []
  const clock: GatewayClock = {
    now: () => 0,
    elapsed: () => 0,
    after: (_ms, then) => {
      due.push(then)
      return { cancel: () => undefined }
    },
  }
  const queue = new EntryQueue(clock, (message) => told.push(message))
  const pass = () => {
    for (const then of due.splice(0)) then()
  }
  return { queue, pass, told }
}

test('entries are recorded in the order in which they came, when their time has come', () => {
  const { queue, pass } = queueOf()
  const recorded: number[] = []
  for (const number of [1, 2, 3]) queue.add(() => recorded.push(number))
  assert.equal(recorded.length, 0)
  pass()
  assert.deepEqual(recorded, [1, 2, 3])
  queue.add(() => recorded.push(4))
  pass()
  assert.deepEqual(recorded, [1, 2, 3, 4])
})

test('one that cannot be recorded is told of and keeps no other one out', () => {
  const { queue, pass, told } = queueOf()
  const recorded: number[] = []
  queue.add(() => {
    throw new Error('the disk is full')
  })
  queue.add(() => recorded.push(2))
  pass()
  assert.deepEqual(recorded, [2])
  assert.deepEqual(told, ['a decision could not be recorded: the disk is full'])
})

test('many do not wait for the clock, and none is recorded twice', () => {
  const { queue, pass } = queueOf()
  let recorded = 0
  for (let number = 0; number < 1_500; number += 1) queue.add(() => (recorded += 1))
  assert.equal(recorded, 1_000)
  queue.flush()
  assert.equal(recorded, 1_500)
  pass()
  assert.equal(recorded, 1_500)
})
