import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyTree } from './key-tree.ts'

test('a value is found under all of its names, and under nothing else', () => {
  const tree = new KeyTree<{ readonly count: number }>()
  const one = { count: 1 }
  const two = { count: 2 }
  tree.add(['a', null, 'x'], one)
  tree.add(['a', 'null', 'x'], two)
  assert.equal(tree.find(['a', null, 'x']), one)
  assert.equal(tree.find(['a', 'null', 'x']), two)
  assert.equal(tree.find(['a', null]), null)
  assert.equal(tree.find(['x', null, 'a']), null)
  assert.deepEqual(tree.values, [one, two])
})

test('nothing is left after it was cleared', () => {
  const tree = new KeyTree<{ readonly count: number }>()
  tree.add(['a'], { count: 1 })
  tree.clear()
  assert.equal(tree.find(['a']), null)
  assert.equal(tree.values.length, 0)
})
