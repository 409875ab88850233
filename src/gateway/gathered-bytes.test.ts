import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GatheredBytes } from './gathered-bytes.ts'

test('pieces of any size stand one behind the other', () => {
  const gathered = new GatheredBytes()
  const pieces = ['für ', Buffer.from('alle '), '', Buffer.alloc(5_000, 'a'), 'ß'.repeat(3_000)]
  for (const piece of pieces) gathered.add(piece)
  const whole = Buffer.concat(pieces.map((piece) => Buffer.from(piece)))
  assert.deepEqual(gathered.bytes, whole)
  assert.equal(gathered.length, whole.length)
})

test('what comes in may change afterwards', () => {
  const gathered = new GatheredBytes()
  const piece = Buffer.from('pear')
  gathered.add(piece)
  piece.fill('x')
  assert.equal(gathered.bytes.toString(), 'pear')
})

test('after it was cleared nothing of before is left', () => {
  const gathered = new GatheredBytes()
  gathered.add('apple')
  gathered.clear()
  assert.equal(gathered.length, 0)
  gathered.add('fig')
  assert.equal(gathered.bytes.toString(), 'fig')
})
