import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonChunks } from './json-chunks.ts'

test('the pieces of a JSON text are the whole text', () => {
  for (const value of [
    {},
    { list: [] },
    {
      list: [1, 'two\nlines', null, { three: [3] }, []],
      member: { deep: { deeper: [1] } },
      last: 'x',
    },
    { left: undefined, name: null, number: 1.5, list: [[{ a: 1 }], {}] },
  ]) {
    assert.equal([...jsonChunks(value)].join(''), `${JSON.stringify(value, null, 2)}\n`)
  }
})
