import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../base/fault.ts'
import { type FaultCode, faultCodes } from '../base/fault-codes.ts'
import { faultText } from './show-fault.ts'

test('every error says its code and what to do next, also where the place that found it knows no advice', () => {
  for (const code of Object.keys(faultCodes) as FaultCode[]) {
    const lines = faultText(new Fault(code, 'something is wrong')).trimEnd().split('\n')
    assert.equal(lines[0], `error ${code}: something is wrong`)
    assert.match(lines.at(-1) ?? '', /^ {2}do: \S/)
  }
})

test('advice that is given wins over that of the code', () => {
  const text = faultText(new Fault('HF_USAGE', 'no', { advice: 'say yes' }))
  assert.match(text, /\n {2}do: say yes\n$/)
})

test('a name out of a foreign file cannot move the cursor or pass for a line of its own', () => {
  const text = faultText(
    new Fault('HF_CONFIG_INVALID', 'key `a\u001B[31mred\nerror HF_FAKE: x`', {
      place: { path: 'b\u202Ec.yaml', line: 2, column: 1 },
      others: ['c\nd'],
    }),
  )
  assert.equal(text.includes('\u001B'), false)
  assert.equal(text.includes('\u202E'), false)
  assert.match(text, /\n {2}at: b<U\+202E>c\.yaml:2:1\n/)
  assert.match(text, /\n {2}also: c d\n/)
  assert.equal(text.split('\n').filter((line) => line.startsWith('error ')).length, 1)
})
