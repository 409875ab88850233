import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { KeywordSearch } from './keyword-search.ts'

test('a keyword is found wherever it begins, also behind a failed beginning of another', () => {
  const search = new KeywordSearch(['claude-', 'laud', 'gpt-4'])
  assert.equal(search.matches(Buffer.from('x = "claude-opus"')), true)
  assert.equal(search.matches(Buffer.from('clclaude')), true)
  assert.equal(search.matches(Buffer.from('gpgpt-4')), true)
  assert.equal(search.matches(Buffer.from('gpt-3 clau')), false)
  assert.equal(search.matches(Buffer.alloc(0)), false)
})

test('keywords outside ASCII are found by their bytes in UTF-8', () => {
  assert.equal(new KeywordSearch(['通义']).matches(Buffer.from('模型：通义千问')), true)
})

test('without keywords nothing matches', () => {
  assert.equal(new KeywordSearch([]).matches(Buffer.from('anything')), false)
  assert.equal(new KeywordSearch(['']).matches(Buffer.from('anything')), false)
})

test('the answer is that of looking for each keyword by itself', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 40 })
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 6 }), text, (keywords, content) => {
      const expected = keywords.some((keyword) => content.includes(keyword))
      assert.equal(new KeywordSearch(keywords).matches(Buffer.from(content)), expected)
    }),
  )
})
