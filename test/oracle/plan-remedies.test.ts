import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createHighsSolver } from '../../src/cli/highs-solver.ts'
import type { Permission } from '../../src/simulation/contingency.ts'
import {
  type CandidateAction,
  type Front,
  parseTarget,
  planRemedies,
  type RemedyRequest,
} from '../../src/simulation/index.ts'
import type { Load, Option, Portfolio, PortfolioWorkflow } from '../../src/simulation/portfolio.ts'

/** Plans for portfolios small enough to know the answer by heart. */

const solver = createHighsSolver()
after(() => solver.end())

const nothing: Load = { concurrent: null, requestsPerMinute: null, tokensPerMinute: null }

function option(id: string, elements: readonly string[], more: Partial<Option> = {}): Option {
  const [model = id, route = null] = id.split('@')
  const kind = id.startsWith('manual:') ? 'manual' : 'model'
  return {
    id,
    kind,
    model: kind === 'model' ? model : null,
    route,
    provider: null,
    elements,
    evidence: 'same-model',
    rtoMs: null,
    capacity: null,
    excluded: null,
    ...more,
  }
}

function workflow(
  id: string,
  options: readonly Option[],
  more: Partial<PortfolioWorkflow> = {},
): PortfolioWorkflow {
  return {
    id,
    task: 'other',
    source: 'configuration',
    criticality: 'critical',
    owner: null,
    mtpdMs: null,
    rtoMs: null,
    mbcoCapacity: null,
    load: nothing,
    requireQualified: false,
    headcount: null,
    groups: [],
    minStaff: null,
    needs: [{ id: 'need', options, places: [], unknown: null }],
    ...more,
  }
}

function portfolioOf(
  workflows: readonly PortfolioWorkflow[],
  more: readonly string[] = [],
  capacities: Portfolio['capacities'] = [],
): Portfolio {
  const used = workflows.flatMap(({ needs }) =>
    needs.flatMap(({ options }) => options.flatMap(({ elements }) => elements)),
  )
  const ids = [...new Set([...used, ...more])].toSorted()
  return { workflows, elements: ids.map((id) => ({ id, name: id, takes: [] })), capacities }
}

function action(id: string, cost: number, more: Partial<CandidateAction>): CandidateAction {
  const changes = { brings: [], qualifies: [], authorises: null, widens: null }
  return { id, kind: 'route', subject: id, workflow: null, cost, text: id, ...changes, ...more }
}

function plan(
  portfolio: Portfolio,
  actions: readonly CandidateAction[],
  target: string,
  more: Partial<RemedyRequest> & {
    readonly permission?: Permission
    readonly authorised?: Permission
  } = {},
) {
  const { permission, authorised, ...request } = more
  const read = parseTarget(target)
  const front: Front =
    read.under.kind === 'any'
      ? { kind: 'any', depth: read.under.depth, before: { elements: [] }, authorised }
      : {
          kind: 'contingency',
          before: { elements: [] },
          authorised,
          contingency: {
            elements: read.under.elements,
            ...(permission === undefined ? {} : { permission }),
          },
        }
  return planRemedies({
    portfolio,
    actions,
    targets: [{ target: read, front }],
    budget: null,
    currency: 'EUR',
    horizonMonths: 12,
    solver: solver.solve,
    timeLimitMs: 30_000,
    now: () => performance.now(),
    ...request,
  })
}

const anyLoss = 'no critical workflow stops under any N-1'
const own = option('a/x@first', ['jurisdiction:US', 'vendor:a'])

/** Two pieces of work on one vendor; one route serves both when it is bought, each after a trial. */
function twoOnOneVendor() {
  const fresh = option('b/y@new', ['jurisdiction:DE', 'vendor:b'], { evidence: 'unqualified' })
  const ids = ['one', 'two']
  const actions = [
    action('route:new', 100, {
      brings: ids.map((id) => ({ workflow: id, need: 'need', option: fresh })),
    }),
    ...ids.map((id) =>
      action(`qualify:${id}`, 10, {
        kind: 'qualify',
        workflow: id,
        qualifies: [{ workflow: id, need: 'need', option: fresh.id }],
      }),
    ),
  ]
  const portfolio = portfolioOf(
    ids.map((id) => workflow(id, [own])),
    fresh.elements,
  )
  return { portfolio, actions }
}

