import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDataUrl, writeDataUrl } from './data-url.ts'

test('data stands in the address itself', () => {
  const url = 'data:image/png;base64,aGk='
  assert.deepEqual(readDataUrl(url), { mediaType: 'image/png', data: 'aGk=' })
  assert.equal(writeDataUrl({ mediaType: 'image/png', data: 'aGk=' }), url)
})

test('data that is no base64 becomes it', () => {
  const hi = { mediaType: 'text/plain', data: 'aGk=' }
  for (const url of ['data:text/plain,hi', 'data:,hi', 'data:text/plain;charset=utf-8,%68i'])
    assert.deepEqual(readDataUrl(url), hi)
})

test('any other address is none', () => {
  for (const url of ['https://x.example/a.png', 'data:image/png;base64', ''])
    assert.equal(readDataUrl(url), null)
})
