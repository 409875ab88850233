import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../exchange.ts'
import { planTranslation } from '../plan-translation.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { gemini } from '../gemini/gemini.ts'
import { readRequest } from './read-request.ts'

function read(more: JsonObject) {
  return readRequest({ model: 'm', input: 'Hello', ...more })
}

test('a text alone is what the user says', () => {
  const { turns, system, isStream, protocol } = read({})
  assert.deepEqual(turns, [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }])
  assert.deepEqual([system, isStream, protocol], [[], false, 'openai-responses'])
})

test('settings are carried, each with the path where it was written', () => {
  const request = read({
    max_output_tokens: 7,
    reasoning: { effort: 'none', generate_summary: 'concise' },
    text: { format: { type: 'json_object' }, verbosity: 'low' },
  })
  assert.equal(request.maxOutputTokens, 7)
  assert.deepEqual(request.reasoning, { isOn: false, effort: 'none', summary: 'concise' })
  assert.deepEqual(request.output, { kind: 'json' })
  assert.equal(request.written.get('verbosity'), 'text.verbosity')
  assert.equal(request.written.get('json-output'), 'text.format')
  assert.equal(request.written.get('reasoning'), 'reasoning.effort')
})

test('null is the same as nothing', () => {
  const request = read({ temperature: null, reasoning: null, tools: null, text: { format: null } })
  assert.deepEqual(request.unknown, {})
  assert.equal('temperature' in request, false)
  assert.equal('reasoning' in request, false)
})

test('probabilities are asked for by what is included', () => {
  assert.equal(read({ include: ['message.output_text.logprobs'] }).logprobs, 0)
  const both = ['reasoning.encrypted_content', 'message.output_text.logprobs']
  const request = read({ include: both, top_logprobs: 4 })
  assert.equal(request.logprobs, 4)
  assert.deepEqual(request.unknown['include'], both)
  assert.deepEqual(read({ top_logprobs: 4 }).unknown, { top_logprobs: 4 })
})

test('a user has a new name and an old one', () => {
  assert.equal(read({ user: 'u' }).written.get('user'), 'user')
  const both = read({ user: 'old', safety_identifier: 'new' })
  assert.equal(both.user, 'new')
  assert.deepEqual(both.unknown, { user: 'old' })
})

test('what only the provider has is refused elsewhere, and never left out', () => {
  const kept = read({
    conversation: 'conv_1',
    prompt: { id: 'p' },
    background: true,
    previous_response_id: 'resp_1',
    truncation: 'auto',
  })
  assert.deepEqual(planTranslation(kept, gemini), {
    lost: ['background', 'conversation', 'prompt', 'truncation'],
    refused: ['background', 'conversation', 'previous_response_id', 'prompt'],
  })
})

test('what is wrong is refused with its path', () => {
  const wrong: readonly (readonly [string, JsonObject])[] = [
    ['temperature', { temperature: '1' }],
    ['text.format.type', { text: { format: { type: 'xml' } } }],
    ['text.format.schema', { text: { format: { type: 'json_schema', name: 'x' } } }],
    ['input[0]', { input: ['x'] }],
    ['input[0].role', { input: [{ role: 'tool', content: 'x' }] }],
    ['input[0].content[0].type', { input: [{ role: 'user', content: [{ type: 'video' }] }] }],
    ['input[0].content[0]', { input: [{ role: 'user', content: [{ type: 'input_image' }] }] }],
    ['tool_choice', { tool_choice: 7 }],
  ]
  for (const [path, more] of wrong)
    assert.throws(
      () => read(more),
      (error) => error instanceof ProtocolError && error.path === path,
      path,
    )
})
