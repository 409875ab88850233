import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { AttemptTime } from './attempt-time.ts'

function fixture(totalMs: number) {
  const clock = new ManualClock()
  const told: string[] = []
  const time = new AttemptTime(clock, totalMs, (why) => {
    told.push(why)
    time.stop()
  })
  return { clock, time, told }
}

test('silence ends an attempt, and signs of life put that off', () => {
  const { clock, time, told } = fixture(10_000)
  time.expectWithin(100, 'silent')
  for (let pieces = 0; pieces < 5; pieces += 1) {
    clock.pass(90)
    time.alive()
  }
  assert.deepEqual(told, [])
  clock.pass(99)
  assert.deepEqual(told, [])
  clock.pass(1)
  assert.deepEqual(told, ['silent'])
})

test('a shorter silence counts from when it is expected, a longer one is not cut short', () => {
  const { clock, time, told } = fixture(10_000)
  time.expectWithin(1_000, 'long')
  time.expectWithin(50, 'short')
  time.expectWithin(400, 'longer')
  clock.pass(399)
  assert.deepEqual(told, [])
  clock.pass(1)
  assert.deepEqual(told, ['longer'])
})

test('the whole time ends an attempt however lively it is, and one at rest', () => {
  const lively = fixture(1_000)
  lively.time.expectWithin(300, 'silent')
  for (let pieces = 0; pieces < 10; pieces += 1) {
    lively.clock.pass(100)
    lively.time.alive()
  }
  assert.deepEqual(lively.told, ['the whole answer took longer than 1000 ms'])
  const resting = fixture(1_000)
  resting.time.expectWithin(300, 'silent')
  resting.time.rest()
  resting.clock.pass(999)
  assert.deepEqual(resting.told, [])
  resting.clock.pass(1)
  assert.equal(resting.told.length, 1)
})

test('one that has stopped tells nothing', () => {
  const { clock, time, told } = fixture(1_000)
  time.expectWithin(300, 'silent')
  time.stop()
  clock.pass(5_000)
  assert.deepEqual(told, [])
})
