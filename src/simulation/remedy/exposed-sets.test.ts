import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minimalHittingSets } from './exposed-sets.ts'

const none = new Set<number>()

test('what ends every option is found up to the depth, without superfluous members', () => {
  const options = [
    [1, 2, 3],
    [3, 4],
  ]
  assert.deepEqual(minimalHittingSets(options, 1, none), [[3]])
  assert.deepEqual(minimalHittingSets(options, 2, none), [[3], [1, 4], [2, 4]])
})

test('without an option the work has stopped with nothing lost', () => {
  assert.deepEqual(minimalHittingSets([], 2, none), [[]])
})

test('an option that needs nothing is never ended', () => {
  assert.deepEqual(minimalHittingSets([[1], []], 2, none), [])
})

test('elements that take the class itself are no cut of its work', () => {
  assert.deepEqual(minimalHittingSets([[1, 2]], 1, new Set([2])), [[1]])
})
