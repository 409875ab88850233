import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VerdictRecord } from '../../schema/verdict.ts'
import { cronProblem, cronTimeAfter, cronTimeUpTo } from './cron-times.ts'
import { comingRuns, dueRuns, type ScheduledWorkflow } from './due-runs.ts'

const sunday = { cron: '0 3 * * 0', timeZone: 'Europe/Berlin' }

function at(text: string): number {
  return Date.parse(text)
}

function verdict(change: Partial<VerdictRecord> = {}, key: Partial<VerdictRecord['key']> = {}) {
  return {
    trial: 'trial-1',
    key: { workflow: 'sorting', model: 'pear/pear-2', route: 'pear-eu', ...key },
    verdict: 'QUALIFIED',
    decidedAt: '2026-11-01T00:00:00.000Z',
    validUntil: '2026-12-31T00:00:00.000Z',
    invalidatedBy: null,
    ...change,
  } as VerdictRecord
}

function workflow(schedule: object): ScheduledWorkflow {
  return {
    id: 'sorting',
    schedule: { timeZone: 'UTC', jitter: '10m', ...schedule },
    candidates: new Set(['pear/pear-2@pear-eu', 'plum/plum-1@plum-eu']),
  }
}

test('hours are counted in the time zone, also over a change of the clock', () => {
  const next = (from: string) => new Date(cronTimeAfter(sunday, at(from)) ?? 0).toISOString()
  assert.equal(next('2026-10-24T12:00:00Z'), '2026-10-25T02:00:00.000Z')
  assert.equal(next('2026-07-01T12:00:00Z'), '2026-07-05T01:00:00.000Z')
  const last = cronTimeUpTo(sunday, at('2026-11-22T02:00:00Z')) ?? 0
  assert.equal(new Date(last).toISOString(), '2026-11-22T02:00:00.000Z')
})

test('rules that are none, never come or come too often are told', () => {
  const problem = (cron: string, timeZone = 'UTC') =>
    cronProblem({ cron, timeZone }, at('2026-11-25T12:00:00Z'))
  assert.equal(problem('0 3 * * 0', 'Europe/Berlin'), null)
  assert.equal(problem('0 * * * *'), null)
  assert.match(problem('61 * * * *') ?? '', /minute: 61/)
  assert.match(problem('0 3 * * 0', 'Mars/Olympus') ?? '', /no time zone/)
  assert.match(problem('0 3 31 2 *') ?? '', /never comes/)
  assert.match(problem('*/20 * * * *') ?? '', /more than once an hour/)
  assert.match(problem('0 0 3 * * 0') ?? '', /5 parts/)
})

test('of missed times only the last is due, and one that was done is not due again', () => {
  const weekly = workflow(sunday)
  const now = at('2026-11-25T12:00:00Z')
  const due = dueRuns(weekly, { verdicts: [], since: at('2026-10-01T00:00:00Z'), now })
  assert.deepEqual(
    due.map(({ dueAt, candidate, cause }) => [dueAt, candidate, cause]),
    [['2026-11-22T02:00:00.000Z', null, 'schedule']],
  )
  const delay = at(due[0]?.runAt ?? '') - at(due[0]?.dueAt ?? '')
  assert.ok(delay >= 0 && delay < 600_000, `${delay}`)
  assert.deepEqual(dueRuns(weekly, { verdicts: [], since: at('2026-11-22T02:00:00Z'), now }), [])
  assert.deepEqual(dueRuns(weekly, { verdicts: [], since: at('2026-11-24T00:00:00Z'), now }), [])
  const [coming] = comingRuns(weekly, { verdicts: [], since: now, now })
  assert.equal(coming?.dueAt, '2026-11-29T02:00:00.000Z')
})

test('before a verdict ends, its candidate is due; the same verdict always has the same key', () => {
  const ahead = workflow({ before: '14d' })
  const state = (now: string, verdicts = [verdict()]) => ({ verdicts, since: 0, now: at(now) })
  assert.deepEqual(dueRuns(ahead, state('2026-12-16T23:59:59Z')), [])
  assert.equal(
    comingRuns(ahead, state('2026-12-16T23:59:59Z'))[0]?.dueAt,
    '2026-12-17T00:00:00.000Z',
  )
  const [due] = dueRuns(ahead, state('2026-12-17T00:00:00Z'))
  assert.deepEqual(
    [due?.key, due?.candidate, due?.cause],
    ['verdict trial-1', 'pear/pear-2@pear-eu', 'expiry'],
  )
  assert.deepEqual(comingRuns(ahead, state('2026-12-17T00:00:00Z')), [])
})

test('a verdict that was ended before its day makes its candidate due at once', () => {
  const ahead = workflow({ before: '14d' })
  const ended = verdict({ invalidatedBy: 'model-snapshot-changed' })
  const [due] = dueRuns(ahead, {
    verdicts: [ended],
    since: 0,
    now: at('2026-11-25T12:00:00Z'),
  })
  assert.deepEqual(
    [due?.key, due?.dueAt, due?.cause],
    ['verdict trial-1', '2026-11-25T12:00:00.000Z', 'invalidated'],
  )
})

test('older verdicts, other work, candidates that left and those never qualified are not due', () => {
  const ahead = workflow({ before: '14d' })
  const now = at('2027-01-15T00:00:00Z')
  const newer = verdict({
    trial: 'trial-2',
    decidedAt: '2026-12-20T00:00:00.000Z',
    validUntil: '2027-03-20T00:00:00.000Z',
  })
  const inconclusive = verdict({ ...newer, trial: 'trial-3', verdict: 'INCONCLUSIVE' })
  for (const verdicts of [
    [verdict(), newer],
    [newer, verdict()],
    [verdict(), inconclusive],
    [verdict({}, { workflow: 'packing' })],
    [verdict({}, { model: 'fig/fig-1' })],
    [verdict({ verdict: 'NOT_QUALIFIED' })],
  ])
    assert.deepEqual(dueRuns(ahead, { verdicts, since: 0, now }), [])
})
