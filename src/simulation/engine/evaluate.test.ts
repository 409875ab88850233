import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  commonCause,
  concurrent,
  manualOption,
  modelOption,
  need,
  people,
  portfolio,
  reasonsOf,
  told,
  work,
  workflow,
} from '../../../test/simulation/hand-made-portfolio.ts'
import type { DecisionReason } from '../../schema/decision.ts'
import type { Permission } from '../contingency.ts'
import type { Option, Portfolio, PortfolioWorkflow } from '../portfolio.ts'
import { evaluate } from './evaluate.ts'

const minute = 60_000
const first = modelOption('a@r1', ['model:a', 'vendor:x'])
const second = modelOption('b@r2', ['model:b', 'vendor:y'])
const third = modelOption('c@r3', ['model:c', 'vendor:z'])

function outcomesWithout(
  given: Portfolio | readonly Option[],
  elements: readonly string[],
  rest: Partial<PortfolioWorkflow> = {},
) {
  const whole = 'workflows' in given ? given : portfolio([work('w', given, rest)])
  return evaluate(whole, { elements }).outcomes
}

const denial: DecisionReason = {
  code: 'directive-forbids',
  policy: null,
  directive: 'd',
  clause: 'scope',
  source: null,
  review: 'unverified',
  text: 'directive d forbids it',
}

/** Denies some models to all classes but those named. */
function denying(models: readonly string[], spared: readonly string[] = []): Permission {
  return (_, option, eligibilityClass) =>
    models.includes(option.model ?? '') && !spared.includes(eligibilityClass) ? denial : null
}

test('a loss that does not touch the work leaves it unaffected, without a reason', () => {
  const outcomes = outcomesWithout([first, second], ['vendor:y'])
  assert.deepEqual(told(outcomes), ['w unaffected'])
  assert.deepEqual(reasonsOf(outcomes, 'w'), [])
  assert.deepEqual(outcomes[0]?.servedBy, ['a@r1'])
})

test('an element that nobody has hurts nobody', () => {
  const result = evaluate(portfolio([work('w', [first])]), { elements: ['vendor:nobody'] })
  assert.deepEqual(told(result.outcomes), ['w unaffected'])
  assert.equal(result.status, 'no-impact')
})

test('a qualified option takes over and both are named', () => {
  const outcomes = outcomesWithout([first, second], ['vendor:x'])
  assert.deepEqual(told(outcomes), ['w fails-over'])
  assert.deepEqual(reasonsOf(outcomes, 'w'), ['element-lost a@r1 vendor:x', 'served-by b@r2'])
  assert.deepEqual(outcomes[0]?.servedBy, ['b@r2'])
})

test('with no option left the work stops and each option says why', () => {
  const outcomes = outcomesWithout([first, second], ['vendor:x', 'model:b'])
  assert.deepEqual(told(outcomes), ['w stops'])
  assert.deepEqual(reasonsOf(outcomes, 'w'), [
    'element-lost a@r1 vendor:x',
    'element-lost b@r2 model:b',
    'no-option',
  ])
  assert.deepEqual(outcomes[0]?.servedBy, [])
})

test('an unqualified option leaves the work at risk', () => {
  const unqualified = { ...second, evidence: 'unqualified' } as const
  const outcomes = outcomesWithout([first, unqualified], ['vendor:x'])
  assert.deepEqual(told(outcomes), ['w at-risk'])
  assert.deepEqual(reasonsOf(outcomes, 'w').slice(1), ['served-by b@r2', 'unqualified b@r2'])
})

test('an unqualified option does not count where qualified ones are required', () => {
  const unqualified = { ...second, evidence: 'unqualified' } as const
  const outcomes = outcomesWithout([first, unqualified], ['vendor:x'], { requireQualified: true })
  assert.deepEqual(told(outcomes), ['w stops'])
  assert.deepEqual(reasonsOf(outcomes, 'w').slice(1), ['requires-qualified b@r2', 'no-option'])
})

test('a later option with a better word is preferred to an earlier one', () => {
  const unqualified = { ...second, evidence: 'unqualified' } as const
  const outcomes = outcomesWithout([first, unqualified, third], ['vendor:x'])
  assert.deepEqual(told(outcomes), ['w fails-over'])
  assert.deepEqual(outcomes[0]?.servedBy, ['c@r3'])
})

test('among options with equal words the first is taken', () => {
  assert.deepEqual(outcomesWithout([first, third, second], ['vendor:x'])[0]?.servedBy, ['c@r3'])
})

test('an option that is ready after the RTO degrades, after the MTPD it does not count', () => {
  const slow = { ...second, rtoMs: 30 * minute }
  const late = outcomesWithout([first, slow], ['vendor:x'], {
    rtoMs: 15 * minute,
    mtpdMs: 60 * minute,
  })
  assert.deepEqual(told(late), ['w degraded'])
  assert.deepEqual(reasonsOf(late, 'w').slice(1), ['served-by b@r2', 'rto-missed b@r2'])
  const tooLate = outcomesWithout([first, slow], ['vendor:x'], { mtpdMs: 20 * minute })
  assert.deepEqual(told(tooLate), ['w stops'])
  assert.deepEqual(reasonsOf(tooLate, 'w').slice(1), ['mtpd-exceeded b@r2', 'no-option'])
})

