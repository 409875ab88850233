import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sealCallMark, sealThought } from '../sealed-thought.ts'
import { withoutForeignThoughts } from './foreign-thoughts.ts'

const own = { type: 'thinking', thinking: 'Hm', signature: 'RXJq' }
const sealed = {
  type: 'thinking',
  thinking: 'Hm',
  signature: sealThought({ kind: 'thinking', protocol: 'gemini', text: 'Hm' }),
}
const mark = { type: 'redacted_thinking', data: sealCallMark('call_1', 'bWFyaw==') }
const said = { type: 'text', text: 'Well.' }

test('a body without foreign thoughts is the same object', () => {
  const body = { messages: [{ role: 'assistant', content: [own, said] }, { role: 'user' }] }
  assert.equal(withoutForeignThoughts(body), body)
})

test('thoughts that Anthropic did not make go, and a message that held nothing else with them', () => {
  const unsigned = { type: 'thinking', thinking: 'Hm', signature: '' }
  const body = {
    model: 'm',
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [own, sealed, unsigned, mark, said] },
      { role: 'assistant', content: [sealed] },
    ],
  }
  assert.deepEqual(withoutForeignThoughts(body), {
    model: 'm',
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [own, said] },
    ],
  })
})

test('what is no request is left alone', () => {
  for (const body of [{}, { messages: 'x' }, { messages: [null, 7, { content: [null, 'x'] }] }])
    assert.equal(withoutForeignThoughts(body), body)
})
