import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readError, readException, writeError } from './errors.ts'

test('the exception is read from the body where the server names it there', () => {
  const body =
    '{"__type":"com.amazon.coral.service#ThrottlingException:http://internal.amazon.com/x","message":"Slow down"}'
  assert.deepEqual(readError(429, body), {
    class: 'quota',
    status: 429,
    code: 'ThrottlingException',
    message: 'Slow down',
  })
})

test('without a name the status and the words decide', () => {
  const classOf = (status: number, message: string) =>
    readError(status, JSON.stringify({ Message: message })).class
  assert.equal(classOf(400, 'Input is too long for requested model.'), 'context')
  assert.equal(classOf(400, 'The provided model identifier is invalid.'), 'withdrawn')
  assert.equal(classOf(400, 'messages.0: malformed'), 'client')
  assert.equal(classOf(403, 'The security token included in the request is expired'), 'auth')
  assert.equal(classOf(404, 'This model version has reached the end of its life.'), 'withdrawn')
  assert.equal(classOf(408, 'The model timed out'), 'overload')
  assert.equal(classOf(424, 'The model failed'), 'overload')
  assert.equal(classOf(500, 'x'), 'overload')
})

test('an exception within a stream has its class and no status', () => {
  const classOf = (name: string) => readException(name, { message: 'x' }, '').class
  assert.equal(classOf('throttlingException'), 'quota')
  assert.equal(classOf('validationException'), 'client')
  assert.equal(classOf('internalServerException'), 'overload')
  assert.equal(classOf('modelStreamErrorException'), 'overload')
  assert.equal(classOf('serviceUnavailableException'), 'overload')
  assert.equal(classOf('ofNextYearException'), 'overload')
  assert.equal(readException('throttlingException', null, 'plain').message, 'plain')
  assert.equal(readException('throttlingException', null, 'plain').status, null)
})

test('whatever answered, there is something to say', () => {
  assert.equal(readError(502, '<html>').message, '<html>')
  assert.equal(readError(503, '').message, 'status 503')
})

test('an error of ours has the members that AWS’s clients read, and its details', () => {
  const error = { status: 403, type: 'model_not_permitted', message: 'No.', detail: { d: 1 } }
  assert.deepEqual(writeError(error), {
    status: 403,
    body: {
      __type: 'model_not_permitted',
      message: 'No.',
      error: { d: 1, type: 'model_not_permitted', message: 'No.' },
    },
  })
})
