import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeText } from './decode-text.ts'
import { searchableBytes } from './searchable-bytes.ts'

test('UTF-8 is read with or without its mark, and broken characters are replaced', () => {
  assert.deepEqual(decodeText(Buffer.from('\ufeffmodel: ü')), { kind: 'text', content: 'model: ü' })
  assert.deepEqual(decodeText(Buffer.from([0x61, 0xff, 0x62])), {
    kind: 'text',
    content: 'a\ufffdb',
  })
  assert.deepEqual(decodeText(Buffer.alloc(0)), { kind: 'text', content: '' })
})

test('UTF-16 is read in both byte orders when it says so', () => {
  const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('gpt-4o', 'utf16le')])
  const big = Buffer.from(little).swap16()
  assert.deepEqual(decodeText(little), { kind: 'text', content: 'gpt-4o' })
  assert.deepEqual(decodeText(big), { kind: 'text', content: 'gpt-4o' })
  assert.equal(searchableBytes(big).toString(), 'gpt-4o')
})

test('a NUL byte near the beginning makes a file binary, one far behind does not', () => {
  assert.deepEqual(decodeText(Buffer.from('ab\0c')), { kind: 'skipped', reason: 'binary' })
  assert.equal(decodeText(Buffer.from(`${'a'.repeat(9000)}\0`)).kind, 'text')
  assert.deepEqual(decodeText(Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])), {
    kind: 'skipped',
    reason: 'binary',
  })
})
