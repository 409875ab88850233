import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeProgram } from './linear-program.ts'
import type { WorkflowPatterns } from './patterns.ts'

const nothing = { refutations: [], known: [], caps: [], secure: null }

function workflow(patterns: WorkflowPatterns['patterns']): WorkflowPatterns {
  return { workflow: 'w', weight: 4, rows: [], patterns, like: 0 }
}

test('a pattern pays for all of its own actions in one term', () => {
  const workflows = [workflow([{ shared: [0], own: [1, 2] }])]
  const program = writeProgram({ weights: [100, 10, 5], workflows, bundles: [], ...nothing })
  assert.match(program, /cost: 100 z0 \+ 15 p0_0\n/)
  assert.match(program, /p0_0 - z0 <= 0/)
})

test('when nothing but the price is asked only shared actions are binary', () => {
  const workflows = [
    workflow([
      { shared: [0], own: [1] },
      { shared: [2], own: [3] },
    ]),
  ]
  const input = { weights: [1, 1, 1, 1], workflows, bundles: [], ...nothing }
  const plain = writeProgram(input)
  assert.deepEqual(plain.split('Binaries\n')[1]?.split('\n').slice(0, -2), [' z0', ' z2'])
  const known = writeProgram({ ...input, known: [[0, 1]] })
  assert.match(known, /z0 \+ z1 <= 1/)
  assert.match(known.split('Binaries\n')[1] ?? '', /p0_1/)
})

test('a workflow with too many patterns has cover rows instead', () => {
  const row = { workflow: 'w', weight: 4, bundles: [0, 1], sets: [] }
  const program = writeProgram({
    weights: [1, 2, 3],
    workflows: [{ ...workflow(null), rows: [row] }],
    bundles: [{ actions: [0] }, { actions: [1, 2] }],
    ...nothing,
  })
  assert.match(program, /z0 \+ x1 >= 1/)
  assert.match(program, /x1 - z1 <= 0/)
  assert.match(program, /x1 - z2 <= 0/)
})

test('workflows that are alike are decided once, and all of them are paid for', () => {
  const workflows = [
    workflow([{ shared: [0], own: [1] }]),
    { ...workflow([{ shared: [0], own: [2] }]), workflow: 'v' },
  ]
  const program = writeProgram({ weights: [100, 10, 10], workflows, bundles: [], ...nothing })
  assert.match(program, /cost: 100 z0 \+ 20 p0_0\n/)
  assert.doesNotMatch(program, /p1_0/)
})
