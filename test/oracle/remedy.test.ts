import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createHighsSolver } from '../../src/cli/highs-solver.ts'
import { planRemedies, type RemedyRequest } from '../../src/simulation/index.ts'
import {
  bruteForceBudget,
  bruteForceRemedy,
  securedWeight,
  targetHolds,
} from './brute-force-remedies.ts'
import { oracleCases, oracleSeed } from './oracle-settings.ts'
import { type RandomRemedyCase, randomRemedyCase } from './random-remedies.ts'
import { createRandomSource } from './random-source.ts'

/** Plans against the oracle, which tries every set of actions. */

const cases = oracleCases(25)
const budgetCases = oracleCases(10, 0.25)
const actionsMax = 9
const solver = createHighsSolver()
after(() => solver.end())

test(`the cheapest plan agrees with the oracle (${cases} cases from seed ${oracleSeed})`, async () => {
  for (let seed = oracleSeed; seed < oracleSeed + cases; seed += 1) {
    const remedyCase = randomRemedyCase(createRandomSource(seed), actionsMax)
    const expected = bruteForceRemedy(remedyCase)
    const plan = await planRemedies(requestOf(remedyCase))
    if (expected === null) {
      assert.equal(plan.status, 'infeasible', `seed ${seed}: the oracle finds no plan`)
      assert.ok(plan.infeasible.length > 0, `seed ${seed}: nothing explains why`)
      continue
    }
    const isNothing = expected.actions === 0
    assert.equal(plan.status, isNothing ? 'nothing-to-do' : 'optimal', `seed ${seed}`)
    assert.ok(
      Math.abs((plan.cost ?? -1) - expected.cost) < 1e-6,
      `seed ${seed}: planned for ${plan.cost}, the oracle for ${expected.cost}`,
    )
    assert.equal(plan.actions.length, expected.actions, `seed ${seed}: number of actions`)
    assert.deepEqual(plan.proof?.stops, [], `seed ${seed}`)
    const chosen = remedyCase.actions.filter(({ id }) => plan.actions.some((one) => one.id === id))
    assert.ok(targetHolds(remedyCase, chosen), `seed ${seed}: the plan does not hold`)
    for (const { cost, actions } of plan.alternatives) {
      const others = remedyCase.actions.filter(({ id }) => actions.includes(id))
      assert.ok(targetHolds(remedyCase, others), `seed ${seed}: an alternative does not hold`)
      assert.ok((cost ?? 0) <= expected.cost * 1.1 + 1e-6, `seed ${seed}: too dear`)
    }
  }
})

test(`what a budget secures agrees with the oracle (${budgetCases} cases from seed ${oracleSeed})`, async () => {
  for (const seed of [...seedsThatTaught, ...seedsFrom(oracleSeed, budgetCases)]) {
    const random = createRandomSource(seed)
    const remedyCase = randomRemedyCase(random, 7)
    const budget = random.between(0, 12)
    const expected = bruteForceBudget(remedyCase, budget)
    const plan = await planRemedies({ ...requestOf(remedyCase), budget })
    const chosen = remedyCase.actions.filter(({ id }) => plan.actions.some((one) => one.id === id))
    const about = `seed ${seed}, budget ${budget}, ${plan.status}`
    assert.ok((plan.cost ?? 0) <= budget + 1e-6, about)
    assert.equal(securedWeight(remedyCase, chosen), expected.weight, about)
    assert.ok(
      Math.abs((plan.cost ?? -1) - expected.cost) < 1e-6,
      `${about}: ${plan.cost}, ${expected.cost}`,
    )
  }
})

/** A plan that shared capacity refutes, for work that the budget cannot secure anyway. */
const seedsThatTaught = [880_062]

function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index)
}

function requestOf(remedyCase: RandomRemedyCase): RemedyRequest {
  return {
    portfolio: remedyCase.portfolio,
    actions: remedyCase.actions,
    targets: [remedyCase.targeted],
    budget: null,
    currency: 'EUR',
    horizonMonths: 12,
    solver: solver.solve,
    timeLimitMs: 60_000,
    now: () => performance.now(),
  }
}
