import assert from 'node:assert/strict'
import { test } from 'node:test'
import { argumentsAsObject } from './tool-arguments.ts'

test('arguments are the object they say', () => {
  assert.deepEqual(argumentsAsObject('{"a":{"b":[1.5,null]}}'), { a: { b: [1.5, null] } })
})

test('no arguments are an empty object', () => {
  assert.deepEqual(argumentsAsObject(''), {})
  assert.deepEqual(argumentsAsObject(' \n'), {})
})

test('what is no object is kept as it was written', () => {
  for (const text of ['{"a":', '[1]', 'null', '"x"'])
    assert.deepEqual(argumentsAsObject(text), { malformed_arguments: text })
})
