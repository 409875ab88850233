import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamEvent } from '../protocols/index.ts'
import { Delivered } from './delivered.ts'

function start(index: number): StreamEvent {
  return { kind: 'part-start', index, part: { kind: 'text', text: '' } }
}

function text(index: number, words: string): StreamEvent {
  return { kind: 'text', index, text: words }
}

test('the text is that of all text parts in the order in which they began', () => {
  const delivered = new Delivered()
  delivered.add([start(0), text(0, 'apple '), start(1), text(1, 'pear ')])
  delivered.add([text(0, 'and fig '), { kind: 'part-end', index: 0 }, text(1, 'or plum')])
  assert.equal(delivered.text, 'apple and fig pear or plum')
  assert.equal(delivered.characters, delivered.text.length)
  assert.deepEqual(delivered.openPart, { index: 1, kind: 'text' })
  assert.equal(delivered.nextIndex, 2)
})

test('a text whose beginning was never told counts as well', () => {
  const delivered = new Delivered()
  delivered.add([text(0, 'apple'), text(0, ' pie')])
  assert.equal(delivered.text, 'apple pie')
  assert.ok(delivered.canContinue)
})
