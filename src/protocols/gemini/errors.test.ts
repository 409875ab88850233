import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorIn, readError } from './errors.ts'

function classOf(code: number, status: string, message: string, reason?: string): string {
  const details = reason === undefined ? [] : [{ '@type': 'x', reason }]
  return readError(code, JSON.stringify({ error: { code, message, status, details } })).class
}

test('errors have the class of what they mean, not of their number', () => {
  assert.equal(classOf(404, 'NOT_FOUND', 'models/x is not found'), 'withdrawn')
  assert.equal(classOf(400, 'INVALID_ARGUMENT', 'API key expired.', 'API_KEY_INVALID'), 'auth')
  assert.equal(classOf(403, 'PERMISSION_DENIED', 'Denied', 'SERVICE_DISABLED'), 'auth')
  assert.equal(classOf(400, 'FAILED_PRECONDITION', 'Please enable billing'), 'quota')
  assert.equal(classOf(400, 'FAILED_PRECONDITION', 'User location is not supported'), 'auth')
  assert.equal(classOf(400, 'FAILED_PRECONDITION', 'Something else'), 'client')
  assert.equal(classOf(500, 'INTERNAL', 'An internal error has occurred'), 'overload')
  assert.equal(classOf(504, 'DEADLINE_EXCEEDED', 'Too late'), 'overload')
})

test('an error within a stream has its own number, and no status of HTTP', () => {
  assert.deepEqual(errorIn({ code: 429, message: 'Slower.' }, null), {
    class: 'quota',
    status: null,
    code: null,
    message: 'Slower.',
  })
})

test('an error may come in a list, or be no JSON', () => {
  const body = '[{"error":{"code":503,"status":"UNAVAILABLE","message":"Busy."}}]'
  assert.equal(readError(503, body).message, 'Busy.')
  assert.deepEqual(readError(502, ''), {
    class: 'overload',
    status: 502,
    code: null,
    message: 'HTTP status 502',
  })
})
