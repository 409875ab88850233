import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baseUrlHint, routeUrlHint } from './base-url-hint.ts'

test('a base URL with `/v1` twice, or without it, is told apart from a path that nobody knows', () => {
  assert.match(baseUrlHint('/v1/v1/messages') ?? '', /^`\/v1` stands twice/)
  assert.match(baseUrlHint('/chat/completions') ?? '', /^`\/v1` is missing/)
  for (const path of ['/v1/messages', '/v1/files', '/', '/healthz', '/v2/models'])
    assert.equal(baseUrlHint(path), null, path)
})

test('a base URL of a route that holds what is added to it is told; one of any other path is not', () => {
  const hint = (path: string, protocol = 'openai-chat') =>
    routeUrlHint({ baseUrl: new URL(path, 'https://api.fruit.example'), protocol }) ?? ''
  assert.match(hint('/v1/chat/completions'), /ends in `\/chat\/completions`/)
  assert.match(hint('/v1/responses/', 'openai-responses'), /ends in `\/responses`/)
  assert.match(hint('/v1/messages', 'anthropic-messages'), /ends in `\/v1\/messages`/)
  assert.match(hint('/v1', 'anthropic-messages'), /ends in `\/v1`/)
  for (const path of ['', '/', '/v1', '/openai/v1/', '/models/v1', '/completions-of-chat'])
    assert.equal(hint(path), '', path)
})
