import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRequest } from './read-request.ts'
import { threads } from './threads.ts'

const body = (thread: { readonly [name: string]: string } | null | undefined) => ({
  model: 'amber',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'hello' }],
  ...(thread === undefined ? {} : { thread }),
})

test('only a request that begins a thread says everything', () => {
  for (const thread of [undefined, null, { type: 'create' }])
    assert.equal(threads.goesOn(body(thread)), false)
  for (const thread of [
    { type: 'continue', previous_message_id: 'msg_1' },
    { type: 'of-next-year' },
  ])
    assert.equal(threads.goesOn(body(thread)), true)
})

test('over another protocol the beginning is lost, and what goes on is refused', () => {
  const begun = readRequest(body({ type: 'create' }))
  assert.deepEqual(begun.refused, [])
  assert.ok('thread' in begun.unknown)
  const going = readRequest(body({ type: 'continue', previous_message_id: 'msg_1' }))
  assert.deepEqual(going.refused, ['thread'])
})
