import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anthropicMessages } from '../anthropic-messages/anthropic-messages.ts'
import type { JsonObject, JsonValue } from '../exchange.ts'
import { planTranslation } from '../plan-translation.ts'
import { ProtocolError } from '../protocol-codec.ts'
import { openaiResponses } from './openai-responses.ts'
import { readRequest } from './read-request.ts'

const look = { type: 'function', name: 'look', parameters: { type: 'object' }, strict: null }
const patch = { type: 'custom', name: 'patch' }
const search = { type: 'web_search' }

function read(tool_choice: JsonObject | string) {
  return readRequest({ model: 'm', input: 'x', tools: [look, patch, search], tool_choice })
}

test('a function, a custom tool and a tool of the provider are told apart', () => {
  const { tools, written } = read('auto')
  assert.deepEqual(
    tools.map((tool) => (tool.kind === 'function' ? tool.name : tool.value['type'])),
    ['look', 'patch', 'web_search'],
  )
  assert.equal(written.get('provider-tools'), 'tools[2]')
})

test('a group of tools goes back to its own protocol, and is named as lost elsewhere', () => {
  const group = { type: 'namespace', name: 'crm', tools: [look] }
  const request = readRequest({ model: 'm', input: 'x', tools: [look, group] })
  assert.equal(request.written.get('provider-tools'), undefined)
  const { lost, refused } = planTranslation(request, anthropicMessages)
  assert.deepEqual({ lost, refused }, { lost: ['tools[1]'], refused: [] })
  const elsewhere = anthropicMessages.writeRequest(request, options).body
  assert.deepEqual(namesIn(elsewhere['tools']), ['look'])
  const own = openaiResponses.writeRequest(request, options).body
  assert.deepEqual(namesIn(own['tools']), ['look', 'crm'])
})

const options = { model: 'm', maxOutputTokens: null }

function namesIn(tools: JsonValue | undefined): readonly (JsonValue | undefined)[] {
  return Array.isArray(tools) ? tools.map((tool: JsonObject) => tool['name']) : []
}

test('a tool is chosen by its name', () => {
  const named = { kind: 'tool', name: 'patch' }
  assert.deepEqual(read({ type: 'custom', name: 'patch' }).toolChoice, named)
  assert.deepEqual(read('required').toolChoice, { kind: 'required' })
})

test('tools that are not allowed are as good as not there', () => {
  const allowed = { type: 'allowed_tools', mode: 'required' }
  const request = read({ ...allowed, tools: [{ type: 'function', name: 'look' }, search] })
  assert.deepEqual(request.toolChoice, { kind: 'required' })
  assert.deepEqual(
    request.tools.map(({ kind }) => kind),
    ['function', 'provider'],
  )
  assert.throws(
    () => read({ ...allowed, tools: [{ type: 'function', name: 'unheard' }] }),
    (error) => error instanceof ProtocolError && error.path === 'tool_choice.tools[0]',
  )
})

test('a choice of the provider’s tool stays as it was', () => {
  const request = read({ type: 'web_search_preview' })
  assert.equal(request.toolChoice, undefined)
  assert.deepEqual(request.unknown, { tool_choice: { type: 'web_search_preview' } })
})