test('an option that is ready exactly in time is in time', () => {
  const slow = { ...second, rtoMs: 15 * minute }
  const outcomes = outcomesWithout([first, slow], ['vendor:x'], {
    rtoMs: 15 * minute,
    mtpdMs: 15 * minute,
  })
  assert.deepEqual(told(outcomes), ['w fails-over'])
})

test('unknown durations do not count against people or tools, and the reason says so', () => {
  const outcomes = outcomesWithout([first, manualOption('manual:two')], ['vendor:x'], {
    rtoMs: minute,
    mtpdMs: minute,
  })
  assert.deepEqual(told(outcomes), ['w fails-over'])
  assert.deepEqual(reasonsOf(outcomes, 'w').slice(1), [
    'served-by manual:two',
    'duration-unknown manual:two',
  ])
})

test('an option that carries less than the load degrades, less than the MBCO it does not count', () => {
  const small = { ...second, capacity: concurrent(6) }
  const load = concurrent(10)
  const part = outcomesWithout([first, small], ['vendor:x'], { load, mbcoCapacity: 0.6 })
  assert.deepEqual(told(part), ['w degraded'])
  assert.deepEqual(reasonsOf(part, 'w').slice(1), ['served-by b@r2', 'capacity-short b@r2'])
  const less = outcomesWithout([first, small], ['vendor:x'], { load, mbcoCapacity: 0.61 })
  assert.deepEqual(told(less), ['w stops'])
  assert.deepEqual(reasonsOf(less, 'w').slice(1), ['below-mbco b@r2', 'no-option'])
})

test('unstated capacity does not count against an option, and the reason says so', () => {
  const outcomes = outcomesWithout([first, second], ['vendor:x'], { load: concurrent(10) })
  assert.deepEqual(told(outcomes), ['w fails-over'])
  assert.deepEqual(reasonsOf(outcomes, 'w').slice(1), ['served-by b@r2', 'capacity-unknown b@r2'])
})

test('an excluded option does not exist', () => {
  const outcomes = outcomesWithout([first, { ...second, excluded: 'retention' }], ['vendor:x'])
  assert.deepEqual(told(outcomes), ['w stops'])
  assert.deepEqual(reasonsOf(outcomes, 'w').slice(1), ['not-permitted b@r2', 'no-option'])
})

test('what served before is the best option with nothing lost, when the first does not exist', () => {
  const options = [
    { ...first, excluded: 'x' },
    { ...second, evidence: 'unqualified' as const },
    third,
  ]
  assert.deepEqual(told(outcomesWithout(options, ['vendor:x'])), ['w unaffected'])
  assert.deepEqual(told(outcomesWithout(options, ['vendor:y'])), ['w unaffected'])
  assert.deepEqual(told(outcomesWithout(options, ['vendor:z'])), ['w at-risk'])
})

test('a workflow has the worst word of its needs', () => {
  const needs = [need([first, second]), need([third])]
  const whole = portfolio([workflow('w', needs)])
  assert.deepEqual(told(outcomesWithout(whole, ['vendor:x'])), ['w fails-over'])
  assert.deepEqual(told(outcomesWithout(whole, ['vendor:x', 'vendor:z'])), ['w stops'])
  assert.deepEqual(outcomesWithout(whole, ['vendor:x'])[0]?.servedBy, ['b@r2', 'c@r3'])
})

test('a common cause takes its members, and a member does not take the cause', () => {
  const elements = [commonCause('flood', ['vendor:x', 'vendor:y'])]
  const whole = portfolio([work('w', [first, second])], { elements })
  const outcomes = outcomesWithout(whole, ['common-cause:flood'])
  assert.deepEqual(told(outcomes), ['w stops'])
  assert.match(outcomes[0]?.reasons[0]?.text ?? '', /`vendor:x`.*with `common-cause:flood`/)
  assert.deepEqual(told(outcomesWithout(whole, ['vendor:x'])), ['w fails-over'])
})

test('what an element takes is followed on, and a cycle ends', () => {
  const elements = [
    { id: 'parent:p', name: 'p', takes: ['vendor:q'] },
    { id: 'vendor:q', name: 'q', takes: ['vendor:x', 'parent:p'] },
  ]
  assert.deepEqual(
    told(outcomesWithout(portfolio([work('w', [first])], { elements }), ['parent:p'])),
    ['w stops'],
  )
})

test('the loss of a class stops the work for it alone', () => {
  const outcomes = outcomesWithout([first], ['class:undetermined'])
  assert.deepEqual(told(outcomes), [
    'w not-foreign-person:unaffected foreign-person-authorised:unaffected ' +
      'foreign-person-not-authorised:unaffected undetermined:stops',
  ])
  assert.deepEqual(reasonsOf(outcomes, 'w', 'undetermined'), ['class-lost class:undetermined'])
})

