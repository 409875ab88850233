import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ThinkingPart } from './exchange.ts'
import { isSealedMark, sealMark } from './sealed-mark.ts'
import { openSealed, sealCallMark, sealThought } from './sealed-thought.ts'

test('a thought comes out as it went in', () => {
  const thought: ThinkingPart = {
    kind: 'thinking',
    protocol: 'openai-responses',
    text: 'Hm',
    signature: 'ZW5j',
    id: 'rs_1',
  }
  const mark = sealThought(thought)
  assert.ok(isSealedMark(mark))
  assert.deepEqual(openSealed('Hm', mark), { kind: 'thought', thought })
})

test('a mark of a call names the call', () => {
  const mark = sealCallMark('call_1', 'bWFyaw==')
  assert.deepEqual(openSealed('', mark), { kind: 'call', id: 'call_1', signature: 'bWFyaw==' })
})

test('a damaged mark, or one with an unknown maker, is nobody’s thought', () => {
  const nobody = { kind: 'thought', thought: { kind: 'thinking', text: 'Hm' } }
  assert.deepEqual(openSealed('Hm', 'holdfast.%%%'), nobody)
  assert.deepEqual(openSealed('Hm', sealMark({ protocol: 'of-next-year', id: 7 })), nobody)
})
