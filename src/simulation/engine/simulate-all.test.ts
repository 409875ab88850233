import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  commonCause,
  concurrent,
  modelOption,
  portfolio,
  told,
  work,
} from '../../../test/simulation/hand-made-portfolio.ts'
import { simulateAll } from './simulate-all.ts'

const a = modelOption('a@cloud', ['model:a', 'vendor:x'])
const b = modelOption('b@own', ['model:b', 'vendor:y'])
const c = modelOption('c@reserve', ['model:c'], { evidence: 'unqualified' })

test('every element is tried alone, by kind, and only what is worse is listed', () => {
  const { contingencies } = simulateAll(portfolio([work('w', [a, b]), work('other', [b])]), {
    depth: 1,
  })
  assert.deepEqual(
    contingencies
      .slice(0, 4)
      .map(({ contingency, status, outcomes }) => [
        contingency.join(' '),
        status,
        ...told(outcomes),
      ]),
    [
      ['model:a', 'impact', 'w fails-over'],
      ['model:b', 'impact', 'other stops'],
      ['vendor:x', 'impact', 'w fails-over'],
      ['vendor:y', 'impact', 'other stops'],
    ],
  )
})

test('what nothing needs is tried too and has no impact', () => {
  const elements = [commonCause('idle', [])]
  const { contingencies } = simulateAll(portfolio([work('w', [a])], { elements }), { depth: 1 })
  const idle = contingencies.find(({ contingency }) => contingency.includes('common-cause:idle'))
  assert.deepEqual(idle, {
    contingency: ['common-cause:idle'],
    status: 'no-impact',
    outcomes: [],
    overloads: [],
  })
})

test('pairs are listed when they are worse than each of their members', () => {
  const { contingencies } = simulateAll(portfolio([work('w', [a, b, c])]), { depth: 2 })
  const pairs = contingencies.filter(({ contingency }) => contingency.length === 2)
  assert.deepEqual(
    pairs.map(({ contingency, outcomes }) => [contingency.join(' '), ...told(outcomes)]),
    [
      ['model:a model:b', 'w at-risk'],
      ['model:a vendor:y', 'w at-risk'],
      ['model:b vendor:x', 'w at-risk'],
      ['vendor:x vendor:y', 'w at-risk'],
    ],
  )
})

test('what stops is listed before what is at risk, and heavier work before lighter', () => {
  const d = modelOption('d@cloud', ['model:d'])
  const given = portfolio([
    work('risk', [a, b, c]),
    work('light', [a, d]),
    work('heavy', [d, b], { criticality: 'critical' }),
  ])
  const pairs = simulateAll(given, { depth: 2 }).contingencies.filter(
    ({ contingency }) => contingency.length === 2,
  )
  assert.deepEqual(pairs[0]?.contingency, ['model:b', 'model:d'])
  assert.deepEqual(told(pairs.at(-1)?.outcomes ?? []), ['risk at-risk'])
})

test('a loss is handed on through shared capacity, and old overloads are not told again', () => {
  const load = concurrent(6)
  const given = portfolio(
    [
      work('moved', [a, b], { load, criticality: 'critical' }),
      work('pushed', [b], { load }),
      work('full', [c], { load }),
      work('fuller', [c], { load }),
    ],
    {
      capacities: [
        { route: 'own', capacity: concurrent(10) },
        { route: 'reserve', capacity: concurrent(10) },
      ],
    },
  )
  const { contingencies } = simulateAll(given, { depth: 1 })
  const lost = contingencies.find(({ contingency }) => contingency.includes('vendor:x'))
  assert.deepEqual(told(lost?.outcomes ?? []), ['moved fails-over', 'pushed stops'])
  assert.deepEqual(lost?.overloads, [
    { route: 'own', measure: 'concurrent', asked: 12, capacity: 10, shed: ['pushed'] },
  ])
})

test('long work is told of step by step', () => {
  const steps: (readonly [number, number])[] = []
  const { contingencies } = simulateAll(portfolio([work('w', [a, b])]), {
    depth: 2,
    progress: (done, total) => steps.push([done, total]),
  })
  assert.equal(steps.length, contingencies.length)
  assert.deepEqual(steps.at(-1), [contingencies.length, contingencies.length])
})