test('too few people left stop the work for all of them', () => {
  const staffed = { headcount: people(3, 0, 2, 0), minStaff: 3 }
  const one = outcomesWithout([first], ['class:foreign-person-not-authorised'], staffed)
  assert.equal(one.filter(({ outcome }) => outcome === 'stops').length, 1)
  const other = outcomesWithout([first], ['class:not-foreign-person'], staffed)
  assert.deepEqual(told(other), ['w stops'])
  assert.deepEqual(reasonsOf(other, 'w', 'foreign-person-not-authorised'), ['below-min-staff'])
  assert.equal(
    other[2]?.reasons[0]?.text,
    '2 people may still work without `not-foreign-person`, `w` needs 3',
  )
  assert.deepEqual(
    other.map((outcome) => outcome.people),
    [3, 0, 2, 0],
  )
})

test('a minimum of staff without headcounts plays no part', () => {
  const outcomes = outcomesWithout([first], ['class:not-foreign-person'], { minStaff: 3 })
  assert.equal(outcomes.filter(({ outcome }) => outcome === 'stops').length, 1)
})

test('people who are denied one model are moved to one that they may use', () => {
  const permission = denying(['a'], ['not-foreign-person'])
  const { outcomes } = evaluate(portfolio([work('w', [first, second])]), {
    elements: [],
    permission,
  })
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['unaffected', 'fails-over', 'fails-over', 'fails-over'],
  )
  const [lost] = outcomes[1]?.reasons ?? []
  assert.equal(lost?.code, 'not-permitted')
  assert.deepEqual(lost?.decision, denial)
})

test('words compare with the state before, directives in force included', () => {
  const permission = denying(['a'])
  const whole = portfolio([work('w', [first, second, third])])
  const before = { elements: [], permission }
  assert.deepEqual(told(evaluate(whole, before).outcomes), ['w fails-over'])
  assert.deepEqual(told(evaluate(whole, before, before).outcomes), ['w unaffected'])
  const without = evaluate(whole, { elements: ['vendor:y'], permission }, before)
  assert.deepEqual(told(without.outcomes), ['w fails-over'])
  assert.equal(without.status, 'impact')
})

test('a model that the vendor withdrew is lost for everybody, beside what the rule alone does', () => {
  const permission = denying(['a'], ['not-foreign-person'])
  const withdrawn = ['model:a']
  const whole = portfolio([work('w', [first, second])])
  const { outcomes } = evaluate(whole, { elements: ['directive:d'], withdrawn, permission })
  assert.deepEqual(told(outcomes), ['w fails-over'])
  assert.deepEqual(
    outcomes.map(({ ruleAlone }) => ruleAlone),
    ['unaffected', 'fails-over', 'fails-over', 'fails-over'],
  )
  assert.deepEqual(reasonsOf(outcomes, 'w'), ['withdrawn a@r1 model:a', 'served-by b@r2'])
  assert.equal(evaluate(whole, { elements: [] }).outcomes[0]?.ruleAlone, null)
})

test('reasons name dependency and place, the first five and how many more', () => {
  const places = Array.from({ length: 7 }, (_, index) => ({
    repository: null,
    path: 'src/review.ts',
    line: index + 1,
    dependency: `dep-${index}`,
  }))
  const whole = portfolio([workflow('w', [need([first, second], { places })])])
  const reasons = outcomesWithout(whole, ['vendor:x'])[0]?.reasons ?? []
  const lost = reasons.filter(({ code }) => code === 'element-lost')
  assert.deepEqual(
    lost.map(({ place }) => place),
    [1, 2, 3, 4, 5].map((line) => `src/review.ts:${line}`),
  )
  assert.equal(lost[1]?.dependency, 'dep-1')
  assert.match(lost.at(-1)?.text ?? '', /and 2 more places/)
})

test('a need whose model nobody knows says that its word is only as good as that', () => {
  const unknown = need([modelOption('a@r1', ['route:r1'])], { unknown: 'the name is a variable' })
  const whole = portfolio([workflow('w', [unknown])])
  assert.deepEqual(reasonsOf(outcomesWithout(whole, []), 'w'), ['model-unknown'])
  assert.deepEqual(told(outcomesWithout(whole, ['route:r1'])), ['w stops'])
})

test('a workflow without needs is unaffected, and a portfolio without work gives nothing', () => {
  assert.deepEqual(told(outcomesWithout(portfolio([workflow('w', [])]), ['vendor:x'])), [
    'w unaffected',
  ])
  assert.deepEqual(evaluate(portfolio([]), { elements: ['vendor:x'] }).outcomes, [])
})

test('policy is asked once for a model, route and class where it tells workflows apart by kind only', () => {
  const many = Array.from({ length: 50 }, (_, index) => work(`w${index}`, [first, second]))
  let asked = 0
  function answer(): null {
    asked += 1
    return null
  }
  evaluate(portfolio(many), {
    elements: [],
    permission: Object.assign(answer, { sameFor: () => 'all' }),
  })
  assert.equal(asked, 2 * 4)
})
