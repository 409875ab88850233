import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorIn, errorOfResponse, readError } from './errors.ts'

test('words of this protocol have their classes', () => {
  const classes = {
    server_error: 'overload',
    rate_limit_exceeded: 'quota',
    bio_policy: 'content-policy',
    image_content_policy_violation: 'content-policy',
    invalid_image_url: 'client',
    vector_store_timeout: 'overload',
  }
  for (const [code, expected] of Object.entries(classes))
    assert.equal(errorIn({ error: { code, message: 'x' } }).class, expected, code)
})

test('a prompt is wrong, or against the rules', () => {
  const errorOf = (message: string) => errorIn({ error: { code: 'invalid_prompt', message } })
  assert.equal(errorOf('The prompt is empty.').class, 'client')
  assert.equal(errorOf('It was flagged under our usage policy.').class, 'content-policy')
})

test('both forms of an error in a stream say the same', () => {
  const flat = errorIn({ type: 'error', code: 'server_error', message: 'It broke.', param: null })
  const nested = errorIn({ type: 'error', error: { code: 'server_error', message: 'It broke.' } })
  assert.deepEqual(flat, nested)
})

test('a response that was given up without a word is the provider’s failure', () => {
  assert.deepEqual(errorOfResponse({ status: 'cancelled', error: null }), {
    class: 'overload',
    status: null,
    code: 'cancelled',
    message: 'the provider gave the response up: cancelled',
  })
})

test('an error keeps its status', () => {
  const body = '{"error":{"code":"bio_policy","message":"Blocked."}}'
  assert.deepEqual(readError(400, body), {
    class: 'content-policy',
    status: 400,
    code: 'bio_policy',
    message: 'Blocked.',
  })
})
