import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  concurrent,
  modelOption,
  need,
  people,
  portfolio,
  reasonsOf,
  told,
  unstated,
  work,
  workflow,
} from '../../../test/simulation/hand-made-portfolio.ts'
import { evaluate } from './evaluate.ts'

const cloud = modelOption('a@cloud', ['vendor:x'])
const own = modelOption('b@own', ['hardware:h'])
const reserve = modelOption('c@reserve', ['vendor:z'], { evidence: 'unqualified' })
const capacities = [{ route: 'own', capacity: concurrent(10) }]

test('critical work takes the room first, then important, then the rest in the order of the file', () => {
  const load = concurrent(5)
  const whole = portfolio(
    [
      work('late', [cloud, own], { load }),
      work('unstated', [cloud, own], { load, criticality: null }),
      work('important', [cloud, own], { load, criticality: 'important' }),
      work('critical', [cloud, own], { load, criticality: 'critical' }),
    ],
    { capacities },
  )
  const { outcomes, overloads } = evaluate(whole, { elements: ['vendor:x'] })
  assert.deepEqual(told(outcomes), [
    'late stops',
    'unstated stops',
    'important fails-over',
    'critical fails-over',
  ])
  assert.deepEqual(overloads, [
    { route: 'own', measure: 'concurrent', asked: 20, capacity: 10, shed: ['late', 'unstated'] },
  ])
  assert.deepEqual(reasonsOf(outcomes, 'late').slice(1), ['shed-for-critical b@own', 'no-option'])
})

test('what finds no room moves on to its next option', () => {
  const load = concurrent(6)
  const whole = portfolio(
    [work('one', [cloud, own, reserve], { load }), work('two', [cloud, own, reserve], { load })],
    { capacities },
  )
  const { outcomes } = evaluate(whole, { elements: ['vendor:x'] })
  assert.deepEqual(told(outcomes), ['one fails-over', 'two at-risk'])
  assert.deepEqual(reasonsOf(outcomes, 'two').slice(1), [
    'capacity-short b@own',
    'served-by c@reserve',
    'unqualified c@reserve',
    'capacity-unknown c@reserve',
  ])
})

test('work that held a route is pushed out by more critical work', () => {
  const whole = portfolio(
    [
      work('holder', [own, reserve], { load: concurrent(8) }),
      work('critical', [cloud, own], { load: concurrent(8), criticality: 'critical' }),
    ],
    { capacities },
  )
  assert.deepEqual(told(evaluate(whole, { elements: [] }).outcomes), [
    'holder unaffected',
    'critical unaffected',
  ])
  const { outcomes } = evaluate(whole, { elements: ['vendor:x'] })
  assert.deepEqual(told(outcomes), ['holder at-risk', 'critical fails-over'])
  assert.equal(reasonsOf(outcomes, 'holder')[0], 'shed-for-critical b@own')
})

test('a part of the load is taken from the MBCO on, and degrades', () => {
  const rest = { load: concurrent(8), mbcoCapacity: 0.25 }
  const whole = portfolio([work('one', [cloud, own], rest), work('two', [cloud, own], rest)], {
    capacities,
  })
  const { outcomes, overloads } = evaluate(whole, { elements: ['vendor:x'] })
  assert.deepEqual(told(outcomes), ['one fails-over', 'two degraded'])
  assert.deepEqual(reasonsOf(outcomes, 'two').at(-1), 'capacity-short b@own')
  assert.deepEqual(overloads, [
    { route: 'own', measure: 'concurrent', asked: 16, capacity: 10, shed: [] },
  ])
})

test('what serves today degrades too when its route has room for a part only', () => {
  const rest = { load: concurrent(8), mbcoCapacity: 0.25 }
  const whole = portfolio([work('one', [own], rest), work('two', [own], rest)], { capacities })
  assert.deepEqual(told(evaluate(whole, { elements: [] }).outcomes), [
    'one unaffected',
    'two degraded',
  ])
})

test('an option with full room and a better word is taken before one with room for a part', () => {
  const other = modelOption('d@free', ['vendor:y'])
  const rest = { load: concurrent(8), mbcoCapacity: 0.25 }
  const whole = portfolio([work('one', [own], rest), work('two', [own, other], rest)], {
    capacities,
  })
  const { outcomes } = evaluate(whole, { elements: [] })
  assert.deepEqual(told(outcomes), ['one unaffected', 'two fails-over'])
  assert.deepEqual(reasonsOf(outcomes, 'two').slice(0, 2), [
    'capacity-short b@own',
    'served-by d@free',
  ])
})

test('the load counts once for a route, however many needs use it', () => {
  const needs = [need([own]), need([{ ...own, id: 'd@own', model: 'd' }])]
  const load = concurrent(10)
  const whole = portfolio([workflow('one', needs, { load })], { capacities })
  assert.deepEqual(told(evaluate(whole, { elements: [] }).outcomes), ['one unaffected'])
})

test('work without a load, routes without a capacity and other measures are never short', () => {
  const whole = portfolio(
    [
      work('tokens', [own], { load: { ...unstated, tokensPerMinute: 1e9 } }),
      work('silent', [own]),
      work('full', [own], { load: concurrent(10) }),
    ],
    { capacities },
  )
  assert.deepEqual(told(evaluate(whole, { elements: [] }).outcomes), [
    'tokens unaffected',
    'silent unaffected',
    'full unaffected',
  ])
})

test('work that stops, or that nobody of a class does, takes no room', () => {
  const load = concurrent(10)
  const dead = workflow('dead', [need([own]), need([cloud])], { load, criticality: 'critical' })
  const permission = Object.assign(
    (_: unknown, option: { readonly model: string | null }, one: string) =>
      option.model === 'a' && one === 'undetermined'
        ? ({
            code: 'directive-forbids',
            policy: null,
            directive: null,
            clause: null,
            source: null,
            review: null,
            text: '',
          } as const)
        : null,
  )
  const moved = work('moved', [{ ...cloud, elements: [] }, own], {
    load,
    criticality: 'critical',
    headcount: people(3, 0, 0, 0),
  })
  const whole = portfolio([dead, moved, work('alive', [own], { load })], { capacities })
  const { outcomes } = evaluate(whole, { elements: ['vendor:x'], permission })
  assert.equal(outcomes.find(({ workflow }) => workflow === 'alive')?.outcome, 'unaffected')
  assert.equal(
    outcomes.find((one) => one.workflow === 'moved' && one.class === 'undetermined')?.outcome,
    'fails-over',
  )
})

test('a least load that is a whole number but for rounding fits', () => {
  // 0.57 × 100 is a hair less than 57, 0.07 × 100 a hair more than 7.
  for (const [mbcoCapacity, room] of [
    [0.57, 57],
    [0.07, 7],
  ] as const) {
    const whole = portfolio([work('one', [own], { load: concurrent(100), mbcoCapacity })], {
      capacities: [{ route: 'own', capacity: concurrent(room) }],
    })
    assert.deepEqual(told(evaluate(whole, { elements: [] }).outcomes), ['one degraded'])
  }
})
