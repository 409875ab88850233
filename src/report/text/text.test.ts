import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { assertGolden } from '../../../test/fixtures/report/golden.ts'
import {
  acmeRegister,
  emptyRegister,
  hostileRegister,
  jurisdictions,
  largeRegister,
} from '../../../test/fixtures/report/register.ts'
import { displayWidth } from './display-width.ts'
import { textFormat } from './text.ts'

test('the summary tells how much, where, how bad and what to do next', () => {
  assertGolden('acme.txt', textFormat.render(acmeRegister, { jurisdictions }))
})

for (const width of [60, 80, 140]) {
  test(`no line is wider than ${width} columns`, () => {
    for (const register of [acmeRegister, hostileRegister]) {
      const lines = textFormat.render(register, { jurisdictions, width }).split('\n')
      const widest = lines.toSorted((a, b) => displayWidth(b) - displayWidth(a))[0] ?? ''
      assert.ok(displayWidth(widest) <= width, `${displayWidth(widest)}: ${widest}`)
    }
  })
}

test('colours change no letter', () => {
  const plain = textFormat.render(acmeRegister, { colour: false })
  const coloured = textFormat.render(acmeRegister, { colour: true })
  assert.notEqual(coloured, plain)
  assert.equal(stripVTControlCharacters(coloured), plain)
})

test('long lists end with how many more there are', () => {
  const text = textFormat.render(largeRegister(200), {})
  assert.match(text, /and 20 more workflows, see --format html/)
  assert.match(text, /and 30 more gaps, see --format html/)
})

test('a partial register says so first', () => {
  assert.match(textFormat.render({ ...acmeRegister, partial: true }, {}), /^.*\n.*\nPARTIAL: /)
})

test('roles beside use and declare are listed when asked for', () => {
  assert.match(
    textFormat.render(acmeRegister, { show: ['price'] }),
    /Other references\n.*\n.*price/,
  )
  assert.doesNotMatch(textFormat.render(acmeRegister, {}), /Other references/)
})

test('nothing found is said in words', () => {
  assert.match(textFormat.render(emptyRegister, {}), /No dependency on a hosted model was found\./)
})
