import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesOfTexts } from './bytes-of-texts.ts'

test('texts are counted wherever they stand, names and numbers are not', () => {
  assert.equal(bytesOfTexts({ a: 'four', b: [1, true, null, { c: 'six666' }] }), 10)
  assert.equal(bytesOfTexts('four'), 4)
  assert.equal(bytesOfTexts([undefined, 'a']), 1)
})

test('an image counts by what it is, not by its bytes', () => {
  const image = `data:image/png;base64,${'QUJD'.repeat(100_000)}`
  assert.equal(bytesOfTexts({ url: image }), 6_000)
  const text = 'word '.repeat(100_000)
  assert.equal(bytesOfTexts({ text }), text.length)
  assert.equal(bytesOfTexts('文'.repeat(5_000)), 15_000)
})

test('a body of any depth is counted', () => {
  let deep: unknown = 'end'
  for (let depth = 0; depth < 200_000; depth += 1) deep = [deep]
  assert.equal(bytesOfTexts(deep), 3)
})
