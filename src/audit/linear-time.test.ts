import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useLinearTimePatterns } from './linear-time.ts'

test('an expression of exponential time ends', () => {
  useLinearTimePatterns()
  const exponential = new RegExp(['(', 'a+', ')+', 'b'].join(''))
  assert.equal(exponential.test(`${'a'.repeat(5000)}c`), false)
})
