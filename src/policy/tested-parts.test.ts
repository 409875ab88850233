import assert from 'node:assert/strict'
import { test } from 'node:test'
import { engine } from '../../test/policy/sample-world.ts'
import { type Side, sides, testedParts } from './tested-parts.ts'

function partsOf(condition: string, head = 'principal, action, resource') {
  const parsed = engine.parse(`forbid (${head}) when { ${condition} };`)
  assert.ok('policies' in parsed)
  return testedParts(parsed.policies.map(({ policy }) => policy))
}

/** How many tests each side has. */
function counts(condition: string, head?: string): Readonly<Partial<Record<Side, number>>> {
  const parts = partsOf(condition, head)
  return Object.fromEntries(
    sides.flatMap((side) => {
      const { length } = parts.sides[side].tests
      return length === 0 ? [] : [[side, length]]
    }),
  )
}

test('a condition is cut into the largest parts that look at one side', () => {
  assert.deepEqual(
    counts(
      'resource.vendor == "fruit" && (context.purpose == "chat" || context.route.provider like "a*") && !(principal has entity && principal.entity == "x")',
    ),
    { principal: 1, model: 1, route: 1, purpose: 1 },
  )
  assert.deepEqual(counts('context has workflow && context.workflow == Holdfast::Workflow::"w"'), {
    workflow: 1,
  })
  assert.deepEqual(counts('true', 'principal is Holdfast::Service, action, resource'), {
    principal: 1,
  })
})

test('sides that are mixed within one comparison count by their values', () => {
  const parts = partsOf('resource.vendor == context.route.provider && context.purpose == "chat"')
  assert.deepEqual([...parts.sides.model.mixed.attributes], ['vendor'])
  assert.deepEqual([...parts.sides.route.mixed.attributes], ['provider'])
  assert.equal(parts.sides.purpose.tests.length, 1)
  assert.deepEqual(parts.live, [])
})

test('what no table can hold is named', () => {
  assert.deepEqual(partsOf('context.at > datetime("2026-01-01")').live, [
    'the instant of the request',
  ])
  assert.deepEqual(partsOf('true', 'principal == Holdfast::Person::"ana", action, resource').live, [
    'which principal it is',
  ])
  assert.deepEqual(partsOf('true', 'principal in Holdfast::Person::"ana", action, resource').live, [
    'which principal it is',
  ])
  assert.deepEqual(partsOf('context == context').live, ['the whole request'])
})

test('groups can be tabulated, since they are part of what is known of a caller', () => {
  const parts = partsOf('principal in [Holdfast::Group::"a", Holdfast::Group::"b"]')
  assert.deepEqual(parts.live, [])
  assert.ok(parts.sides.principal.reads.areGroupsAsked)
  assert.ok(parts.named.has('Holdfast::Group::a'))
})
