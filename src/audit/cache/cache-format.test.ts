import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { decodeCache, encodeCache } from './cache-format.ts'
import type { CacheRecord } from './cache-format.ts'

function encoded(records: Iterable<readonly [string, CacheRecord]>, rules = 'r'): string {
  return [...encodeCache(rules, records)].join('')
}

test('what was written is read again, with its age', () => {
  const key = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))
  const record = fc
    .tuple(fc.option(fc.json(), { nil: null }), fc.nat({ max: 20 }))
    .map(([written, age]): CacheRecord => ({ written, age }))
  fc.assert(
    fc.property(fc.array(fc.tuple(key, record)), (written) => {
      const records = new Map(written)
      assert.deepEqual(decodeCache(encoded(records), 'r'), records)
    }),
  )
})

test('a cache of other rules, of another version or cut anywhere is no cache', () => {
  const text = encoded([
    ['blob:1\na.py', { written: null, age: 0 }],
    ['blob:2\nb.py', { written: '{"facts":[]}', age: 1 }],
  ])
  assert.equal(decodeCache(text, 'r')?.size, 2)
  assert.equal(decodeCache(text, 'other'), null)
  assert.equal(decodeCache(text.replace('cache 2', 'cache 1'), 'r'), null)
  for (let length = 0; length < text.length; length++) {
    assert.equal(decodeCache(text.slice(0, length), 'r'), null, `cut at ${length}`)
    const damaged = `${text.slice(0, length)}${text[length] === 'x' ? 'y' : 'x'}${text.slice(length + 1)}`
    assert.equal(decodeCache(damaged, 'r'), null, `damaged at ${length}`)
  }
})