test('what is shared is paid for once, and every use of a new model has its own trial', async () => {
  const { portfolio, actions } = twoOnOneVendor()
  const { status, cost, bound, proof, ...found } = await plan(portfolio, actions, anyLoss)
  assert.deepEqual({ status, cost, bound }, { status: 'optimal', cost: 120, bound: 120 })
  assert.deepEqual(
    found.actions.map(({ id }) => id),
    ['qualify:one', 'qualify:two', 'route:new'],
  )
  assert.deepEqual(found.actions[0]?.removes, [
    { workflow: 'one', elements: ['jurisdiction:US'] },
    { workflow: 'one', elements: ['vendor:a'] },
  ])
  assert.deepEqual(proof?.stops, [])
  assert.deepEqual(found.exposed, [])
})

test('work that survives already needs nothing', async () => {
  const safe = workflow('safe', [own, option('manual:people', [], { evidence: 'unqualified' })])
  const { status, cost, actions } = await plan(portfolioOf([safe]), [], anyLoss)
  assert.deepEqual({ status, cost, actions }, { status: 'nothing-to-do', cost: 0, actions: [] })
})

test('at-risk is mended by a trial of what is there', async () => {
  const people = option('manual:people', [], { evidence: 'unqualified' })
  const drill = action('qualify:safe:manual:people', 30, {
    kind: 'qualify',
    workflow: 'safe',
    qualifies: [{ workflow: 'safe', need: 'need', option: people.id }],
  })
  const portfolio = portfolioOf([workflow('safe', [own, people])])
  const found = await plan(portfolio, [drill], 'no workflow is at-risk under any N-1')
  assert.deepEqual([found.status, found.cost], ['optimal', 30])
})

test('two losses at a time ask for a second way out', async () => {
  const brings = (id: string, vendor: string) => [
    { workflow: 'one', need: 'need', option: option(id, [`vendor:${vendor}`]) },
  ]
  const actions = [
    action('route:b', 5, { brings: brings('a/x@b', 'b') }),
    action('route:c', 7, { brings: brings('a/x@c', 'c') }),
    action('route:d', 9, { brings: brings('a/x@d', 'b') }),
  ]
  const portfolio = portfolioOf([workflow('one', [own])], ['vendor:b', 'vendor:c'])
  const found = await plan(portfolio, actions, 'no critical workflow stops under any N-2')
  assert.deepEqual(
    found.actions.map(({ id }) => id),
    ['route:b', 'route:c'],
  )
})

test('work that nothing can save is named with what stops it, and the rest is planned for', async () => {
  const { portfolio, actions } = twoOnOneVendor()
  const lost = workflow('lost', [own])
  const found = await plan(
    { ...portfolio, workflows: [...portfolio.workflows, lost] },
    actions,
    anyLoss,
  )
  assert.equal(found.status, 'infeasible')
  assert.equal(found.cost, 120)
  assert.deepEqual(
    found.infeasible.map(({ workflow: id, elements }) => [id, ...elements]),
    [
      ['lost', 'jurisdiction:US'],
      ['lost', 'vendor:a'],
    ],
  )
  assert.deepEqual(found.exposed, ['lost'])
})

test('no action brings people: too small a staff without one class cannot be mended', async () => {
  const headcount = {
    'not-foreign-person': 3,
    'foreign-person-authorised': 0,
    'foreign-person-not-authorised': 2,
    undetermined: 0,
  }
  const small = workflow('small', [option('a/x@held', [])], { headcount, minStaff: 3 })
  const found = await plan(portfolioOf([small]), [], anyLoss)
  assert.equal(found.status, 'infeasible')
  assert.deepEqual(found.infeasible[0]?.elements, ['class:not-foreign-person'])
  assert.match(found.infeasible[0]?.text ?? '', /no action brings people/)
})

