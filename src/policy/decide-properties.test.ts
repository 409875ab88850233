import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  anyCarveOut,
  anyDirective,
  anyDirectives,
  anyPrincipal,
  anyQuestion,
  anyWorld,
} from '../../test/policy/arbitrary-policy.ts'
import { referenceVerdict } from '../../test/policy/reference-decision.ts'
import { snapshotOf } from '../../test/policy/sample-world.ts'
import { Directive } from '../schema/directive.ts'
import { decide, decideByEngine } from './decide.ts'

/** Nobody is prepared for: shapes come as they are asked for, as at a gateway. */
const unprepared = { principals: [] }

const settings = { seed: 20_260_612, numRuns: 6 }

/** Many uses by few principals, as at a gateway. */
const questions = fc
  .tuple(
    fc.array(anyPrincipal, { minLength: 4, maxLength: 4 }),
    fc.array(anyQuestion, { minLength: 24, maxLength: 24 }),
  )
  .map(([principals, asked]) =>
    asked.map((one, index) => ({
      ...one,
      principal: principals[index % principals.length] ?? one.principal,
    })),
  )

test('the table, the engine asked with all policies, and the written rules agree on every use', () => {
  fc.assert(
    fc.property(anyWorld, anyDirectives, questions, (world, orders, asked) => {
      const snapshot = snapshotOf({ world, orders, ...unprepared })
      for (const question of asked) {
        const decision = decide(snapshot, question)
        const byEngine = decideByEngine(snapshot, question)
        assert.equal(decision.verdict, byEngine.verdict)
        assert.deepEqual(decidedBy(decision), decidedBy(byEngine))
        assert.equal(decision.verdict, referenceVerdict(world, orders, question))
      }
    }),
    settings,
  )
})

test('a further directive never allows more', () => {
  fc.assert(
    fc.property(
      anyWorld,
      anyDirectives,
      anyDirective('order-d'),
      questions,
      (world, orders, further, asked) => {
        const before = snapshotOf({ world, orders, ...unprepared })
        const after = snapshotOf({
          world,
          orders: [...orders, further],
          previous: before,
          ...unprepared,
        })
        for (const question of asked) {
          if (decide(before, question).verdict === 'deny') {
            assert.equal(decide(after, question).verdict, 'deny')
          }
        }
      },
    ),
    settings,
  )
})

test('lifting a directive restores exactly what was before', () => {
  fc.assert(
    fc.property(
      anyWorld,
      anyDirectives,
      anyDirective('order-d'),
      questions,
      (world, orders, further, asked) => {
        const before = snapshotOf({ world, orders, ...unprepared })
        const lifted = {
          ...further,
          status: [...further.status, { at: '2026-06-19T00:00:00Z', is: 'lifted' as const }],
        }
        const after = snapshotOf({ world, orders: [...orders, lifted], ...unprepared })
        for (const question of asked) {
          assert.deepEqual(decide(after, question), decide(before, question))
        }
      },
    ),
    settings,
  )
})

test('the order in which directives and policies come is irrelevant', () => {
  fc.assert(
    fc.property(anyWorld, anyDirectives, questions, (world, orders, asked) => {
      const ownPolicies = [
        {
          name: 'a.cedar',
          text: 'forbid (principal, action, resource) when { context.purpose == "chat" };',
        },
        { name: 'b.cedar', text: 'permit (principal is Holdfast::Service, action, resource);' },
      ]
      const one = snapshotOf({ world, orders, ownPolicies, ...unprepared })
      const other = snapshotOf({
        world,
        orders: orders.toReversed(),
        ownPolicies: ownPolicies.toReversed(),
        ...unprepared,
      })
      assert.equal(one.digest, other.digest)
      for (const question of asked) {
        assert.deepEqual(decide(one, question), decide(other, question))
      }
    }),
    settings,
  )
})

test('a carve-out spares only what fits all of its parts', () => {
  fc.assert(
    fc.property(
      anyWorld,
      anyDirective('order-a'),
      anyCarveOut,
      questions,
      (world, order, carveOut, asked) => {
        const spared = Directive.parse({
          ...order,
          carveOuts: [...order.carveOuts, { ...carveOut, id: 'extra' }],
        })
        const before = snapshotOf({ world, orders: [order], ...unprepared })
        const after = snapshotOf({ world, orders: [spared], ...unprepared })
        for (const question of asked) {
          const now = decide(after, question)
          if (decide(before, question).verdict === now.verdict) continue
          assert.equal(now.verdict, 'allow')
          assert.ok(
            now.reasons.some(({ code, clause }) => code === 'carve-out' && clause === 'extra'),
          )
          const { models, routes, purposes, entities } = spared.carveOuts.at(-1) ?? {}
          assert.ok(models === undefined || models.includes(question.model))
          assert.ok(routes === undefined || routes.includes(question.route))
          assert.ok(purposes === undefined || purposes.some((one) => one === question.purpose))
          assert.ok(!Array.isArray(entities) || entities.includes(question.principal.entity ?? ''))
        }
      },
    ),
    settings,
  )
})

test('own policies of any kind keep table and engine equal, also those asked per request', () => {
  const conditions = [
    'principal has entity && principal.entity == "Orchard"',
    'principal in Holdfast::Group::"pickers" || context.route.provider == resource.vendor',
    'resource.vendorJurisdictions.containsAny(context.route.jurisdictions)',
    'context has workflow && [Holdfast::Workflow::"picking"].contains(context.workflow)',
    'if resource has family then resource.family like "p*" else context.purpose == "chat"',
    'principal is Holdfast::Service && !(principal.class == "not-foreign-person")',
    'context.at < datetime("2026-06-20T13:00:00Z") && context.route has region',
    'context.route has retentionDays && context.route.retentionDays * 2 > 30',
    'resource has trainingOperations && resource.trainingOperations.exponent >= 26',
    'principal == Holdfast::Person::"ana"',
  ]
  const anyOwn = fc.record({
    effect: fc.constantFrom('permit', 'forbid'),
    when: fc.constantFrom(...conditions),
    unless: fc.constantFrom(...conditions),
  })
  fc.assert(
    fc.property(
      anyWorld,
      anyDirectives,
      fc.array(anyOwn, { minLength: 1, maxLength: 3 }),
      questions,
      (world, orders, own, asked) => {
        const text = own
          .map(
            ({ effect, when, unless }) =>
              `${effect} (principal, action, resource) when { ${when} } unless { ${unless} };`,
          )
          .join('\n')
        const ownPolicies = [{ name: 'own.cedar', text }]
        const snapshot = snapshotOf({ world, orders, ownPolicies, ...unprepared })
        for (const [index, question] of asked.entries()) {
          const principal =
            index % 2 === 0 ? { ...question.principal, id: 'ana' } : question.principal
          const decision = decide(snapshot, { ...question, principal })
          const byEngine = decideByEngine(snapshot, { ...question, principal })
          assert.equal(decision.verdict, byEngine.verdict)
          assert.deepEqual(decidedBy(decision), decidedBy(byEngine))
        }
      },
    ),
    settings,
  )
})

/** Ids of the policies that decided, without those that only explain. */
function decidedBy({ reasons }: ReturnType<typeof decide>): readonly (string | null)[] {
  return [
    ...new Set(reasons.filter(({ code }) => !explaining.has(code)).map(({ policy }) => policy)),
  ]
}

const explaining: ReadonlySet<string> = new Set([
  'carve-out',
  'authorised',
  'person-undetermined',
  'attribute-unknown',
])
