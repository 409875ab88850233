import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AdminRefusal } from './admin-refusal.ts'
import { idIn, KeptId, KeptName } from './kept-name.ts'

test('an id is no name of a file, however it is written', () => {
  for (const id of ['us-bis-2026-06-12', 'a', 'v1.2_b', 'gpt-4o:latest'])
    assert.ok(KeptId.safeParse(id).success, id)
  for (const id of [
    '',
    '.',
    '..',
    'a/b',
    '/etc/passwd',
    '-x',
    'a.yaml',
    'A.YML',
    'a\\b',
    'a\0',
    'a b',
  ])
    assert.ok(!KeptId.safeParse(id).success, JSON.stringify(id))
})

test('a model has a slash, and leads out of no folder', () => {
  for (const name of ['anthropic/claude-fable-5', 'alibaba/qwen3-32b@rack-1', 'a/b/c'])
    assert.ok(KeptName.safeParse(name).success, name)
  for (const name of ['../a', 'a/../b', '/a', 'a/b.yaml', '-a/b'])
    assert.ok(!KeptName.safeParse(name).success, name)
})

test('an id in a path that can be none is not there', () => {
  assert.equal(idIn({ id: 'one' }, 'run'), 'one')
  assert.throws(
    () => idIn({ id: '../one' }, 'run'),
    (error) => error instanceof AdminRefusal && error.status === 404,
  )
})