test('where a fallback is too small for all that falls on it, room is bought', async () => {
  const load = { ...nothing, concurrent: 6 }
  const spare = option('a/x@spare', [])
  const workflows = ['one', 'two'].map((id) => workflow(id, [own, spare], { load }))
  const capacities = [{ route: 'spare', capacity: { ...nothing, concurrent: 8 } }]
  const wider = action('capacity:spare', 40, { kind: 'capacity', widens: 'spare' })
  const portfolio = portfolioOf(workflows, [], capacities)
  const found = await plan(portfolio, [wider], anyLoss)
  assert.deepEqual(
    [found.status, found.actions.map(({ id }) => id)],
    ['optimal', ['capacity:spare']],
  )
  const without = await plan(portfolio, [], anyLoss)
  assert.equal(without.status, 'infeasible')
  assert.match(without.infeasible[0]?.text ?? '', /too small/)
})

test('an authorisation lifts what a directive denies, where nothing else does', async () => {
  const deny: Permission = (_workflow, _option, one) =>
    one === 'not-foreign-person'
      ? null
      : {
          code: 'authorisation-required',
          policy: null,
          directive: 'order',
          clause: 'scope',
          source: null,
          review: 'unverified',
          text: 'needs an authorisation',
        }
  const authorised: Permission = (about, one, eligibilityClass) =>
    eligibilityClass === 'foreign-person-authorised' ? null : deny(about, one, eligibilityClass)
  const headcount = {
    'not-foreign-person': 3,
    'foreign-person-authorised': 2,
    'foreign-person-not-authorised': 0,
    undetermined: 0,
  }
  const actions = [
    action('authorisation:order:a/x', 70, {
      kind: 'authorisation',
      authorises: { directive: 'order', model: 'a/x' },
    }),
  ]
  const target = 'no critical workflow stops under directive:order'
  const permitted = { permission: deny, authorised }
  const found = await plan(
    portfolioOf([workflow('one', [own], { headcount })]),
    actions,
    target,
    permitted,
  )
  assert.deepEqual([found.status, found.cost], ['optimal', 70])
  const others = { ...headcount, 'foreign-person-not-authorised': 1 }
  const never = await plan(
    portfolioOf([workflow('one', [own], { headcount: others })]),
    actions,
    target,
    permitted,
  )
  assert.equal(never.status, 'infeasible')
})

test('a budget secures the most important work first and names what stays exposed', async () => {
  const { portfolio, actions } = twoOnOneVendor()
  const [one, two] = portfolio.workflows
  assert.ok(one !== undefined && two !== undefined)
  const workflows = [{ ...one, criticality: 'supporting' as const }, two]
  const target = 'no workflow stops under any N-1'
  const found = await plan({ ...portfolio, workflows }, actions, target, { budget: 115 })
  assert.deepEqual([found.status, found.cost, found.exposed], ['optimal', 110, ['one']])
  const poor = await plan({ ...portfolio, workflows }, actions, target, { budget: 50 })
  assert.deepEqual([poor.cost, poor.exposed], [0, ['one', 'two']])
})

test('without an answer in time the greedy plan stands, with the gap stated', async () => {
  const { portfolio, actions } = twoOnOneVendor()
  const found = await plan(portfolio, actions, anyLoss, {
    solver: async () => ({ status: 'limit', bound: 90, values: null }),
  })
  assert.deepEqual([found.status, found.cost, found.bound, found.gap], ['feasible', 120, 90, 0.25])
  assert.deepEqual(found.proof?.stops, [])
})

test('a solver that fails costs the certificate, not the plan', async () => {
  const { portfolio, actions } = twoOnOneVendor()
  const found = await plan(portfolio, actions, anyLoss, {
    solver: () => Promise.reject(new Error('out of memory')),
  })
  assert.deepEqual([found.status, found.cost, found.bound], ['feasible', 120, 0])
  assert.match(found.notices?.join() ?? '', /out of memory/)
  const within = await plan(portfolio, actions, anyLoss, {
    budget: 115,
    solver: () => Promise.reject(new Error('out of memory')),
  })
  assert.deepEqual([within.status, within.cost, within.gap], ['feasible', 110, 0.5])
})

test('the order of actions and of the file changes nothing about the plan', async () => {
  const { portfolio, actions } = twoOnOneVendor()
  const [first, second] = [
    await plan(portfolio, actions, anyLoss),
    await plan(portfolio, actions.toReversed(), anyLoss),
  ]
  assert.deepEqual(first, second)
})
