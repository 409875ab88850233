import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { indexKeywords } from './keyword-index.ts'

test('the index finds what a search for each keyword finds', () => {
  const letters = fc.string({
    unit: fc.constantFrom('a', 'b', '-', 'é', '😀'),
    minLength: 2,
    maxLength: 7,
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(letters, { maxLength: 20 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '-', 'é', '😀'), maxLength: 200 }),
      (keywords, text) => {
        const wanted = [...keywords.keys()].filter((number) =>
          text.includes(keywords[number] ?? ''),
        )
        assert.deepEqual(
          [...indexKeywords(keywords).find(text)].toSorted((a, b) => a - b),
          wanted,
        )
      },
    ),
  )
})

test('an empty text holds nothing', () => {
  assert.equal(indexKeywords(['openai']).find('').size, 0)
})
