import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { relevantNames } from './relevant-names.ts'

test('the surest words of a pattern are kept', () => {
  assert.deepEqual(relevantNames('(^|\\.)messages\\.(create|stream)$'), ['messages'])
  assert.deepEqual(relevantNames('^(Async)?Lemon$'), ['Lemon'])
  assert.deepEqual(relevantNames('^(sweet|sour)$'), ['sweet', 'sour'])
  assert.deepEqual(relevantNames('lemons?\\('), ['lemon'])
})

test('what is not written as it stands in the text makes nothing sure', () => {
  assert.deepEqual(relevantNames('lem+on'), ['lem'])
  assert.deepEqual(relevantNames('le{0,2}mon'), ['mon'])
  for (const pattern of [
    'lemon(?!ade)',
    '(?<!sour)lemon',
    '(?i:lemon)',
    'l\\u0065mon',
    '(lemon)\\1',
  ]) {
    assert.deepEqual(relevantNames(pattern), [], pattern)
  }
})

test('a pattern without a sure word asks for every call', () => {
  assert.deepEqual(relevantNames('^[A-Z]\\w+$'), [])
  assert.deepEqual(relevantNames('(lemon)?'), [])
  assert.deepEqual(relevantNames('lemon|[A-Z]'), [])
})

test('every text that a pattern matches holds one of its words', () => {
  const words = fc.constantFrom(
    'lemon',
    'lime',
    'a.b',
    'LemonClient',
    'client.lemon.squeeze',
    'x',
    '',
  )
  const patterns = fc.constantFrom(
    '(^|\\.)lemon\\.(squeeze|press)$',
    'Lemon(Client)?',
    'l(em|im)',
    '^x$',
    'li?m',
    'a\\.b|lime',
  )
  fc.assert(
    fc.property(words, patterns, (text, pattern) => {
      const names = relevantNames(pattern)
      if (!new RegExp(pattern).test(text) || names.length === 0) return
      assert.ok(names.some((name) => text.includes(name)))
    }),
  )
})
