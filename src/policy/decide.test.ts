import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directive, noon, orchard, person, snapshotOf } from '../../test/policy/sample-world.ts'
import { Decision } from '../schema/decision.ts'
import type { EligibilityClass } from '../schema/holdfast-config.ts'
import { decide, decideByEngine, type Question } from './decide.ts'
import { eligibilityClasses } from './person-of.ts'
import type { PolicySnapshot } from './policy-snapshot.ts'

/** One use of an apple by a picker, differing as given; the engine asked with all policies must agree. */
function ask(snapshot: PolicySnapshot, parts: Partial<Question> = {}): Decision {
  const question = {
    principal: person(),
    model: 'fruit/apple',
    route: 'direct',
    workflow: 'picking',
    purpose: 'code-review',
    at: noon,
    ...parts,
  }
  const decision = decide(snapshot, question)
  assert.equal(decision.verdict, decideByEngine(snapshot, question).verdict)
  assert.ok(Decision.safeParse(decision).success)
  return decision
}

function codes(decision: Decision): readonly string[] {
  return decision.reasons.map(({ code }) => code)
}

const foreign = person({ class: 'foreign-person-not-authorised' })
const unknown = person({ class: 'undetermined' })

type Cell = 'allow' | 'deny' | 'authorised'

/** Decision 0009, row by row: effect, persons, then the four classes in their order. */
const truthTable: readonly (readonly [string, string, readonly Cell[]])[] = [
  ['forbid', 'all', ['deny', 'deny', 'deny', 'deny']],
  ['forbid', 'foreign-person', ['allow', 'deny', 'deny', 'deny']],
  ['require-authorisation', 'all', ['authorised', 'authorised', 'deny', 'deny']],
  ['require-authorisation', 'foreign-person', ['allow', 'authorised', 'deny', 'deny']],
]

test('the truth table of effect, persons, class and authorisation holds in every cell', () => {
  for (const [effect, persons, cells] of truthTable) {
    const scope = { models: ['fruit/apple'], persons, definition: 'us-ear-772.1' }
    const snapshot = snapshotOf({ orders: [directive({ effect, scope })] })
    for (const [index, cell] of cells.entries()) {
      const eligibilityClass = eligibilityClasses[index] as EligibilityClass
      for (const authorisations of [[], ['permit-1'], ['another']]) {
        const holds = authorisations.includes('permit-1')
        const expected = cell === 'allow' || (cell === 'authorised' && holds) ? 'allow' : 'deny'
        const principal = person({ class: eligibilityClass, authorisations })
        const { verdict } = ask(snapshot, { principal })
        assert.equal(verdict, expected, `${effect} ${persons} ${eligibilityClass} ${index}`)
      }
    }
  }
})

test('a class under another definition is undetermined, whatever it says', () => {
  const snapshot = snapshotOf({ orders: [directive()] })
  const decision = ask(snapshot, { principal: person({ definition: 'other' }) })
  assert.deepEqual(codes(decision), ['person-undetermined', 'authorisation-required'])
})

test('an authorisation helps only for the directive, the models and the entities it names, until it ends', () => {
  const holder = person({ class: 'foreign-person-authorised', authorisations: ['permit-1'] })
  const [permit] = orchard.authorisations
  assert.ok(permit !== undefined)
  const under = (parts: Partial<typeof permit>, at = noon) =>
    ask(
      snapshotOf({
        at,
        world: { ...orchard, authorisations: [{ ...permit, ...parts }] },
        orders: [directive()],
      }),
      { principal: holder, at },
    ).verdict
  assert.equal(under({}), 'allow')
  assert.equal(under({ directive: 'another' }), 'deny')
  assert.equal(under({ models: ['fruit/pear'] }), 'deny')
  assert.equal(under({ entities: ['Orchard Cider'] }), 'deny')
  assert.equal(under({ validUntil: '2026-06-19' }), 'deny')
  assert.equal(under({ validUntil: '2026-06-20' }, '2026-06-20T09:59:59.999Z'), 'allow')
  assert.equal(under({ validUntil: '2026-06-20' }, '2026-06-20T10:00:00.000Z'), 'deny')
})

