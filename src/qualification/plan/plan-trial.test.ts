import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededSource } from '../../base/statistics/random-source.ts'
import { fewestTasks, planCost, planSequential, planSize, reachOf } from './plan-trial.ts'

const design = { margin: 0.05, alpha: 0.05, discordance: 0.1, difference: 0 }

test('a margin of .05 at one task in ten discordant needs 274 tasks, more in clusters', () => {
  const plan = planSize(design, { power: 0.8, designEffect: 1 })
  assert.equal(plan.tasks, 274)
  const powers = plan.powerCurve.map(({ power }) => power)
  assert.deepEqual(
    powers,
    powers.toSorted((a, b) => a - b),
  )
  assert.equal(planSize(design, { power: 0.8, designEffect: 2 }).tasks, 548)
})

test('a set of forty tasks is told what it cannot show', () => {
  const plan = { alpha: 0.05, discordance: 0.1, power: 0.8, designEffect: 1 }
  const small = reachOf(40, plan)
  assert.ok((small.smallestMargin ?? 0) > 0.07 && (small.smallestMargin ?? 1) < 0.08)
  assert.ok((small.marginWithPower ?? 0) > 0.13)
  assert.equal(small.netLossesMax(0.05), null)
  const large = reachOf(300, plan)
  assert.ok((large.smallestMargin ?? 1) < 0.011)
  assert.ok((large.netLossesMax(0.05) ?? 0) >= 5)
})

test('an e-process has the power and the length of the reference simulation', () => {
  const { power, meanTasks } = planSequential(design, {
    beta: 0.2,
    tasksMax: 300,
    trials: 1500,
    random: seededSource(3),
  })
  assert.ok(Math.abs(power - 0.575) < 0.06, `${power}`)
  assert.ok(Math.abs(meanTasks - 218) < 15, `${meanTasks}`)
  assert.equal(fewestTasks(0.05, 0.05), 89)
})

test('cost is calls by tokens by price', () => {
  const calls = { calls: 300, inputTokens: 2000, outputTokens: 500, inputPrice: 3, outputPrice: 15 }
  assert.equal(planCost([calls], 0).toFixed(4), '4.0500')
  assert.equal(planCost([calls, calls], 0.1).toFixed(4), '8.9100')
})
