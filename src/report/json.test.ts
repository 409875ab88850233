import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acmeRegister } from '../../test/fixtures/report/register.ts'
import { Register } from '../schema/register.ts'
import { jsonFormat } from './json.ts'

test('the json of a register is the register, whole, with members in the order of the schema', () => {
  const text = jsonFormat.render(acmeRegister, { show: ['use'] })
  assert.deepEqual(JSON.parse(text), acmeRegister)
  assert.deepEqual(Object.keys(JSON.parse(text)), Object.keys(Register.shape))
})

test('the order in which members were set does not show', () => {
  const turned = Object.fromEntries(Object.entries(acmeRegister).toReversed()) as Register
  assert.equal(jsonFormat.render(turned, {}), jsonFormat.render(acmeRegister, {}))
})
