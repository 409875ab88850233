import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areKnown } from './fit-one-processor.ts'

test('a flag that this Node does not know is seen before it is used', () => {
  assert.ok(areKnown(['--single-threaded-gc']))
  assert.ok(!areKnown(['--single-threaded-gc', '--no-flag-of-any-node']))
})
