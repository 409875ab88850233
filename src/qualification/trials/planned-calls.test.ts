import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plannedCalls, sampledItems, scrambledItems } from './planned-calls.ts'

const items = Array.from({ length: 200 }, (_, index) => `task-${index}`)

test('every call is planned once, in an order that the seed alone decides', () => {
  const arms = [
    { arm: 'candidate', items, attempts: 2 },
    { arm: 'incumbent', items, attempts: 1 },
  ] as const
  const calls = plannedCalls('7', arms)
  const names = calls.map(({ item, arm, attempt }) => `${item} ${arm} ${attempt}`)
  assert.equal(new Set(names).size, 600)
  const turned = plannedCalls(
    '7',
    arms.map((arm) => ({ ...arm, items: items.toReversed() })).toReversed(),
  )
  assert.deepEqual(turned, calls)
  assert.notDeepEqual(plannedCalls('8', arms), calls)
  // Neither arm comes first: of the first half about a third are the incumbent's.
  const early = calls.slice(0, 300).filter(({ arm }) => arm === 'incumbent').length
  assert.ok(early > 75 && early < 125, String(early))
})

test('a sample is a part of all, and the same for the same seed', () => {
  const sample = sampledItems('7', items, 20)
  assert.equal(new Set(sample).size, 20)
  assert.ok(sample.every((item) => items.includes(item)))
  assert.deepEqual(sampledItems('7', items.toReversed(), 20), sample)
  assert.notDeepEqual(sampledItems('8', items, 20), sample)
})

test('in the negative control nobody keeps their own answer, and each answer is used once', () => {
  const scrambled = scrambledItems('7', items)
  assert.deepEqual(new Set(scrambled.keys()), new Set(items))
  assert.deepEqual(new Set(scrambled.values()), new Set(items))
  assert.ok([...scrambled].every(([item, other]) => item !== other))
  assert.equal(scrambledItems('7', ['only']).size, 0)
})
