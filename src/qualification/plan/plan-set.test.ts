import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededSource } from '../../base/statistics/random-source.ts'
import { planSet, type SetDesign } from './plan-set.ts'

const design: SetDesign = {
  margin: 0.05,
  alpha: 0.05,
  power: 0.8,
  discordance: 0.1,
  correlation: 0.5,
  mode: 'fixed-n',
}
const tasks = (count: number, clusters: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${index}`, cluster: `${index % clusters}` }))
const alone = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}` }))

test('tasks on their own need 274 for a margin of .05 at 10 % discordance, and then have the power', () => {
  const plan = planSet(alone(274), design, seededSource(1))
  assert.deepEqual([plan.needed, plan.neededAlone, plan.neededAtWorst], [274, 274, 274])
  assert.equal(plan.designEffect, 1)
  assert.ok(plan.power >= 0.8 && plan.power < 0.805)
  assert.ok((plan.netLossesMax ?? 0) > 0)
})

test('tasks in clusters count less, between their number and that of the clusters', () => {
  const plan = planSet(tasks(240, 60), design, seededSource(1))
  // Clusters of four: 1 + (4 − 1) · .5.
  assert.equal(plan.designEffect, 2.5)
  assert.deepEqual([plan.neededAlone, plan.needed, plan.neededAtWorst], [274, 685, 1096])
  assert.ok(plan.power < 0.5)
  const bare = planSet(tasks(240, 60), { ...design, correlation: 0 }, seededSource(1))
  assert.equal(bare.needed, 274)
})

test('a set that is too small is told what it cannot show', () => {
  const plan = planSet(alone(43), design, seededSource(1))
  assert.equal(plan.netLossesMax, null)
  assert.ok((plan.smallestMargin ?? 0) > 0.05)
  assert.ok((planSet(alone(1), design, seededSource(1)).smallestMargin ?? 1) > 0.9)
})

test('an e-process needs about twice the tasks, and tells its shortest and its mean', () => {
  const plan = planSet(alone(548), { ...design, mode: 'e-process' }, seededSource(1))
  assert.ok(plan.needed >= 546 && plan.needed <= 548, `${plan.needed}`)
  assert.equal(plan.sequential?.fewest, 89)
  assert.ok(plan.power > 0.75, `${plan.power}`)
})
