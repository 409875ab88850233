import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate, findCutSets, measureExposure } from '../../src/simulation/index.ts'
import {
  allElements,
  bruteForceCutSets,
  bruteForceLoss,
  bruteForceOutcomes,
  type OracleOutcome,
  permitsAll,
  subsetsOf,
} from './brute-force.ts'
import { oracleCases, oracleSeed } from './oracle-settings.ts'
import { randomPermission, randomPortfolio } from './random-portfolio.ts'
import { createRandomSource } from './random-source.ts'

/**
 * The engine against the oracle on small random portfolios. A failure names its seed: the same seed in
 * HOLDFAST_ORACLE_SEED with HOLDFAST_ORACLE_CASES=1 repeats that case.
 */

const cases = oracleCases(150)

function lineOf(row: OracleOutcome): string {
  return `${row.workflow} ${row.class} ${row.outcome} by ${row.servedBy.join(', ')}`
}

test(`outcomes agree with the oracle (${cases} cases from seed ${oracleSeed})`, () => {
  for (let seed = oracleSeed; seed < oracleSeed + cases; seed += 1) {
    const random = createRandomSource(seed)
    const portfolio = randomPortfolio(random)
    const ids = allElements(portfolio)
    const before = random.chance(0.3) ? randomPermission(random, 0.15) : permitsAll
    const under = random.chance(0.5) ? randomPermission(random, 0.25) : before
    const withdrawn = random.chance(0.2) ? ['model:one/m'] : []
    for (const elements of [
      [],
      [random.pick([ids[0] ?? '', ...ids])],
      random.pick([[], ...subsetsOf(ids, 2)]),
      random.pick([[], ...subsetsOf(ids, 3)]),
    ]) {
      const expected = bruteForceOutcomes(
        portfolio,
        {
          elements: [...elements, ...withdrawn],
          permission: under,
          permissionBefore: before,
          withdrawnBefore: withdrawn,
        },
        true,
      )
      const found = evaluate(
        portfolio,
        { elements, withdrawn, permission: under },
        { elements: [], withdrawn, permission: before },
      )
      assert.deepEqual(
        found.outcomes.map(lineOf),
        expected.map(lineOf),
        `seed ${seed}, lost: ${elements.join(', ')}`,
      )
    }
  }
})

test(`minimal cut sets agree with the oracle (${cases} cases from seed ${oracleSeed})`, () => {
  for (let seed = oracleSeed; seed < oracleSeed + cases; seed += 1) {
    const random = createRandomSource(seed)
    const portfolio = randomPortfolio(random)
    const permission = random.chance(0.5) ? randomPermission(random, 0.2) : permitsAll
    const depth = random.pick([1, 2, 2, 3])
    const withdrawn = random.chance(0.2) ? ['model:one/m'] : []
    const expected = bruteForceCutSets(portfolio, depth, permission, withdrawn)
    const found = findCutSets(portfolio, { depth, permission, withdrawn })
    assert.deepEqual(
      found.map((set) => `${set.workflow} ${set.class} ${set.elements.join(' ')}`).toSorted(),
      expected.map((set) => `${set.workflow} ${set.class} ${set.elements.join(' ')}`).toSorted(),
      `seed ${seed}, depth ${depth}`,
    )
  }
})

test(`the loss of each element agrees with the oracle (${cases} cases from seed ${oracleSeed})`, () => {
  for (let seed = oracleSeed; seed < oracleSeed + cases; seed += 1) {
    const random = createRandomSource(seed)
    const portfolio = randomPortfolio(random)
    const permission = random.chance(0.5) ? randomPermission(random, 0.2) : permitsAll
    const losses = new Map(
      measureExposure(portfolio, { permission }).elements.map(({ element, loss }) => [
        element,
        loss,
      ]),
    )
    for (const element of allElements(portfolio)) {
      const expected = bruteForceLoss(portfolio, element, permission)
      const found = losses.get(element) ?? 0
      assert.ok(
        Math.abs(found - expected) < 1e-9,
        `seed ${seed}, ${element}: engine ${found}, oracle ${expected}`,
      )
    }
  }
})
