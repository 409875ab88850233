import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classOfService } from './class-of-service.ts'

test('a service has the most restrictive class among the people it acts for', () => {
  assert.equal(classOfService([{ 'not-foreign-person': 5 }]), 'not-foreign-person')
  assert.equal(
    classOfService([{ 'not-foreign-person': 5 }, { 'foreign-person-authorised': 1 }]),
    'foreign-person-authorised',
  )
  assert.equal(
    classOfService([{ 'foreign-person-authorised': 1, 'foreign-person-not-authorised': 1 }]),
    'foreign-person-not-authorised',
  )
  assert.equal(
    classOfService([{ 'foreign-person-not-authorised': 2, undetermined: 1 }]),
    'undetermined',
  )
  assert.equal(
    classOfService([{ 'not-foreign-person': 5, 'foreign-person-not-authorised': 0 }]),
    'not-foreign-person',
  )
})

test('nobody said whom it acts for: it is undetermined', () => {
  assert.equal(classOfService([]), 'undetermined')
  assert.equal(classOfService([{ 'not-foreign-person': 5 }, null]), 'undetermined')
  assert.equal(classOfService([{}]), 'undetermined')
})
