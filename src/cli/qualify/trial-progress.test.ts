import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideTrial } from '../../qualification/index.ts'
import { evidence, registration } from '../../../test/qualification/sample-trial.ts'
import { progressText } from './trial-progress.ts'

const progress = { phase: 'asking', answered: 12, planned: 140, cost: 2.5e9 } as const

test('a trial that is looked at once shows counts and money, and no figure', () => {
  assert.equal(
    progressText('count: b/new@rack', { ...progress, look: null }, 'EUR'),
    'asking: 12 of 140 calls, 2.50 EUR  count: b/new@rack',
  )
  // Nor would a look show one: it is hidden until the last task.
  const early = evidence({ isFinished: false })
  const look = decideTrial({ ...early, candidate: early.candidate.slice(0, 50) })
  assert.doesNotMatch(progressText('t', { ...progress, look }, null), /difference/)
})

test('an e-process shows its interval at any time', () => {
  const early = evidence({ registration: registration({ mode: 'e-process' }), isFinished: false })
  const look = decideTrial({ ...early, candidate: early.candidate.slice(0, 50) })
  assert.match(
    progressText('t', { ...progress, look }, null),
    /difference [+−]0\.\d{3} \([+−]\d\.\d{3} to [+−]\d\.\d{3}\), E \d/,
  )
})
