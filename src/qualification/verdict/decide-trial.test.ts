import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TrialResult } from '../../schema/trial-result.ts'
import { changed, evidence, registration } from '../../../test/qualification/sample-trial.ts'
import { decideTogether } from './decide-together.ts'
import { decideTrial } from './decide-trial.ts'
import { standingOf } from './standing-of.ts'

const base = evidence()

test('a candidate that passes every gate is QUALIFIED until its days are over', () => {
  const result = decideTrial(base)
  assert.equal(result.verdict, 'QUALIFIED', JSON.stringify(result.reasons))
  assert.equal(result.validUntil, '2026-12-25T12:00:00.000Z')
  assert.deepEqual(TrialResult.parse(result), result)
  assert.deepEqual(
    result.gates.map(({ gate }) => gate),
    [
      'quality',
      'refusal-cap',
      'refusal-difference',
      'format',
      'context-fit',
      'latency',
      'cost',
      'served-model',
    ],
  )
  assert.ok(result.pMax !== null && result.pMax <= 0.05)
})

test('the same evidence gives the same result, in an e-process too', () => {
  assert.deepEqual(decideTrial(base), decideTrial(evidence()))
  const sequential = evidence({ registration: registration({ mode: 'e-process' }) })
  const result = decideTrial(sequential)
  assert.equal(result.verdict, 'QUALIFIED', JSON.stringify(result.reasons))
  assert.ok(result.logEMin !== null && result.logEMin >= Math.log(20))
})

test('an e-process may end before its last task, a fixed-n trial shows nothing before it', () => {
  const candidate = base.candidate.slice(0, 220)
  const early = { ...base, candidate, isFinished: false }
  const fixed = decideTrial(early)
  assert.equal(fixed.verdict, 'INCONCLUSIVE')
  assert.equal(fixed.reasons[0]?.code, 'unfinished')
  assert.ok(
    fixed.gates.every(
      ({ p, estimate, state }) => p === null && estimate === null && state === 'not-tested',
    ),
  )
  const sequential = decideTrial({
    ...evidence({ registration: registration({ mode: 'e-process' }) }),
    candidate,
    isFinished: false,
  })
  assert.equal(sequential.verdict, 'QUALIFIED', JSON.stringify(sequential.reasons))
})

test('a candidate that is clearly worse is NOT_QUALIFIED, one in between INCONCLUSIVE with the tasks needed', () => {
  const worse = decideTrial(evidence({}, 60, 0))
  assert.equal(worse.verdict, 'NOT_QUALIFIED')
  assert.equal(worse.reasons[0]?.code, 'quality-failed')
  const between = decideTrial(evidence({}, 14, 6))
  assert.equal(between.verdict, 'INCONCLUSIVE')
  assert.ok((between.tasksNeeded ?? 0) > 300)
})

test('what is no answer counts against the candidate', () => {
  for (const kind of [
    'missing',
    'timeout',
    'truncation',
    'invalid-format',
    'provider-error',
  ] as const) {
    const result = decideTrial({ ...base, candidate: changed(base.candidate, 60, kind) })
    assert.equal(result.verdict, 'NOT_QUALIFIED', kind)
    assert.equal(result.counts.byKind[kind], 60)
  }
  const silent = decideTrial({ ...base, candidate: base.candidate.slice(60) })
  assert.equal(silent.verdict, 'NOT_QUALIFIED')
})

test('refusals fail their own gate, also where the incumbent refused nothing', () => {
  const result = decideTrial({ ...base, candidate: changed(base.candidate, 40, 'refusal') })
  const failed = result.gates.filter(({ state }) => state === 'failed').map(({ gate }) => gate)
  assert.ok(failed.includes('refusal-cap') && failed.includes('refusal-difference'))
})

test('one reroute, or one answer by another model, never qualifies', () => {
  const rerouted = decideTrial({ ...base, candidate: changed(base.candidate, 1, 'reroute') })
  assert.equal(rerouted.verdict, 'NOT_QUALIFIED')
  assert.equal(rerouted.reasons[0]?.code, 'served-model')
  const [first, ...rest] = base.candidate
  assert.ok(first !== undefined)
  const other = decideTrial({ ...base, candidate: [{ ...first, servedModel: 'plum-1' }, ...rest] })
  assert.equal(other.verdict, 'NOT_QUALIFIED')
})

test('one task that does not fit into the context window fails its gate', () => {
  const [first, ...rest] = base.candidate
  assert.ok(first !== undefined)
  const result = decideTrial({ ...base, candidate: [{ ...first, contextTokens: 99_000 }, ...rest] })
  assert.equal(result.reasons[0]?.code, 'context-fit-failed')
})

test('a dear and a slow candidate fail cost and latency', () => {
  const dear = decideTrial({
    ...base,
    candidate: base.candidate.map((one) => ({ ...one, cost: (one.cost ?? 0) * 3 })),
  })
  assert.equal(dear.reasons[0]?.code, 'cost-failed')
  const slow = decideTrial({
    ...base,
    candidate: base.candidate.map((one, at) => ({ ...one, latencyMs: at < 60 ? 30_000 : 100 })),
  })
  assert.equal(slow.reasons[0]?.code, 'latency-failed')
})

