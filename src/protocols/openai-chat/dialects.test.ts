import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../exchange.ts'
import { planTranslation } from '../plan-translation.ts'
import { dialectOf } from './dialects.ts'
import { openaiChat } from './openai-chat.ts'

test('a provider that nobody has described is one like most', () => {
  assert.equal(dialectOf('some-new-host'), dialectOf('self'))
  assert.equal(dialectOf('azure'), dialectOf('openai'))
  assert.equal(dialectOf(undefined), dialectOf('openai'))
})

test('servers that do not take the same words are not alike', () => {
  assert.equal(openaiChat.isAlike?.('openai', 'azure'), true)
  assert.equal(openaiChat.isAlike?.('self', 'together'), true)
  assert.equal(openaiChat.isAlike?.('openai', 'mistral'), false)
})

test('a request for OpenAI is written anew for Mistral, and what it loses is named', () => {
  const body: JsonObject = {
    model: 'gpt',
    messages: [{ role: 'user', content: 'Hello', name: 'robin' }],
    max_completion_tokens: 50,
    seed: 7,
    user: 'u',
    prompt_cache_options: { mode: 'explicit' },
  }
  const { protocol: _own, ...request } = openaiChat.readRequest(body)
  const options = { model: 'mistral-large', maxOutputTokens: null, provider: 'mistral' }
  assert.deepEqual(openaiChat.writeRequest(request, options).body, {
    model: 'mistral-large',
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 50,
    random_seed: 7,
  })
  assert.deepEqual(planTranslation(request, openaiChat, 'mistral').lost, [
    'messages[0].name',
    'prompt_cache_options',
    'user',
  ])
})
