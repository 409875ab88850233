import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shownCounts } from './principal-counts.ts'

const counts = (nfp: number, authorised: number, not: number, undetermined: number) => ({
  'not-foreign-person': nfp,
  'foreign-person-authorised': authorised,
  'foreign-person-not-authorised': not,
  undetermined,
})
const shown = (...all: Parameters<typeof counts>) =>
  Object.values(shownCounts(counts(...all), false))

test('under five is `<5`, and so is nobody', () => {
  assert.deepEqual(shown(12, 4, 0, 7), [12, '<5', '<5', 7])
  assert.deepEqual(shown(0, 0, 0, 0), ['<5', '<5', '<5', '<5'])
})

test('the number of all people does not give the only hidden class away', () => {
  assert.deepEqual(shown(12, 6, 3, 9), [12, '5 or more', '<5', 9])
  assert.deepEqual(shown(12, 6, 5, 9), [12, 6, 5, 9])
})

test('counsel sees what is there', () => {
  assert.deepEqual(shownCounts(counts(12, 6, 3, 0), true), counts(12, 6, 3, 0))
})