test('judge errors are unscored: over two in a hundred the trial is INVALID', () => {
  const few = decideTrial({ ...base, candidate: changed(base.candidate, 2, 'judge-error') })
  assert.equal(few.verdict, 'QUALIFIED', JSON.stringify(few.reasons))
  assert.equal(few.gates[0]?.worstCase?.state, 'passed')
  const many = decideTrial({ ...base, candidate: changed(base.candidate, 7, 'judge-error') })
  assert.equal(many.verdict, 'INVALID')
  assert.equal(many.reasons[0]?.code, 'too-many-unscored')
})

test('a verdict that rests on unscored tasks is none', () => {
  const evident = evidence({}, 8, 2)
  const result = decideTrial({
    ...evident,
    candidate: evident.candidate.map((one, at) =>
      at >= 294 ? { ...one, kind: 'judge-error', score: null } : one,
    ),
  })
  assert.equal(result.verdict, 'INCONCLUSIVE')
  assert.equal(result.reasons[0]?.code, 'quality-rests-on-unscored')
})

test('an answer the incumbent never gave does not favour the candidate', () => {
  const result = decideTrial({ ...base, incumbent: base.incumbent.slice(0, 280) })
  assert.equal(result.counts.unscored, 20)
  assert.equal(result.verdict, 'INVALID')
})

test('a trial that could not have failed anybody is INVALID', () => {
  const cases = [
    { negative: base.incumbent },
    { negative: null },
    { repeat: null },
    { repeat: base.incumbent.map((one, at) => ({ ...one, score: at % 2 })) },
    {
      registration: registration({
        controls: { ...base.registration.controls, incumbentFloor: 0.95 },
      }),
    },
    { tasks: base.tasks.map((task, at) => ({ ...task, cluster: `repository-${at % 5}` })) },
    { tasks: base.tasks.slice(0, 299) },
  ]
  for (const change of cases) {
    const result = decideTrial({ ...base, ...change })
    assert.equal(result.verdict, 'INVALID', JSON.stringify(Object.keys(change)))
  }
})

test('tasks in clusters that move together are weaker evidence', () => {
  const tasks = base.tasks.map((task, at) => ({
    ...task,
    cluster: `repository-${Math.floor(at / 10)}`,
  }))
  const result = decideTrial({ ...base, tasks })
  assert.equal(result.verdict, 'INCONCLUSIVE')
  const alone = decideTrial(base).gates[0]?.interval
  const together = result.gates[0]?.interval
  assert.ok(alone && together && together.lower < alone.lower)
})

test('too late is EXPIRED; afterwards a date or a change ends a verdict', () => {
  assert.equal(decideTrial({ ...base, decidedAt: '2027-01-01T00:00:00.000Z' }).verdict, 'EXPIRED')
  const result = decideTrial(base)
  const tried = {
    servedModel: 'pear-2-0601',
    promptDigest: 'p',
    toolsDigest: 't',
    gradersDigest: 'g',
    judge: null,
    pricesDigest: null,
    policyDigest: null,
    tasksDigest: null,
    routeDigest: null,
  }
  const at = '2026-12-01T00:00:00.000Z'
  assert.equal(standingOf(result, { tried, now: tried }, at).verdict, 'QUALIFIED')
  assert.equal(
    standingOf(result, { tried, now: { ...tried, servedModel: 'pear-2-0701' } }, at).invalidatedBy,
    'model-snapshot-changed',
  )
  assert.equal(
    standingOf(result, { tried, now: tried }, '2026-12-25T12:00:00.000Z').invalidatedBy,
    'validity-ended',
  )
})

test('Holm over the trials of a plan takes back what is only just qualified', () => {
  const sure = decideTrial(base)
  const close = { ...sure, pMax: 0.04 }
  const plan = { alpha: 0.05, mode: 'fixed-n' } as const
  assert.deepEqual(
    decideTogether([close, { ...sure, pMax: 0.001 }], plan).map(({ result }) => result.verdict),
    ['QUALIFIED', 'QUALIFIED'],
  )
  const together = decideTogether([close, { ...close }, { ...sure, pMax: 0.0001 }], plan)
  assert.deepEqual(
    together.map(({ result }) => result.verdict),
    ['INCONCLUSIVE', 'INCONCLUSIVE', 'QUALIFIED'],
  )
  assert.ok(Math.abs((together[0]?.adjustedP ?? 0) - 0.08) < 1e-12)
})

test('graded scores are judged by their mean', () => {
  const graded = { quality: { measure: 'graded', margin: 0.05, reason: 'a twentieth' } } as const
  const of = evidence({ registration: registration({}, graded) })
  const shift = (by: number): typeof of.candidate =>
    of.incumbent.map((one, at) => ({
      ...one,
      cost: 0.01,
      score: Math.max(0, (one.score ?? 0) - by * (1 + (at % 2))),
    }))
  assert.equal(decideTrial({ ...of, candidate: shift(0.005) }).verdict, 'QUALIFIED')
  assert.equal(decideTrial({ ...of, candidate: shift(0.2) }).verdict, 'NOT_QUALIFIED')
})