test('the reasons name directive, clause, source and review, and what is needed', () => {
  const decision = ask(snapshotOf({ orders: [directive()] }), { principal: foreign })
  assert.deepEqual(decision.reasons, [
    {
      code: 'authorisation-required',
      policy: 'directive/fruit-ban',
      directive: 'fruit-ban',
      clause: 'scope',
      source: 'https://example.org/letter',
      review: 'unverified',
      text: 'the directive `fruit-ban` (Licence requirement on apples) asks for an authorisation that the caller does not hold',
    },
  ])
  assert.match(
    decision.needed.join(),
    /an authorisation of Orchard under the directive `fruit-ban`/,
  )
})

test('a carve-out spares every class and is named, and nobody beyond it', () => {
  const carveOuts = [
    { id: 'cider', on: '2026-06-15', entities: ['Orchard Cider'], purposes: ['code-review'] },
  ]
  const snapshot = snapshotOf({ orders: [directive({ effect: 'forbid', carveOuts })] })
  const cider = person({ class: 'foreign-person-not-authorised', entity: 'Orchard Cider' })
  const spared = ask(snapshot, { principal: cider })
  assert.deepEqual(
    spared.reasons.map(({ code, clause }) => [code, clause]),
    [
      ['base-permit', null],
      ['carve-out', 'cider'],
    ],
  )
  assert.equal(ask(snapshot, { principal: { ...cider, class: 'undetermined' } }).verdict, 'allow')
  assert.equal(ask(snapshot, { principal: cider, purpose: 'chat' }).verdict, 'deny')
  assert.equal(ask(snapshot, { principal: foreign }).verdict, 'deny')
})

test('a carve-out for employees does not reach people of whom nothing is known', () => {
  const carveOuts = [{ on: '2026-06-15', employment: 'permanent-and-regular' }]
  const snapshot = snapshotOf({ orders: [directive({ effect: 'forbid', carveOuts })] })
  const employment = 'permanent-and-regular'
  assert.equal(ask(snapshot, { principal: { ...foreign, employment } }).verdict, 'allow')
  assert.equal(ask(snapshot, { principal: { ...unknown, employment } }).verdict, 'deny')
  assert.equal(ask(snapshot, { principal: foreign }).verdict, 'deny')
})

test('a list of entities that nobody filled spares nobody; an authorisation of its name fills it', () => {
  const carveOuts = [{ on: '2026-06-15', entities: 'annex-a' }]
  const orders = [directive({ carveOuts })]
  assert.equal(ask(snapshotOf({ orders }), { principal: foreign }).verdict, 'deny')
  const annex = { ...orchard.authorisations[0], id: 'annex-a', entities: ['Orchard'] }
  const world = {
    ...orchard,
    authorisations: [{ directive: '', models: [], validUntil: null, ...annex }],
  }
  const filled = snapshotOf({ orders, world })
  assert.equal(ask(filled, { principal: foreign }).verdict, 'allow')
  assert.equal(ask(filled, { principal: { ...foreign, entity: null } }).verdict, 'deny')
})

test('an attribute that nobody knows takes the model in, and the decision says so', () => {
  const scope = { models: { trainingOperationsOver: 1e26 }, persons: 'all' }
  const snapshot = snapshotOf({ orders: [directive({ effect: 'forbid', scope })] })
  assert.deepEqual(codes(ask(snapshot)), ['directive-forbids'])
  assert.equal(ask(snapshot, { model: 'fruit/pear' }).verdict, 'allow')
  const basil = ask(snapshot, { model: 'herb/basil', workflow: null })
  assert.deepEqual(codes(basil), ['directive-forbids', 'attribute-unknown'])
})

test('a route of which no jurisdiction is known is in the scope of any', () => {
  const scope = { models: 'all', jurisdictions: ['IE'], persons: 'all' }
  const snapshot = snapshotOf({ orders: [directive({ effect: 'forbid', scope })] })
  assert.equal(ask(snapshot, { route: 'direct' }).verdict, 'allow')
  assert.equal(ask(snapshot, { route: 'cloud' }).verdict, 'deny')
  assert.deepEqual(codes(ask(snapshot, { route: 'dark' })), [
    'directive-forbids',
    'attribute-unknown',
  ])
})

test('a request, a vendor decision and a contract never forbid', () => {
  for (const instrument of ['request', 'vendor-decision', 'contract']) {
    const snapshot = snapshotOf({ orders: [directive({ instrument })] })
    assert.equal(ask(snapshot, { principal: foreign }).verdict, 'allow')
  }
})

