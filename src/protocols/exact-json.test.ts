import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArguments, parseExact } from './exact-json.ts'

const id = '12345678901234567891'

test('long numbers in the arguments of calls are written as they were read', () => {
  for (const call of [
    `{"type":"tool_use","input":{"id":${id},"deep":[{"at":-${id}}]}}`,
    `{"type":"server_tool_use","input":{"id":${id}}}`,
    `{"toolUse":{"name":"look","input":{"id":${id}}}}`,
    `{"functionCall":{"name":"look","args":{"id":${id}}}}`,
  ]) {
    const body = `{"content":[${call}]}`
    assert.equal(JSON.stringify(parseExact(body)), body)
  }
  assert.equal(JSON.stringify(parseArguments(`{"id":${id},"n":1.5}`)), `{"id":${id},"n":1.5}`)
})

test('everywhere else they are numbers, so that readers know them', () => {
  const read = parseExact(`{"seed":${id},"input":[{"at":${id}}],"toolUse":${id},"n":1e300}`)
  assert.deepEqual(read, {
    seed: Number(id),
    input: [{ at: Number(id) }],
    toolUse: Number(id),
    n: 1e300,
  })
})

test('a name that every object has is a name like others', () => {
  assert.deepEqual(parseExact(`{"constructor":${id},"toString":{"a":"1234567890123456"}}`), {
    constructor: Number(id),
    toString: { a: '1234567890123456' },
  })
})
