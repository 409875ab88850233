import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutToWidth, displayWidth, wrapToWidth } from './display-width.ts'

test('wide characters take two columns, marks none of their own', () => {
  assert.equal(displayWidth('abc'), 3)
  assert.equal(displayWidth('模型'), 4)
  assert.equal(displayWidth('e\u0301'), 1)
  assert.equal(displayWidth('👩‍🚀'), 2)
})

test('a cut text fits, and says that it was cut', () => {
  assert.equal(cutToWidth('abcdef', 4), 'abc…')
  assert.equal(cutToWidth('模型模型', 5), '模型…')
  assert.equal(cutToWidth('abc', 3), 'abc')
  assert.ok(displayWidth(cutToWidth('模'.repeat(100_000), 40)) <= 40)
})

test('words are wrapped, and one that is too long is cut', () => {
  assert.deepEqual(wrapToWidth('aa bb cc', 5), ['aa bb', 'cc'])
  assert.deepEqual(wrapToWidth('a verylongword', 6), ['a', 'veryl…'])
})
