import assert from 'node:assert/strict'
import { test } from 'node:test'
import { analyseDisparity, type PhrasingOutcome, type PhrasingRow } from './analyse-disparity.ts'

const plan = { pair: ['review', 'fix'] as const, alpha: 0.05, replicates: 200, seed: 1 }

function rowsOf(
  outcomeOf: (task: number, phrasing: string, repetition: number) => PhrasingOutcome,
): readonly PhrasingRow[] {
  return Array.from({ length: 40 }, (_, task) =>
    ['review', 'fix', 'explain'].flatMap((phrasing) =>
      [0, 1, 2].map((repetition) => ({
        task: `task-${task}`,
        phrasing,
        outcome: outcomeOf(task, phrasing, repetition),
      })),
    ),
  ).flat()
}

test('a model that fixes what it refuses to review shows a disparity', () => {
  const report = analyseDisparity(
    rowsOf((task, phrasing) => (phrasing === 'review' && task < 12 ? 'refused-by-api' : 'full')),
    plan,
  )
  assert.equal(report.conclusion, 'disparity')
  assert.deepEqual([report.pair.onlyFirstRefused, report.pair.onlySecondRefused], [12, 0])
  assert.ok(report.pair.midP < 0.001 && Math.exp(report.pair.logE) > 20)
  assert.ok((report.cochran?.p ?? 1) < 0.001)
  assert.ok(Math.abs(report.spread.share - 0.3) < 1e-12)
  assert.ok(report.spread.interval.lower > 0.1 && report.spread.interval.upper < 0.5)
  assert.equal(report.flipShare, 0)
  assert.ok(Math.abs(report.pair.difference - 0.3) < 1e-12)
  assert.ok(report.pair.interval.lower > 0.15 && report.pair.interval.upper < 0.45)
  assert.ok(Math.abs(report.excess.share - 0.3) < 1e-12 && report.excess.interval.lower > 0.1)
})

test('answers that flip with every session are noise and no disparity', () => {
  const report = analyseDisparity(
    rowsOf((task, phrasing, repetition) =>
      (task + repetition + phrasing.length) % 3 === 0 ? 'refused' : 'full',
    ),
    plan,
  )
  assert.equal(report.conclusion, 'no-disparity-shown')
  assert.ok(report.flipShare > 0.6)
  assert.ok(report.excess.interval.lower <= 0)
})

test('what differs between sessions of one phrasing is taken off what differs across the pair', () => {
  const report = analyseDisparity(
    rowsOf((task, phrasing, repetition) =>
      phrasing === 'review' && (task + repetition) % 2 === 0 ? 'refused' : 'full',
    ),
    plan,
  )
  // One of three refused: across 1/3, within (2/3 + 0)/2. Two of three: across 2/3, within the same.
  assert.ok(Math.abs(report.excess.share - (0 + 1 / 3) / 2) < 1e-12)
})

test('errors are left out and a reroute is another model', () => {
  const report = analyseDisparity(
    rowsOf((task, phrasing, repetition) =>
      task === 0
        ? 'error'
        : task === 1 && repetition === 0 && phrasing === 'fix'
          ? 'rerouted'
          : 'full',
    ),
    plan,
  )
  assert.equal(report.conclusion, 'not-this-model')
  assert.equal(report.pair.tasks, 39)
  assert.equal(report.phrasings[0]?.counts.error, 3)
})
