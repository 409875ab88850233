import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertGolden } from '../../test/fixtures/report/golden.ts'
import { acmeRegister, jurisdictions } from '../../test/fixtures/report/register.ts'
import { csvFormat } from './csv.ts'

test('the csv of a register has one row an occurrence, with jurisdictions from the caller', () => {
  assertGolden('acme.csv', csvFormat.render(acmeRegister, { jurisdictions }))
})

test('the csv holds the roles that were asked for', () => {
  const text = csvFormat.render(acmeRegister, { show: ['test'] })
  assert.equal(text.split('\r\n').length, 3)
  assert.match(text, /test\/review\.test\.ts/)
})
