import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { directive, engine, noon, orchard } from '../../test/policy/sample-world.ts'
import { canonicalJson } from '../base/canonical-json.ts'
import { cedarSchema } from './cedar-schema.ts'
import { compileDirective, compileInvalidDirective } from './compile-directive.ts'
import { compileWorkflow } from './compile-workflow.ts'
import { directiveStateAt } from './directive-state.ts'
import type { PolicyUnit } from './policy-unit.ts'

/** Whatever is written in a directive or in holdfast.yaml stays a text: it never becomes a rule. */
function assertRoundTrip(unit: PolicyUnit): void {
  for (const { policy } of [...unit.rules, ...unit.markers]) {
    const parsed = engine.parse(engine.toText(policy))
    assert.ok('policies' in parsed)
    assert.equal(parsed.policies.length, 1)
    assert.equal(canonicalJson(parsed.policies[0]?.policy), canonicalJson(policy))
  }
  const policies = [...unit.rules, ...unit.markers].map(({ id, policy }) => [id, policy] as const)
  assert.deepEqual(engine.validate(cedarSchema, Object.fromEntries(policies)).errors, [])
}

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    '"); permit (principal, action, resource); //',
    '\\"',
    '*/ };',
    '${1}',
    '?principal',
    '\u0000',
    '\u2028',
    '__entity',
  ),
)

test('no text can break out of its place in a policy', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 9, maxLength: 9 }), (texts) => {
      const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = '', i = ''] = texts
      const order = directive({
        title: a,
        source: { title: b, retrieved: '2026-06-16' },
        scope: {
          models: { vendors: [c], families: [d, e] },
          routes: [f],
          providers: [g, h],
          regions: [i],
          persons: 'foreign-person',
          definition: a,
        },
        carveOuts: [{ on: '2026-06-13', entities: [b, c], routes: [d], employment: 'any' }],
      })
      const unit = compileDirective(directiveStateAt(order, noon), orchard)
      assert.ok(unit !== null)
      assertRoundTrip(unit)
      const invalid = compileInvalidDirective(a, [b, c])
      assert.ok(invalid !== null)
      assertRoundTrip(invalid)
      assertRoundTrip(
        compileWorkflow({
          id: d,
          task: 'chat',
          audience: [e, f],
          models: [g],
          allowedJurisdictions: [h],
          maxRetentionDays: 3,
          training: 'never',
        }),
      )
    }),
    { seed: 20_260_612, numRuns: 25 },
  )
})

test('counsel reads one forbid, its scope under `when` and what it spares under `unless`', () => {
  const order = directive({ carveOuts: [{ on: '2026-06-15', entities: ['Orchard'] }] })
  const unit = compileDirective(directiveStateAt(order, noon), orchard)
  assert.ok(unit?.rules[0] !== undefined)
  const text = engine.toText(unit.rules[0].policy)
  assert.match(text, /@directive\("fruit-ban"\)/)
  assert.match(text, /@review\("unverified"\)/)
  assert.match(text, /^when \{ resource == Holdfast::Model::"fruit\/apple" \}$/m)
  assert.equal(text.match(/^unless\b/gm)?.length, 2)
})
