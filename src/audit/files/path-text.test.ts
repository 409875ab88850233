import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathText, splitNul } from './path-text.ts'

test('a name in UTF-8 is its own text', () => {
  assert.deepEqual(pathText(Buffer.from('src/größe\n.py')), { text: 'src/größe\n.py', bytes: null })
})

test('bytes that are no UTF-8 are spelt out and kept', () => {
  const name = Buffer.from([0x61, 0xff, 0xc3, 0xbc, 0xc3])
  assert.deepEqual(pathText(name), { text: 'a\\xffü\\xc3', bytes: name })
})

test('a list ended by NUL is split with and without broken names in it', () => {
  assert.deepEqual(
    splitNul(Buffer.from('a\0b c\0')).map(({ text }) => text),
    ['a', 'b c'],
  )
  const broken = Buffer.concat([Buffer.from('a\0'), Buffer.from([0xff]), Buffer.from('\0b\0')])
  assert.deepEqual(
    splitNul(broken).map(({ text }) => text),
    ['a', '\\xff', 'b'],
  )
  assert.deepEqual(splitNul(Buffer.alloc(0)), [])
})
