import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { contentDigest, contentDigester } from './pseudonyms.ts'

test('a digester says what the digest of each content is, whatever the lengths of key and content', () => {
  for (const length of [32, 63, 64, 65, 200]) {
    const contents = randomBytes(length)
    const keys = { ids: contents, contents }
    const digestOf = contentDigester(keys)
    for (const size of [1000, 0, 1, 55, 56, 64, 2 ** 16, 2 ** 16 + 1, 7]) {
      const content = randomBytes(size)
      assert.equal(digestOf(content), contentDigest(keys, content))
    }
    for (const text of ['', 'Grüße', '\ud800'])
      assert.equal(digestOf(text), contentDigest(keys, text))
  }
})
