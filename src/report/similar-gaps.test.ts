import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gap } from '../../test/fixtures/report/register.ts'
import { joinSimilarGaps } from './similar-gaps.ts'

test('gaps that say the same of several places become one, in the order of the first', () => {
  const joined = joinSimilarGaps([
    gap({ kind: 'retired', reason: 'x is retired', line: 1 }),
    gap({ kind: 'unowned', reason: 'nobody', line: 2 }),
    gap({ kind: 'retired', reason: 'x is retired', line: 3 }),
  ])
  assert.deepEqual(
    joined.map(({ first, count }) => [first.line, count]),
    [
      [1, 2],
      [2, 1],
    ],
  )
})
