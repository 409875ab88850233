import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readError, readErrorBody, typeOfClass, writeError } from './errors.ts'

test('an error has its class, its type and its words', () => {
  const body = '{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}'
  assert.deepEqual(readError(404, body), {
    class: 'withdrawn',
    status: 404,
    code: 'not_found_error',
    message: 'model: claude-x',
  })
})

test('within a stream the type stands for the status', () => {
  const classOf = (type: string) =>
    readErrorBody(null, { type: 'error', error: { type, message: 'x' } }, '').class
  assert.equal(classOf('overloaded_error'), 'overload')
  assert.equal(classOf('rate_limit_error'), 'quota')
  assert.equal(classOf('invalid_request_error'), 'client')
  assert.equal(classOf('authentication_error'), 'auth')
  assert.equal(classOf('not_found_error'), 'withdrawn')
  assert.equal(classOf('api_error'), 'overload')
  assert.equal(classOf('of_next_year'), 'overload')
})

test('whatever answered, there is something to say', () => {
  assert.equal(readError(502, '<html>').message, '<html>')
  assert.equal(readError(503, '').message, 'status 503')
  assert.equal(readError(500, 'x'.repeat(10_000)).message.length, 2000)
})

test('an error of ours carries its details within', () => {
  const written = writeError({
    status: 403,
    type: 'model_not_permitted',
    message: 'Not for you.',
    detail: { directive: 'd', type: 'never this' },
  })
  assert.deepEqual(written, {
    status: 403,
    body: {
      type: 'error',
      error: { directive: 'd', type: 'model_not_permitted', message: 'Not for you.' },
    },
  })
})

test('our trouble with an upstream is never told as trouble with the caller’s key', () => {
  assert.equal(typeOfClass('auth'), 'api_error')
  assert.equal(typeOfClass('transport'), 'api_error')
})
