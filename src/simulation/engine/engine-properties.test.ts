import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concurrent, people, unstated } from '../../../test/simulation/hand-made-portfolio.ts'
import { Outcome } from '../../schema/simulation.ts'
import type { Element, ElementId, Option, Portfolio, PortfolioWorkflow } from '../portfolio.ts'
import { evaluate } from './evaluate.ts'
import { findCutSets } from './find-cut-sets.ts'

const seed = 20_261_124
const runs = { seed, numRuns: 100 }
const ids: readonly ElementId[] = [
  'model:a',
  'model:b',
  'vendor:x',
  'vendor:y',
  'jurisdiction:US',
  'hardware:h',
]
const causes: readonly Element[] = [
  { id: 'common-cause:one', name: 'one', takes: ['model:a', 'vendor:y'] },
  { id: 'common-cause:two', name: 'two', takes: ['common-cause:one', 'hardware:h'] },
]
const everything = [...ids, ...causes.map(({ id }) => id), 'class:undetermined']

const option: fc.Arbitrary<Omit<Option, 'id'>> = fc.record({
  kind: fc.constant('model' as const),
  model: fc.constantFrom('a', 'b'),
  route: fc.constantFrom('r1', 'r2', null),
  provider: fc.constant(null),
  elements: fc.subarray([...ids], { minLength: 1, maxLength: 3 }),
  evidence: fc.constantFrom('qualified' as const, 'same-model' as const, 'unqualified' as const),
  rtoMs: fc.constantFrom(null, 1, 5),
  capacity: fc.constantFrom(null, concurrent(5)),
  excluded: fc.constantFrom(null, null, null, 'limit'),
})
const someNeed = fc.array(option, { minLength: 1, maxLength: 4 }).map((options) => ({
  id: 'need',
  options: options.map((one, index) => ({ ...one, id: `option-${index}` })),
  places: [],
  unknown: null,
}))
const someWorkflow: fc.Arbitrary<PortfolioWorkflow> = fc.record({
  id: fc.constant('w'),
  task: fc.constant('other' as const),
  source: fc.constant('configuration' as const),
  criticality: fc.constantFrom('critical' as const, 'important' as const, null),
  owner: fc.constant(null),
  mtpdMs: fc.constantFrom(null, 3),
  rtoMs: fc.constantFrom(null, 0, 2),
  mbcoCapacity: fc.constantFrom(null, 0.4),
  load: fc.constantFrom(unstated, concurrent(4), concurrent(10)),
  requireQualified: fc.boolean(),
  headcount: fc.constantFrom(null, people(2, 1, 0, 1)),
  groups: fc.constant([]),
  minStaff: fc.constantFrom(null, 3),
  needs: fc.array(someNeed, { maxLength: 2 }),
})
const somePortfolio: fc.Arbitrary<Portfolio> = fc
  .array(someWorkflow, { minLength: 1, maxLength: 3 })
  .map((workflows) => ({
    workflows: workflows.map((one, index) => ({ ...one, id: `w${index}` })),
    elements: [...ids.map((id) => ({ id, name: id, takes: [] })), ...causes],
    capacities: [],
  }))
const someLoss = fc.subarray([...everything], { maxLength: 3 })

function wordsWithout(portfolio: Portfolio, elements: readonly ElementId[]): readonly number[] {
  return evaluate(portfolio, { elements }).outcomes.map(({ outcome }) =>
    Outcome.options.indexOf(outcome),
  )
}

test('losing more never betters a word, without shared capacity', () => {
  fc.assert(
    fc.property(somePortfolio, someLoss, someLoss, (portfolio, some, more) => {
      const words = wordsWithout(portfolio, some)
      const worse = wordsWithout(portfolio, [...some, ...more])
      for (const [index, word] of words.entries()) assert.ok((worse[index] ?? 0) >= word)
    }),
    runs,
  )
})

test('a common cause is the loss of its members', () => {
  fc.assert(
    fc.property(somePortfolio, someLoss, (portfolio, others) => {
      const cause = wordsWithout(portfolio, [...others, 'common-cause:two'])
      const members = wordsWithout(portfolio, [...others, 'model:a', 'vendor:y', 'hardware:h'])
      assert.deepEqual(cause, members)
    }),
    runs,
  )
})

test('cut sets stop the work, no part of them does, and every set that stops it holds one', () => {
  fc.assert(
    fc.property(somePortfolio, someLoss, (portfolio, lost) => {
      const sets = findCutSets(portfolio, { depth: 3 })
      function stopped(elements: readonly ElementId[], workflow: string, one: string): boolean {
        return evaluate(portfolio, { elements }).outcomes.some(
          (outcome) =>
            outcome.workflow === workflow && outcome.class === one && outcome.outcome === 'stops',
        )
      }
      for (const { workflow, class: one, elements } of sets.slice(0, 20)) {
        assert.ok(stopped(elements, workflow, one))
        for (const element of elements) {
          assert.ok(
            !stopped(
              elements.filter((other) => other !== element),
              workflow,
              one,
            ),
          )
        }
      }
      for (const { workflow, class: one, outcome } of evaluate(portfolio, { elements: lost })
        .outcomes) {
        if (outcome !== 'stops' || lost.includes(`class:${one}`) || stopped([], workflow, one))
          continue
        const held = sets.some(
          (set) =>
            set.workflow === workflow &&
            set.class === one &&
            set.elements.every((id) => lost.includes(id)),
        )
        assert.ok(held, `${workflow} ${one} stops without ${lost.join(' ')}`)
      }
    }),
    { ...runs, numRuns: 40 },
  )
})

test('the order of workflows changes neither words nor cut sets, without shared capacity', () => {
  fc.assert(
    fc.property(somePortfolio, someLoss, (portfolio, elements) => {
      const turned = { ...portfolio, workflows: portfolio.workflows.toReversed() }
      function wordsById(given: Portfolio): readonly string[] {
        return evaluate(given, { elements })
          .outcomes.map(
            (one) => `${one.workflow} ${one.class} ${one.outcome} ${one.servedBy.join(' ')}`,
          )
          .toSorted()
      }
      function setsById(given: Portfolio): readonly string[] {
        return findCutSets(given, { depth: 2 })
          .map((set) => JSON.stringify(set))
          .toSorted()
      }
      assert.deepEqual(wordsById(portfolio), wordsById(turned))
      assert.deepEqual(setsById(portfolio), setsById(turned))
    }),
    runs,
  )
})

test('the order of the options after the first changes no word and no cut set', () => {
  fc.assert(
    fc.property(somePortfolio, someLoss, (portfolio, elements) => {
      const workflows = portfolio.workflows.map((one) => ({
        ...one,
        needs: one.needs.map((need) => ({
          ...need,
          options: [...need.options.slice(0, 1), ...need.options.slice(1).toReversed()],
        })),
      }))
      // Two options with the same word may change places as the one that served before, so that one must be the first.
      const firstServes = portfolio.workflows.every((one) =>
        one.needs.every(({ options }) => options[0]?.excluded === null),
      )
      fc.pre(firstServes)
      const turned = { ...portfolio, workflows }
      assert.deepEqual(wordsWithout(portfolio, elements), wordsWithout(turned, elements))
      assert.deepEqual(findCutSets(portfolio, { depth: 2 }), findCutSets(turned, { depth: 2 }))
    }),
    runs,
  )
})
