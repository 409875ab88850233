import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitError, limitHeaders } from './limit-error.ts'

test('a caller is told exactly when it may come again for what is its own', () => {
  const refusal = {
    kind: 'refused',
    scope: 'principal',
    limit: 'requestsPerMinute',
    waitMs: 12_300,
  } as const
  assert.deepEqual(limitHeaders(refusal), { 'retry-after': '13' })
  const error = limitError(refusal)
  assert.deepEqual(
    [error.status, error.type, error.detail],
    [429, 'rate_limit_error', { limit: 'requestsPerMinute', scope: 'principal' }],
  )
  assert.match(error.message, /13 s$/)
})

test('of what it shares with others it is told in steps that show nobody’s use', () => {
  for (const scope of ['workflow', 'route'] as const)
    for (const waitMs of [1, 900, 4_999, 5_000])
      assert.deepEqual(
        limitHeaders({ kind: 'refused', scope, limit: 'requestsPerMinute', waitMs }),
        { 'retry-after': '5' },
      )
})

test('a wait that nobody knows, or that never ends, is still a number', () => {
  const refused = { kind: 'refused', scope: 'principal' } as const
  assert.deepEqual(limitHeaders({ ...refused, limit: 'concurrent', waitMs: null }), {
    'retry-after': '1',
  })
  assert.deepEqual(limitHeaders({ ...refused, limit: 'tokensPerMinute', waitMs: Infinity }), {
    'retry-after': '60',
  })
})

test('what is spent for today is not asked for again by a client that waits', () => {
  const refused = { kind: 'refused', scope: 'workflow', limit: 'spendPerDay' } as const
  assert.deepEqual(limitHeaders({ ...refused, waitMs: 7_199_001 }), {
    'retry-after': '7200',
    'x-should-retry': 'false',
  })
})