test('the limits on where data may go hold on every route, and what is not stated breaks them', () => {
  const snapshot = snapshotOf()
  const pressing = (route: string) => ask(snapshot, { workflow: 'pressing', route })
  assert.equal(pressing('own').verdict, 'allow')
  assert.deepEqual(codes(pressing('direct')), ['data-retention'])
  assert.deepEqual(codes(pressing('dark')), [
    'data-jurisdiction',
    'data-retention',
    'data-training',
  ])
  const narrow = {
    ...orchard,
    workflows: orchard.workflows.map((one) => ({ ...one, allowedJurisdictions: ['IE'] })),
  }
  assert.deepEqual(codes(ask(snapshotOf({ world: narrow }), { route: 'cloud' })), [
    'data-jurisdiction',
  ])
})

test('only the audience of a workflow may use it, and only the models that it lists', () => {
  const snapshot = snapshotOf()
  assert.deepEqual(codes(ask(snapshot)), ['base-permit'])
  assert.deepEqual(codes(ask(snapshot, { principal: person({ groups: ['packers'] }) })), [
    'no-permit',
  ])
  assert.deepEqual(codes(ask(snapshot, { model: 'herb/basil' })), ['no-permit'])
  assert.equal(ask(snapshot, { model: 'herb/basil', workflow: null }).verdict, 'allow')
})

test('what no snapshot knows is denied by name', () => {
  const snapshot = snapshotOf()
  assert.deepEqual(codes(ask(snapshot, { model: 'fruit/quince' })), ['unknown-model'])
  assert.deepEqual(codes(ask(snapshot, { route: 'nowhere' })), ['unknown-route'])
  assert.deepEqual(codes(ask(snapshot, { workflow: 'nothing' })), ['unknown-workflow'])
  const principal = person({ class: 'citizen' as EligibilityClass })
  assert.deepEqual(codes(ask(snapshot, { principal })), ['unknown-class'])
  for (const name of ['__proto__', 'constructor', 'toString']) {
    assert.deepEqual(codes(ask(snapshot, { model: name })), ['unknown-model'])
    assert.equal(ask(snapshot, { purpose: name }).verdict, 'deny')
  }
})

test('an expired snapshot denies models under any known directive, and lets the others go on', () => {
  const lifted = directive({
    status: [
      { at: '2026-06-12T21:21:00Z', is: 'effective' },
      { at: '2026-06-14T00:00:00Z', is: 'lifted' },
    ],
  })
  const snapshot = snapshotOf({ orders: [lifted], expiresAt: '2026-06-21T00:00:00Z' })
  assert.equal(ask(snapshot, { at: '2026-06-20T23:59:59.999Z' }).verdict, 'allow')
  const at = '2026-06-21T00:00:00.000Z'
  assert.deepEqual(codes(ask(snapshot, { at })), ['snapshot-expired'])
  assert.equal(ask(snapshot, { at, model: 'fruit/pear' }).verdict, 'allow')
  const strict = snapshotOf({ expiresAt: '2026-06-21T00:00:00Z', onExpiry: 'deny-all' })
  assert.deepEqual(codes(ask(strict, { at, model: 'fruit/pear' })), ['snapshot-expired'])
})

test('a snapshot denies before it begins, and at an instant that is none', () => {
  const snapshot = snapshotOf()
  const before = { at: '2026-06-20T11:59:59.999Z' }
  assert.deepEqual(codes(ask(snapshot, before)), ['snapshot-not-yet-valid'])
  for (const at of ['tomorrow', '', '2026-06-20t00:00:00.000Z', '2026-06-20 11:00:00.000Z']) {
    assert.deepEqual(codes(ask(snapshot, { at })), ['snapshot-not-yet-valid'])
  }
  assert.equal(ask(snapshot, { at: '2026-06-20T12:00:00Z' }).verdict, 'allow')
  assert.equal(ask(snapshot, { at: '2026-06-20T14:00:00+02:00' }).verdict, 'allow')
})

