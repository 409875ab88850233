import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shorten, visibleText } from './visible-text.ts'

test('characters that cannot be seen are shown as their code points', () => {
  assert.equal(visibleText('a\u202eb\u0000c\u200b'), 'a<U+202E>b<U+0000>c<U+200B>')
})

test('line ends and tabs become one space, so that a text stays on its line', () => {
  assert.equal(visibleText('a\r\n\tb'), 'a b')
})

test('half of a surrogate pair becomes a replacement character', () => {
  assert.equal(visibleText('x\ud800y'), 'x\ufffdy')
})

test('a text is shortened with an ellipsis, never inside a pair', () => {
  assert.equal(shorten('abc', 3), 'abc')
  assert.equal(shorten('abcd', 3), 'ab…')
  assert.ok(shorten('a😀bc', 3).isWellFormed())
})
