import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../base/fault.ts'
import { personalWordsIn, refusePersonalWords } from './principal-words.ts'

test('what a class could be concluded from is seen in any spelling', () => {
  for (const text of [
    'Nationality: French',
    'nationality_checked',
    'dualCitizenship',
    'US citizen',
    'non-US citizens',
    'born in Lyon',
    'country-of-birth FR',
    'placeOfBirth',
    'passport no. 12',
    'H-1B',
    'green card holder',
    'lawful permanent resident',
    'work permit until June',
    'Immigration status ok',
    'I-9 seen',
    'identity card',
    'refugee',
  ])
    for (const isName of [true, false]) assert.ok(personalWordsIn({ text, isName }) !== null, text)
})

test('in a text that is no name, single words are enough', () => {
  for (const text of ['visa', 'passport', 'a citizen', 'country: FR'])
    assert.ok(personalWordsIn({ text, isName: false }) !== null, text)
})

test('names of persons, firms and teams that only look alike are let through', () => {
  for (const text of [
    'Max Born',
    'Visa Europe',
    'Citizens Bank',
    'National Grid',
    'Passport Labs',
    'Grace Race',
    'Acme France SAS',
    'permanent-and-regular',
    'appsec',
  ])
    assert.equal(personalWordsIn({ text, isName: true }), null, text)
  for (const text of ['permanent-and-regular', 'contractor', 'appsec', 'document review'])
    assert.equal(personalWordsIn({ text, isName: false }), null, text)
})

test('the fault names the flag and not the text around the word', () => {
  assert.throws(
    () =>
      refusePersonalWords([
        { flag: '--entity', text: null, isName: true },
        { flag: '--employment', text: 'Ada, nationality secret', isName: false },
      ]),
    (error: unknown) =>
      error instanceof Fault &&
      error.code === 'HF_USAGE' &&
      error.message === '`--employment` speaks of `nationality`',
  )
})
