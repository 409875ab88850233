import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evidence, registration } from '../../../test/qualification/sample-trial.ts'
import type { ScoredOutcome } from '../../schema/scored-outcome.ts'
import { decidePlan, type FinishedTrial, verdictOf } from './decide-plan.ts'

interface Change {
  readonly id?: string
  readonly lost?: number
  readonly served?: readonly string[]
  readonly lastAnswerAt?: string
  /** Trials that the plan was registered with. */
  readonly planned?: number
}

function finished(change: Change = {}): FinishedTrial {
  const { id = 't1', lost = 3, served = ['pear-2-0601'], planned = 1 } = change
  const plan = registration({
    parameters: {
      attempts: 1,
      lookEvery: 10,
      repeatTasks: 60,
      negativeTasks: 60,
      plan: { id: 'p', trials: Array.from({ length: planned }, (_, at) => `w: m${at}@r`) },
      sharesIncumbent: false,
      earlierTrials: 0,
      frozen: null,
    },
  })
  const { tasks, candidate, incumbent, negative, repeat } = evidence(
    { registration: plan },
    lost,
    4,
  )
  const scored = (outcome: ScoredOutcome | undefined) =>
    outcome === undefined ? null : { outcome, grade: null }
  const graded = tasks.map((task, at) => ({
    unit: { ...task, item: task.id, attempt: 1 },
    candidate: scored(candidate[at]),
    incumbent: scored(incumbent[at]),
    negative: scored(negative?.[at]),
    repeat: scored(repeat?.[at]),
  }))
  return {
    trial: {
      record: { id, createdAt: '2026-11-20T00:00:00.000Z', registrationDigest: null },
      registration: plan,
      parameters: plan.parameters,
      units: graded.map(({ unit }) => unit),
    },
    ran: {
      halt: null,
      lost: [],
      graded,
      isFinished: true,
      lastAnswerAt: change.lastAnswerAt ?? '2026-11-25T12:00:00.000Z',
      served,
    },
    prices: { costOf: () => null, atMost: () => null },
  } as unknown as FinishedTrial
}

test('the same answers give the same verdict, at the instant of the last one', () => {
  const [first] = decidePlan([finished()])
  assert.equal(first?.result.verdict, 'QUALIFIED')
  assert.equal(first?.result.decidedAt, '2026-11-25T12:00:00.000Z')
  assert.equal(first?.result.validUntil, '2026-12-25T12:00:00.000Z')
  assert.deepEqual(decidePlan([finished()]), [first])
})

test('with more trials in the plan more has to be shown, those that were abandoned among them', () => {
  // p is .025 or so: enough alone, not as one of twenty.
  const alone = decidePlan([finished({ lost: 8 })])[0]
  assert.equal(alone?.result.verdict, 'QUALIFIED')
  const among = decidePlan([finished({ lost: 8, planned: 20 })])[0]
  assert.equal(among?.result.verdict, 'INCONCLUSIVE')
  assert.equal(among?.result.reasons[0]?.code, 'multiplicity')
  assert.ok((among?.adjustedP ?? 0) > (alone?.adjustedP ?? 1))
})

test('a plan is decided at the instant of the last answer to any of its trials', () => {
  const later = '2026-11-25T18:00:00.000Z'
  const both = decidePlan([
    finished({ planned: 2 }),
    finished({ id: 't2', planned: 2, lastAnswerAt: later }),
  ])
  assert.deepEqual(
    both.map(({ result }) => result.decidedAt),
    [later, later],
  )
  // Evidence may be too old to count.
  const late = decidePlan([finished({ lastAnswerAt: '2027-01-02T00:00:00.000Z' })])
  assert.equal(late[0]?.result.verdict, 'EXPIRED')
})

test('a model that became another while it was asked is not qualified', () => {
  const [one] = decidePlan([finished({ served: ['pear-2-0601', 'pear-2-0901'] })])
  assert.equal(one?.result.verdict, 'INCONCLUSIVE')
  assert.match(one?.result.reasons[0]?.say ?? '', /served pear-2-0601 and pear-2-0901/)
})

test('a verdict holds for the name that the provider gave, and for the digests that were registered', () => {
  const one = finished()
  const [found] = decidePlan([one])
  assert.ok(found)
  const { key, validUntil } = verdictOf(one.trial, found.result, one.ran.served)
  assert.equal(key.servedModel, 'pear-2-0601')
  assert.equal(key.gradersDigest, one.trial.registration.digests.graders)
  assert.equal(validUntil, found.result.validUntil)
  assert.equal(verdictOf(one.trial, found.result, []).key.servedModel, 'pear-2-0601')
})
