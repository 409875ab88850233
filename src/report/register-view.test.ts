import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  acmeRegister,
  dependency,
  fallback,
  gap,
  jurisdictions,
  workflow,
} from '../../test/fixtures/report/register.ts'
import { gapKindsWorstFirst } from './gap-words.ts'
import { viewRegister } from './register-view.ts'

test('workflows stand riskiest first: critical ones, then the worst gap', () => {
  const order = viewRegister(acmeRegister, {}).workflows.map((one) => one.workflow.id)
  assert.deepEqual(order.slice(0, 3), ['pr-security-review', 'incident-triage', 'support-bot'])
  assert.equal(order.at(-1), 'release-notes')
})

test('gaps stand worst kind first', () => {
  const ranks = viewRegister(acmeRegister, {}).gaps.map((one) =>
    gapKindsWorstFirst.indexOf(one.kind),
  )
  assert.deepEqual(
    ranks,
    ranks.toSorted((a, b) => a - b),
  )
})

test('only the roles that were asked for are listed, and use and declare are always counted', () => {
  const view = viewRegister(acmeRegister, { show: ['documentation'] })
  assert.deepEqual(
    view.dependencies.map((one) => one.id),
    ['d-doc'],
  )
  assert.equal(view.dependencyCount, 8)
})

test('the grade of a dependency is the better one of its workflow and its own call site', () => {
  const own = dependency({
    id: 'a',
    workflow: 'w',
    fallbacks: [fallback({ grade: 'independent' })],
  })
  const bare = dependency({ id: 'b', workflow: 'w' })
  const alone = dependency({ id: 'c', workflow: null })
  const view = viewRegister(
    {
      ...acmeRegister,
      dependencies: [own, bare, alone],
      workflows: [workflow({ id: 'w', fallbackGrade: 'same-vendor' })],
    },
    {},
  )
  assert.deepEqual([own, bare, alone].map(view.gradeOf), ['independent', 'same-vendor', 'none'])
})

test('a gap that names only a dependency counts for the workflow of that dependency', () => {
  const view = viewRegister(
    {
      ...acmeRegister,
      workflows: [workflow({ id: 'w', dependencies: ['d-review'] })],
      gaps: [gap({ kind: 'unowned', dependency: 'd-review' })],
    },
    {},
  )
  assert.equal(view.workflows[0]?.gaps.length, 1)
})

test('jurisdictions of a use are those of its vendor and its provider together', () => {
  const view = viewRegister(acmeRegister, { jurisdictions })
  const notes = view.workflows.find((one) => one.workflow.id === 'release-notes')
  assert.deepEqual(notes?.uses[0]?.jurisdictions, ['FR'])
})
