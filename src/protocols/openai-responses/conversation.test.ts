import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sealThought } from '../sealed-thought.ts'
import { conversations } from './conversation.ts'

const message = { type: 'message', id: 'msg_1', role: 'assistant', content: [] }
const response = { id: 'resp_1', status: 'completed', output: [message], store: true }

test('what a request takes up: an answer, items by their ids, or nothing', () => {
  assert.equal(conversations.referencesIn({ input: 'hi' }), null)
  assert.equal(conversations.referencesIn({ input: 'hi', previous_response_id: null }), null)
  assert.deepEqual(conversations.referencesIn({ input: 'hi', previous_response_id: 'resp_1' }), {
    previous: 'resp_1',
    items: [],
  })
  const input = [
    { type: 'item_reference', id: 'rs_1' },
    { id: 'msg_1' },
    { role: 'user', content: 'hi', id: 'msg_2' },
    message,
  ]
  assert.deepEqual(conversations.referencesIn({ input }), {
    previous: null,
    items: ['rs_1', 'msg_1'],
  })
})

test('what the caller wants forgotten, or nobody else can know, is not held', () => {
  assert.ok(conversations.mayBeHeld({ input: 'hi' }))
  assert.ok(conversations.mayBeHeld({ input: 'hi', store: true, conversation: null }))
  for (const member of [
    { store: false },
    { background: true },
    { conversation: 'conv_1' },
    { prompt: { id: 'pmpt_1' } },
  ])
    assert.ok(!conversations.mayBeHeld({ input: 'hi', ...member }), JSON.stringify(member))
})

test('an answer is read whole and from the last word of a stream', () => {
  const read = { id: 'resp_1', items: [{ id: 'msg_1', item: message }], isKept: true }
  const event = JSON.stringify({ type: 'response.completed', response })
  assert.deepEqual(conversations.answerIn(JSON.stringify(response)), read)
  for (const sent of [`event: response.completed\ndata: ${event}\n\n`, `data: ${event}\r\n\r\n`])
    assert.deepEqual(conversations.answerIn(sent), read)
  assert.equal(conversations.answerIn(JSON.stringify({ ...response, store: false }))?.isKept, false)
})

test('behind what did not come to an end, or says nothing, nobody goes on', () => {
  for (const one of [
    { ...response, status: 'failed' },
    { ...response, output: [] },
    { ...response, id: 7 },
    { error: { message: 'no' } },
  ])
    assert.equal(conversations.answerIn(JSON.stringify(one)), null)
  for (const sent of ['', '{"id":', 'data: [DONE]\n\n', ': waits\n\n'])
    assert.equal(conversations.answerIn(sent), null)
})

test('the body has everything in it, and takes up nothing', () => {
  const body = { model: 'm', previous_response_id: 'resp_1', input: 'hi', top_p: 1 }
  const said = { type: 'message', role: 'user', content: 'hi' }
  assert.deepEqual(conversations.withItems(body, conversations.itemsOf(body.input)), {
    model: 'm',
    top_p: 1,
    input: [said],
  })
})

test('a server takes items of another without their ids, and thoughts of ours alone', () => {
  assert.deepEqual(conversations.itemElsewhere(message), {
    type: 'message',
    role: 'assistant',
    content: [],
  })
  assert.deepEqual(
    conversations.itemElsewhere({ type: 'function_call', id: 'fc_1', call_id: 'c' }),
    {
      type: 'function_call',
      call_id: 'c',
    },
  )
  const thought = { type: 'reasoning', id: 'rs_1', summary: [] }
  assert.equal(conversations.itemElsewhere(thought), null)
  assert.equal(conversations.itemElsewhere({ ...thought, encrypted_content: 'enc' }), null)
  const sealed = sealThought({ kind: 'thinking', protocol: 'gemini', text: '' })
  assert.deepEqual(conversations.itemElsewhere({ ...thought, encrypted_content: sealed }), {
    type: 'reasoning',
    summary: [],
    encrypted_content: sealed,
  })
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' }
  assert.deepEqual(conversations.itemElsewhere(search), search)
})

test('a server that says so, or names what it was asked for, does not know it', () => {
  const references = { previous: 'resp_1', items: ['rs_2'] }
  for (const [code, message] of [
    ['previous_response_not_found', 'Previous response not found.'],
    [null, "Response with id 'resp_1' not found."],
    [null, "Item with id 'rs_2' not found."],
  ] as const)
    assert.ok(conversations.isUnknown(references, { code, message }), message)
  assert.ok(
    !conversations.isUnknown(references, { code: null, message: 'temperature is not supported' }),
  )
})
