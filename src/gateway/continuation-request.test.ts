import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModelRequest } from '../protocols/index.ts'
import { continuationRequest } from './continuation-request.ts'

const request: ModelRequest = {
  model: 'fruit/apple',
  isStream: true,
  system: [],
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'tell me of apples' }] }],
  tools: [],
  unknown: {},
  written: new Map(),
}
const said = 'apples '.repeat(100)

function limitOf(more: Partial<ModelRequest>, text = said): number | undefined {
  return continuationRequest({ ...request, ...more }, text).maxOutputTokens
}

test('whoever goes on gets what is left of a limit of tokens, with room for what is repeated', () => {
  assert.equal(limitOf({ maxOutputTokens: 1_000 }), 1_000 - 140)
  assert.equal(limitOf({ maxOutputTokens: 150 }), 64)
  assert.equal(limitOf({ maxOutputTokens: 9 }), 9)
  assert.equal(limitOf({}), undefined)
  assert.equal(limitOf({ maxOutputTokens: 1_000 }, ''), 1_000)
})

test('a model that thinks gets the whole limit: its thoughts are new', () => {
  const reasoning = { isOn: true, budgetTokens: 900 }
  assert.equal(limitOf({ maxOutputTokens: 1_000, reasoning }), 1_000)
  assert.equal(limitOf({ maxOutputTokens: 1_000, reasoning: { isOn: false } }), 860)
})
