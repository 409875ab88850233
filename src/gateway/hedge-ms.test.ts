import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call } from './call.ts'
import type { GatewayState } from './gateway-state.ts'
import { hedgeMs } from './hedge-ms.ts'

const state = { hedgeMs: 300 } as GatewayState

function after(body: Call['body'], workflow: { readonly hedgeMs: number | null } | null = null) {
  return hedgeMs(state, { body, workflow } as Call)
}

test('a workflow decides for its calls, the gateway for those without', () => {
  assert.equal(after({}), 300)
  assert.equal(after({}, { hedgeMs: 50 }), 50)
  assert.equal(after({}, { hedgeMs: null }), null)
})

test('tools that only the caller runs leave nothing behind', () => {
  const tools = [
    { type: 'function', function: { name: 'a' } },
    { type: 'custom', name: 'b' },
    { name: 'c', input_schema: {} },
  ]
  assert.equal(after({ tools }), 300)
  assert.equal(after({ tools: [] }), 300)
})

test('what the provider does beside answering is asked of one alone', () => {
  for (const body of [
    { tools: [{ type: 'web_search' }] },
    {
      tools: [
        { type: 'function', name: 'a' },
        { type: 'mcp', server_url: 'https://x.example' },
      ],
    },
    { tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] },
    { tools: ['what is this'] },
    { mcp_servers: [{ url: 'https://x.example' }] },
    { conversation: 'conv_1' },
    { conversation: { id: 'conv_1' } },
    { background: true },
  ])
    assert.equal(after(body), null, JSON.stringify(body))
})
