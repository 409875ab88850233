import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationText } from './duration-text.ts'
import { peopleText, sumText } from './people-count.ts'

test('small counts are hidden, nobody and many are not', () => {
  assert.deepEqual(
    [null, 0, 1, 4, 5, 1200].map((one) => peopleText(one, {})),
    ['people not stated', 'nobody', '<5 people', '<5 people', '5 people', '1,200 people'],
  )
  assert.equal(peopleText(1, { exactCounts: true }), '1 person')
})

test('a sum is exact only when no small part could be told from it', () => {
  assert.equal(sumText([5, 6, 0], {}), '11 people')
  assert.equal(sumText([5, 2], {}), 'at least 5 people')
  assert.equal(sumText([2, 3], {}), 'a few people')
  assert.equal(sumText([null, null], {}), 'people not stated')
  assert.equal(sumText([7, null], {}), 'at least 7 people')
  assert.equal(sumText([5, 2], { exactCounts: true }), '7 people')
})

test('a duration is told in the largest unit that is exact', () => {
  assert.deepEqual([0, 900_000, 14_400_000, 86_400_000, 5_400_000, 1_500].map(durationText), [
    'at once',
    '15m',
    '4h',
    '1d',
    '90m',
    '1500ms',
  ])
})
