import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { whyNot } from './why-not.ts'

test('what the system refuses is said in words, and what is not known in its own', () => {
  const caught = (work: () => unknown): string => {
    try {
      return String(work())
    } catch (error) {
      return whyNot(error)
    }
  }
  assert.equal(
    caught(() => readFileSync('/nowhere/at/all')),
    'it does not exist',
  )
  assert.equal(
    caught(() => readFileSync('/')),
    'it is a folder',
  )
  assert.equal(whyNot(new Error('the moon is full')), 'the moon is full')
  assert.equal(whyNot('text'), 'text')
})
