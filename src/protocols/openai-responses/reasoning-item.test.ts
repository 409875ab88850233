import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sealThought } from '../sealed-thought.ts'
import { withoutForeignThoughts } from './reasoning-item.ts'

const own = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'enc' }
const foreign = {
  type: 'reasoning',
  id: 'rs_x_0',
  summary: [],
  encrypted_content: sealThought({ kind: 'thinking', protocol: 'gemini', text: '' }),
}
const said = { role: 'user', content: 'Hi' }

test('a body loses the thoughts of other makers, and nothing else', () => {
  const body = { model: 'm', input: [own, foreign, said], unheard_of: 1 }
  assert.deepEqual(withoutForeignThoughts(body), { ...body, input: [own, said] })
})

test('a body without them is the same object', () => {
  for (const body of [{ input: [own, said, 7] }, { input: 'Hi' }, {}])
    assert.equal(withoutForeignThoughts(body), body)
})
