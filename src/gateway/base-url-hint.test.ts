import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baseUrlHint } from './base-url-hint.ts'

test('a base URL with `/v1` twice, or without it, is told apart from a path that nobody knows', () => {
  assert.match(baseUrlHint('/v1/v1/messages') ?? '', /^`\/v1` stands twice/)
  assert.match(baseUrlHint('/chat/completions') ?? '', /^`\/v1` is missing/)
  for (const path of ['/v1/messages', '/v1/files', '/', '/healthz', '/v2/models'])
    assert.equal(baseUrlHint(path), null, path)
})
