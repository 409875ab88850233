import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonLines } from './importer.ts'

test('a line is found again by its number, also where objects stand over several lines', () => {
  const numbers = (text: string) =>
    [...jsonLines(text)].map(({ line, entry }) => [line, entry === null ? null : entry['a']])
  assert.deepEqual(numbers('{"a":1}\n\nno\n{"a":2}'), [
    [1, 1],
    [3, null],
    [4, 2],
  ])
  assert.deepEqual(numbers('{\n  "a": 1\n}\n{\n  "a": 2\n}\n'), [
    [1, 1],
    [4, 2],
  ])
})
