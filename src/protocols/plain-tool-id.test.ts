import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainToolId } from './plain-tool-id.ts'

test('ids of letters, digits, `_` and `-` stay as they are', () => {
  for (const id of ['call_7Xk2', 'toolu_01-A', '']) assert.equal(plainToolId(id), id)
})

test('other characters are spelt out, so that different ids stay different', () => {
  assert.equal(plainToolId('functions.look:0'), 'functions_2elook_3a0')
  assert.notEqual(plainToolId('a.b'), plainToolId('a:b'))
  assert.equal(plainToolId('a😀'), 'a_1f600')
})
