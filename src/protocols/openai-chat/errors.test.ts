import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readError, writeError } from './errors.ts'

test('errors are read in the shapes of all servers', () => {
  const read = (body: unknown, status = 500) => readError(status, JSON.stringify(body))
  const error = { class: 'overload', status: 500, code: 'server_error', message: 'busy' }
  assert.deepEqual(read({ error: { message: 'busy', type: 'server_error', code: null } }), error)
  assert.deepEqual(read([{ error: { message: 'busy', code: 500, status: 'server_error' } }]), error)
  assert.deepEqual(read({ object: 'error', message: 'busy', type: 'server_error' }), error)
  assert.deepEqual(read({ error: 'busy' }), { ...error, code: null })
  assert.deepEqual(read({ detail: 'busy' }), { ...error, code: null })
  assert.equal(read({ detail: [{ loc: ['body', 'seed'], msg: 'no' }] }, 422).class, 'client')
})

test('a code that is a status counts more than the status of the wrapping', () => {
  const read = readError(200, '{"error":{"message":"Provider returned error","code":404}}')
  assert.equal(read.class, 'withdrawn')
  assert.equal(read.status, 200)
})

test('what moderation flagged is against the rules on content', () => {
  const body = { error: { code: 403, message: 'flagged', metadata: { reasons: ['violence'] } } }
  assert.equal(readError(403, JSON.stringify(body)).class, 'content-policy')
})

test('what a provider behind the provider said is read too', () => {
  const raw = '{"error":{"message":"maximum context length is 8192"}}'
  const body = { error: { code: 400, message: 'Provider returned error', metadata: { raw } } }
  assert.equal(readError(400, JSON.stringify(body)).class, 'context')
})

test('a page that is no JSON is told shortened', () => {
  const read = readError(502, `<html>${'x'.repeat(10_000)}`)
  assert.equal(read.message.length, 2000)
  assert.equal(readError(503, '').message, 'HTTP status 503')
})

test('an error of ours has the members that clients look for, and its own', () => {
  const detail = { permitted: ['a/b'] }
  assert.deepEqual(
    writeError({ status: 403, type: 'model_not_permitted', message: 'No.', detail }),
    {
      status: 403,
      body: {
        error: {
          message: 'No.',
          type: 'model_not_permitted',
          param: null,
          code: 'model_not_permitted',
          permitted: ['a/b'],
        },
      },
    },
  )
})
