import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigRoute } from '../../schema/holdfast-config.ts'
import type { Option, Portfolio } from '../portfolio.ts'
import { actionPricing } from './action-cost.ts'
import { candidateActions } from './candidate-actions.ts'
import type { OfferedRoute } from './offered-routes.ts'

const none = { concurrent: null, requestsPerMinute: null, tokensPerMinute: null }

function option(id: string, more: Partial<Option> = {}): Option {
  const [model = id, route = null] = id.split('@')
  return {
    id,
    kind: 'model',
    model,
    route,
    provider: null,
    elements: [`model:${model}`, `provider:${route}`],
    evidence: 'unqualified',
    rtoMs: null,
    capacity: null,
    excluded: null,
    ...more,
  }
}

function portfolioOf(options: Readonly<Record<string, readonly Option[]>>): Portfolio {
  return {
    workflows: Object.entries(options).map(([id, own]) => ({
      id,
      task: 'other',
      source: 'configuration',
      criticality: 'critical',
      owner: null,
      mtpdMs: null,
      rtoMs: null,
      mbcoCapacity: null,
      load: none,
      requireQualified: false,
      headcount: null,
      groups: [],
      minStaff: null,
      needs: [{ id: 'need', options: own, places: [], unknown: null }],
    })),
    elements: [],
    capacities: [],
  }
}

const route: ConfigRoute = {
  id: 'pear',
  provider: 'pear',
  protocol: 'openai-chat',
  baseUrl: 'https://route.invalid',
  credential: 'none',
  models: { 'pear/p': 'p' },
}
const offered: readonly OfferedRoute[] = [
  { kind: 'route', route, subject: 'provider:pear', name: 'Pear' },
]
const own = option('apple/a@apple', { evidence: 'same-model' })
const untried = option('plum/b@plum')
const fresh = option('pear/p@pear')
const portfolio = portfolioOf({ one: [own, untried], two: [own] })
const extended = portfolioOf({
  one: [own, untried, { ...fresh, excluded: 'the data may not go there' }],
  two: [own, fresh],
})

function candidates(costs: Parameters<typeof actionPricing>[0]) {
  const pricing = actionPricing(costs)
  return candidateActions({ portfolio, extended, offered, pricing, authorisable: [] })
}

test('a new route is offered to the work that may use it, with a trial for each use', () => {
  const { actions, notices } = candidates(undefined)
  assert.deepEqual(
    actions.map(({ id, workflow }) => [id, workflow]),
    [
      ['qualify:one:plum/b@plum', 'one'],
      ['qualify:two:pear/p@pear', 'two'],
      ['route:pear', null],
    ],
  )
  assert.deepEqual(
    actions[2]?.brings.map(({ workflow }) => workflow),
    ['two'],
  )
  assert.match(notices.join('\n'), /1 possible new options do not exist/)
})

test('an action that nobody priced is left out once anything is priced, and that is told', () => {
  const costs = [{ action: 'qualify' as const, subject: 'two', once: 7 }]
  const { actions, notices } = candidates({ currency: 'EUR', horizonMonths: 12, costs })
  assert.deepEqual(
    actions.map(({ id, cost }) => [id, cost]),
    [['qualify:two:pear/p@pear', 7]],
  )
  assert.match(notices.join('\n'), /no cost for 1 action of the kind route/)
})

test('an element prices what is bought there', () => {
  const costs = [{ action: 'route' as const, subject: 'provider:pear', perMonth: 3 }]
  const { actions } = candidates({ currency: 'EUR', horizonMonths: 12, costs })
  assert.deepEqual(
    actions.map(({ id, cost }) => [id, cost]),
    [['route:pear', 36]],
  )
})

test('a model that a route lists already costs work nothing but its trial', () => {
  const listed = option('plum/c@plum')
  const { actions } = candidateActions({
    portfolio,
    extended: portfolioOf({
      one: [own, untried, listed, option('plum/d@plum', { excluded: 'the data may not go there' })],
      two: [own, untried],
    }),
    offered,
    pricing: actionPricing(undefined),
    authorisable: [],
  })
  assert.deepEqual(
    actions.map(({ id, brings, qualifies }) => [id, brings.length, qualifies.length]),
    [
      ['qualify:one:plum/b@plum', 0, 1],
      ['qualify:one:plum/c@plum', 1, 1],
      ['qualify:two:plum/b@plum', 1, 1],
    ],
  )
})
