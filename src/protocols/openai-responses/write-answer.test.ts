import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, JsonObject, Part } from '../exchange.ts'
import { openMark } from '../sealed-mark.ts'
import { readRequest } from './read-request.ts'
import { writeAnswer } from './write-answer.ts'

const request = readRequest({
  model: 'asked',
  instructions: 'Be brief.',
  input: 'Hi',
  tools: [
    { type: 'custom', name: 'patch' },
    { type: 'function', name: 'look', parameters: { type: 'object' } },
  ],
  max_output_tokens: 99,
})
const context = { id: 'ours', model: 'vendor/served', created: 9, request }

function write(parts: readonly Part[], change: Partial<Answer> = {}): JsonObject {
  const stop = { reason: 'stop', raw: 'end_turn' } as const
  const answer = { id: 'msg_7', model: 'theirs', created: null, parts, stop, usage: null }
  return writeAnswer({ ...answer, ...change }, context)
}

function outputOf(...parts: readonly Part[]): readonly JsonObject[] {
  return write(parts)['output'] as readonly JsonObject[]
}

test('a response names itself, the model that served, and what was asked', () => {
  const usage = { input: 9, output: 5, cacheRead: 4, cacheWrite: null, reasoning: 2 }
  const response = write([], { usage })
  assert.equal(response['id'], 'resp_ours')
  assert.equal(response['model'], 'vendor/served')
  assert.equal(response['created_at'], 9)
  assert.equal(response['instructions'], 'Be brief.')
  assert.equal(response['max_output_tokens'], 99)
  assert.deepEqual(response['tools'], [
    { type: 'custom', name: 'patch' },
    { type: 'function', name: 'look', parameters: { type: 'object' } },
  ])
  assert.deepEqual(response['usage'], {
    input_tokens: 9,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 2 },
    total_tokens: 14,
  })
})

test('items have ids by which clients know their kind', () => {
  const output = outputOf(
    { kind: 'thinking', text: 'Hm.' },
    { kind: 'text', text: 'Well, ' },
    { kind: 'text', text: 'look:' },
    { kind: 'tool-call', id: 'toolu_1', name: 'look', arguments: '' },
  )
  assert.deepEqual(
    output.map(({ id, type }) => [id, type]),
    [
      ['rs_ours_0', 'reasoning'],
      ['msg_ours_1', 'message'],
      ['fc_ours_2', 'function_call'],
    ],
  )
  const said = output[1]?.['content'] as readonly JsonObject[] | undefined
  assert.equal(said?.length, 2)
  assert.equal(output[2]?.['arguments'], '')
})

test('a thought of another maker is shown, and sealed on its way back', () => {
  const [item] = outputOf({
    kind: 'thinking',
    protocol: 'anthropic-messages',
    text: 'Hm.',
    signature: 'c2ln',
  })
  assert.deepEqual(item?.['summary'], [{ type: 'summary_text', text: 'Hm.' }])
  assert.deepEqual(openMark(item?.['encrypted_content'] as string), {
    protocol: 'anthropic-messages',
    signature: 'c2ln',
  })
})

test('a mark at a call stands before it', () => {
  const [mark, call] = outputOf({
    kind: 'tool-call',
    id: 'c',
    name: 'look',
    arguments: '{}',
    signature: 'c2ln',
  })
  assert.deepEqual(openMark(mark?.['encrypted_content'] as string), {
    call: 'c',
    signature: 'c2ln',
  })
  assert.equal(call?.['call_id'], 'c')
})

test('a custom tool gets its free text', () => {
  const [call] = outputOf({
    kind: 'tool-call',
    id: 'c',
    name: 'patch',
    arguments: '{"input":"*** \\"x\\"\\n"}',
  })
  assert.equal(call?.['type'], 'custom_tool_call')
  assert.equal(call?.['input'], '*** "x"\n')
})

test('an answer that was cut says so, in the message too', () => {
  const response = write([{ kind: 'text', text: 'Rai' }], {
    stop: { reason: 'max-tokens', raw: 'max_tokens' },
  })
  assert.equal(response['status'], 'incomplete')
  assert.deepEqual(response['incomplete_details'], { reason: 'max_output_tokens' })
  assert.equal((response['output'] as readonly JsonObject[])[0]?.['status'], 'incomplete')
})

test('a refusal that is explained beside the answer is told in it', () => {
  const response = write([], {
    stop: { reason: 'refusal', raw: 'refusal', explanation: 'Not this.' },
  })
  assert.equal(response['status'], 'completed')
  const [message] = response['output'] as readonly JsonObject[]
  assert.deepEqual(message?.['content'], [{ type: 'refusal', refusal: 'Not this.' }])
})

test('what other protocols cite, and their own blocks, no client could read', () => {
  const [message, ...more] = outputOf(
    { kind: 'text', text: 'A', citations: [{ type: 'char_location' }] },
    { kind: 'opaque', protocol: 'anthropic-messages', value: { type: 'server_tool_use' } },
  )
  assert.deepEqual(more, [])
  const content = message?.['content'] as readonly JsonObject[] | undefined
  assert.deepEqual(content?.[0]?.['annotations'], [])
})

test('a picture is an item of its own', () => {
  const source = { kind: 'base64', mediaType: 'image/png', data: 'AA==' } as const
  assert.deepEqual(outputOf({ kind: 'image', source }), [
    { id: 'ig_ours_0', type: 'image_generation_call', status: 'completed', result: 'AA==' },
  ])
})
