import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  commonCause,
  manualOption,
  modelOption,
  need,
  people,
  portfolio,
  work,
  workflow,
} from '../../../test/simulation/hand-made-portfolio.ts'
import type { DecisionReason } from '../../schema/decision.ts'
import type { EligibilityClass } from '../../schema/holdfast-config.ts'
import type { Permission } from '../contingency.ts'
import type { Portfolio } from '../portfolio.ts'
import { type CutSetOptions, findCutSets } from './find-cut-sets.ts'

const first = modelOption('a@r1', ['model:a', 'vendor:x', 'jurisdiction:US'])
const second = modelOption('b@r2', ['jurisdiction:US', 'model:b', 'vendor:y'])

function cuts(
  given: Portfolio,
  options: CutSetOptions = { depth: 3 },
  eligibilityClass: EligibilityClass = 'not-foreign-person',
): readonly string[] {
  return findCutSets(given, options)
    .filter((set) => set.class === eligibilityClass)
    .map(({ workflow, elements }) => `${workflow}: ${elements.join(' ')}`)
}

test('what all options share is a single point of failure, else one of each is a pair', () => {
  assert.deepEqual(cuts(portfolio([work('w', [first, second])])), [
    'w: jurisdiction:US',
    'w: model:a model:b',
    'w: model:a vendor:y',
    'w: model:b vendor:x',
    'w: vendor:x vendor:y',
  ])
})

test('no larger sets are looked for than asked', () => {
  assert.deepEqual(cuts(portfolio([work('w', [first, second])]), { depth: 1 }), [
    'w: jurisdiction:US',
  ])
})

test('three options without a common element are cut by triples', () => {
  const options = ['a', 'b', 'c'].map((name) => modelOption(name, [`model:${name}`]))
  assert.deepEqual(cuts(portfolio([work('w', options)])), ['w: model:a model:b model:c'])
  assert.deepEqual(cuts(portfolio([work('w', options)]), { depth: 2 }), [])
})

test('an option that needs nothing which can be lost leaves no cut set', () => {
  assert.deepEqual(cuts(portfolio([work('w', [first, manualOption('manual:two')])])), [])
})

test('what cuts one of several needs cuts the workflow, and nothing superfluous is listed', () => {
  const needs = [need([first, second]), need([modelOption('c', ['model:a'])])]
  assert.deepEqual(cuts(portfolio([workflow('w', needs)])), [
    'w: jurisdiction:US',
    'w: model:a',
    'w: model:b vendor:x',
    'w: vendor:x vendor:y',
  ])
})

test('options that do not count protect nothing', () => {
  const unqualified = { ...second, evidence: 'unqualified' } as const
  const strict = work('w', [first, unqualified], { requireQualified: true })
  assert.deepEqual(cuts(portfolio([strict])), ['w: jurisdiction:US', 'w: model:a', 'w: vendor:x'])
  const excluded = work('w', [first, { ...second, excluded: 'retention' }])
  assert.deepEqual(cuts(portfolio([excluded])), ['w: jurisdiction:US', 'w: model:a', 'w: vendor:x'])
})

test('a common cause is a cut of its own beside its members', () => {
  const elements = [commonCause('flood', ['vendor:x', 'vendor:y'])]
  const options = [modelOption('a', ['vendor:x']), modelOption('b', ['vendor:y'])]
  assert.deepEqual(cuts(portfolio([work('w', options)], { elements })), [
    'w: common-cause:flood',
    'w: vendor:x vendor:y',
  ])
})

test('classes are cuts through the minimum of staff, but not of themselves', () => {
  const staffed = work('w', [modelOption('a', ['model:a'])], {
    headcount: people(3, 0, 2, 0),
    minStaff: 3,
  })
  assert.deepEqual(cuts(portfolio([staffed])), ['w: model:a'])
  assert.deepEqual(cuts(portfolio([staffed]), { depth: 3 }, 'undetermined'), [
    'w: class:not-foreign-person',
    'w: model:a',
  ])
})

test('people who see other options are cut off by other sets', () => {
  const denial = { code: 'directive-forbids', text: '' } as DecisionReason
  const permission: Permission = (_, option, one) =>
    option.model === 'b' && one !== 'not-foreign-person' ? denial : null
  const options = [modelOption('a', ['model:a']), modelOption('b', ['model:b'])]
  const staffed = work('w', options, { headcount: people(3, 2, 0, 0), minStaff: 4 })
  const given = portfolio([staffed])
  // Without model:a the authorised stop, three people are left, and the work stops for all.
  assert.deepEqual(cuts(given, { depth: 2, permission }), [
    'w: class:foreign-person-authorised',
    'w: model:a',
  ])
  const unstaffed = portfolio([work('w', options)])
  assert.deepEqual(cuts(unstaffed, { depth: 2, permission }), ['w: model:a model:b'])
  assert.deepEqual(cuts(unstaffed, { depth: 2, permission }, 'undetermined'), ['w: model:a'])
})

test('a common cause that takes a class cuts it', () => {
  const elements = [commonCause('strike', ['class:undetermined'])]
  const given = portfolio([work('w', [modelOption('a', ['model:a'])])], { elements })
  assert.deepEqual(cuts(given, { depth: 1 }), ['w: model:a'])
  assert.deepEqual(cuts(given, { depth: 1 }, 'undetermined'), [
    'w: common-cause:strike',
    'w: model:a',
  ])
})

test('work that has stopped with nothing lost has no cut set', () => {
  assert.deepEqual(cuts(portfolio([work('w', [{ ...first, excluded: 'x' }])])), [])
  const short = work('w', [first], { headcount: people(1, 0, 0, 0), minStaff: 2 })
  assert.deepEqual(cuts(portfolio([short])), [])
})

test('models withdrawn under the directives in force are gone throughout', () => {
  assert.deepEqual(
    cuts(portfolio([work('w', [first, second])]), { depth: 1, withdrawn: ['model:a'] }),
    ['w: jurisdiction:US', 'w: model:b', 'w: vendor:y'],
  )
})
