import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VerdictRecord } from '../../schema/verdict.ts'
import { servedInTrials } from './last-served.ts'

function verdict(decidedAt: string, servedModel: string, change: object = {}): VerdictRecord {
  const key = { workflow: 'sorting', model: 'pear/pear-2', route: 'pear-eu', servedModel }
  return { verdict: 'NOT_QUALIFIED', decidedAt, key, ...change } as VerdictRecord
}

test('the newest trial that was told a name says what is served now', () => {
  const served = servedInTrials([
    verdict('2026-11-03T00:00:00.000Z', 'pear-2-1101'),
    verdict('2026-11-01T00:00:00.000Z', 'pear-2-0601'),
    verdict('2026-11-05T00:00:00.000Z', 'pear/pear-2'),
    verdict('2026-11-06T00:00:00.000Z', 'plum-1', { verdict: 'INVALID' }),
  ])
  assert.equal(served('pear/pear-2', 'pear-eu'), 'pear-2-1101')
  assert.equal(served('pear/pear-2', 'pear-us'), null)
})
