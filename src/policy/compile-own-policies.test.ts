import assert from 'node:assert/strict'
import { test } from 'node:test'
import { engine } from '../../test/policy/sample-world.ts'
import { Fault } from '../base/fault.ts'
import { compileOwnPolicies } from './compile-own-policies.ts'

function compile(text: string) {
  return compileOwnPolicies([{ name: 'policies/own.cedar', text }], engine)
}

/** The fault of a text that is refused. */
function faultOf(text: string): Fault {
  try {
    compile(text)
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('it was taken')
}

test('each policy becomes a unit with its own name, in the order of the file', () => {
  const policies = Array.from(
    { length: 12 },
    (_, index) => `forbid (principal, action, resource) when { context.purpose == "p${index}" };`,
  )
  policies[3] = `@id("third") ${policies[3]}`
  const units = compile(policies.join('\n'))
  assert.deepEqual(
    units.map(({ id }) => id.slice('own:policies/own.cedar:'.length)),
    Array.from({ length: 12 }, (_, index) => (index === 3 ? 'third' : `policy-${index + 1}`)),
  )
  for (const [index, { rules }] of units.entries()) {
    assert.match(JSON.stringify(rules[0]?.policy), new RegExp(`"p${index}"`))
  }
})

test('a syntax error is told with its line and column, also behind letters of several bytes', () => {
  const fault = faultOf('// é 👍\n\npermit (principal, action, resource) whe { true };')
  assert.equal(fault.code, 'HF_POLICY_INVALID')
  assert.deepEqual(fault.place, { path: 'policies/own.cedar', line: 3, column: 38 })
})

test('a policy that does not fit the schema is refused before it can fail', () => {
  const optional = faultOf(
    'permit (principal, action, resource);\nforbid (principal, action, resource) when { principal.entity == "x" };',
  )
  assert.match(optional.message, /entity/)
  assert.equal(optional.place?.line, 2)
  assert.match(
    faultOf('permit (principal, action, resource) when { resource.colour == "red" };').message,
    /colour/,
  )
  assert.match(
    faultOf('permit (principal == Other::User::"x", action, resource);').message,
    /Other::User/,
  )
})

test('two policies of one name, a template and a number beyond exactness are refused', () => {
  const twice = '@id("a") permit (principal, action, resource);\n'
  assert.deepEqual(faultOf(`${twice}${twice}`).message, 'two policies are called `a`')
  assert.match(faultOf('permit (principal == ?principal, action, resource);').message, /template/)
  const large = 'forbid (principal, action, resource) when { 9007199254740993 > 1 };'
  assert.match(faultOf(`permit (principal, action, resource);\n${large}`).message, /too large/)
})