test('once a directive has changed, a snapshot of before denies what directives concern', () => {
  const later = directive({ status: [{ at: '2026-06-22T00:00:00Z', is: 'effective' }] })
  const snapshot = snapshotOf({ orders: [later] })
  assert.equal(snapshot.changesAt, '2026-06-22T00:00:00.000Z')
  assert.equal(ask(snapshot, { at: '2026-06-21T23:59:59.999Z' }).verdict, 'allow')
  const at = '2026-06-22T00:00:00.000Z'
  assert.equal(ask(snapshot, { at }).verdict, 'deny')
  assert.equal(ask(snapshot, { at, model: 'fruit/pear' }).verdict, 'allow')
})

test('what only the vendor does changes no permission', () => {
  const acted = directive({
    vendorActions: [
      {
        on: '2026-06-25',
        models: ['fruit/apple'],
        effect: 'withdrawn-for-all',
        source: 'a notice',
      },
    ],
    status: [
      { at: '2026-06-12T21:21:00Z', is: 'effective' },
      { at: '2026-06-28T00:00:00Z', is: 'lifted' },
    ],
  })
  assert.equal(snapshotOf({ orders: [acted] }).changesAt, '2026-06-28T00:00:00.000Z')
})

test('a directive that cannot be read denies the models it names to everybody, and nothing else', () => {
  const snapshot = snapshotOf({ invalid: [{ id: 'torn', models: ['fruit/apple', 'x/"y'] }] })
  const decision = ask(snapshot)
  assert.deepEqual(codes(decision), ['directive-invalid'])
  assert.equal(decision.reasons[0]?.directive, 'torn')
  assert.equal(ask(snapshot, { model: 'fruit/pear' }).verdict, 'allow')
})

test('decisions are shared and cannot be changed', () => {
  const snapshot = snapshotOf()
  const one = ask(snapshot)
  assert.equal(one, ask(snapshot, { principal: person({ entity: 'Orchard Cider' }) }))
  assert.ok(Object.isFrozen(one) && Object.isFrozen(one.reasons) && Object.isFrozen(one.reasons[0]))
})

test('an organisation may forbid more; its permits undo no forbid', () => {
  const ownPolicies = [
    {
      name: 'policies/own.cedar',
      text: `@id("no-almonds")
forbid (principal, action, resource == Holdfast::Model::"nut/almond");
@id("basil-for-cider")
permit (principal, action, resource == Holdfast::Model::"herb/basil")
when { principal has entity && principal.entity == "Orchard Cider" };
@id("everything")
permit (principal, action, resource == Holdfast::Model::"fruit/apple");`,
    },
  ]
  const snapshot = snapshotOf({ orders: [directive()], ownPolicies })
  const denied = ask(snapshot, { model: 'nut/almond' })
  assert.deepEqual(codes(denied), ['organisation-policy'])
  assert.equal(denied.reasons[0]?.policy, 'own/policies/own.cedar/no-almonds')
  const cider = person({ entity: 'Orchard Cider' })
  assert.equal(ask(snapshot, { model: 'herb/basil', principal: cider }).verdict, 'allow')
  assert.equal(ask(snapshot, { principal: foreign }).verdict, 'deny')
})

test('a policy on the instant or on who it is holds, asked per request', () => {
  const ownPolicies = [
    {
      name: 'policies/own.cedar',
      text: `forbid (principal, action, resource) when { context.at > datetime("2026-06-20T18:00:00Z") };
forbid (principal == Holdfast::Person::"ana", action, resource);`,
    },
  ]
  const snapshot = snapshotOf({ ownPolicies })
  assert.equal(snapshot.table.liveUnits.length, 2)
  assert.equal(ask(snapshot).verdict, 'allow')
  assert.equal(ask(snapshot, { at: '2026-06-20T18:00:00.001Z' }).verdict, 'deny')
  assert.equal(ask(snapshot, { principal: person({ id: 'ana' }) }).verdict, 'deny')
})

test('a policy that fails denies, also where Cedar alone would skip it and allow', () => {
  const text = `forbid (principal, action, resource)
when { context.route has retentionDays && context.route.retentionDays * 9000000000000000 * 9000000 > 5 };`
  const snapshot = snapshotOf({ ownPolicies: [{ name: 'policies/own.cedar', text }] })
  assert.deepEqual(codes(ask(snapshot, { route: 'direct' })), ['policy-error'])
  assert.equal(ask(snapshot, { route: 'cloud' }).verdict, 'allow')
})
