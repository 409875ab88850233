import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStructure } from './parse-structure.ts'
import { located, select, selectFrom } from './select.ts'

const [document] =
  parseStructure(
    'yaml',
    'tree:\n  apple: {a.b: 1, big-Size: 2, X_MODEL: 3}\n  list:\n    - {name: one, in: {name: two}}\n    - {name: three}\napple: 4\n',
  ) ?? []
assert.ok(document !== undefined)
const { root } = document

function at(path: string): readonly string[] {
  return select(root, path).map((node) => (node.kind === 'scalar' ? node.text : node.kind))
}

test('names, one step, any steps, quotes, indexes and inexact names', () => {
  assert.deepEqual(at(''), ['map'])
  assert.deepEqual(at('tree.apple."a.b"'), ['1'])
  assert.deepEqual(at('tree.apple.~bigsize'), ['2'])
  assert.deepEqual(at('**.*_MODEL'), ['3'])
  assert.deepEqual(at('tree.list.*.name'), ['one', 'three'])
  assert.deepEqual(at('tree.list[].name'), ['one', 'three'])
  assert.deepEqual(at('tree.list.1.name'), ['three'])
  assert.deepEqual(at('tree.**.name'), ['one', 'two', 'three'])
  assert.deepEqual(at('**.apple'), ['map', '4'])
  assert.deepEqual(at('tree.pear'), [])
})

test('every node is found once, however many ways a path may be read', () => {
  assert.deepEqual(at('**.**.**.name'), ['one', 'two', 'three'])
})

test('a path below a node may go up', () => {
  const [inner] = selectFrom(located(root), 'tree.list.0.in')
  assert.ok(inner !== undefined)
  assert.deepEqual(
    selectFrom(inner, '^.name').map((one) => (one.node.kind === 'scalar' ? one.node.text : '')),
    ['one'],
  )
  assert.deepEqual(selectFrom(located(root), '^.name'), [])
})
