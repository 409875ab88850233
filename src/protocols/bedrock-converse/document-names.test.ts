import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DocumentNames } from './document-names.ts'

test('names keep what is allowed, and are never the same twice', () => {
  const names = new DocumentNames()
  assert.equal(names.nameFor('Report (final) [2].pdf'), 'Report (final) [2]-pdf')
  assert.equal(names.nameFor('a  b\n c'), 'a b- c')
  assert.equal(names.nameFor(undefined), 'document')
  assert.equal(names.nameFor(''), 'document 2')
  assert.equal(names.nameFor('Årsrapport'), '-rsrapport')
  assert.equal(names.nameFor('x'.repeat(500)).length, 180)
})
