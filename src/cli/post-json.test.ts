import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postJson } from './post-json.ts'

test('nothing is posted to a private address, over http, or with a password in the address', async () => {
  for (const address of [
    'https://127.0.0.1:1/x',
    'https://[::1]:1/x',
    'https://localhost:1/x',
    'http://example.com/x',
    'https://user:secret@example.com/x',
    'nothing',
  ])
    await assert.rejects(postJson(address, {}), (error: Error) => {
      assert.match(error.message, /^cannot post to /)
      assert.doesNotMatch(error.message, /secret/)
      return true
    })
})
