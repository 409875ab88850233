import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linearTimeProblem } from './check-detector.ts'

test('plain expressions run in linear time', () => {
  for (const pattern of ['model:\\s*(?<model>[\\w.-]+)', '(?:a|b)+c', '[(+]+x', 'a{2,4}', '(?<x>\\w+)=(?<y>\\w+)']) {
    assert.equal(linearTimeProblem(pattern), null, pattern)
  }
})

test('what may take exponential time, look around or refer back is refused', () => {
  for (const pattern of ['(a+)+b', '((?:\\w+,)*)*', '(?=x)y', '(?<!a)b', '(a)\\1', '(?<q>["\'])x\\k<q>', '(?:a*){2,}']) {
    assert.notEqual(linearTimeProblem(pattern), null, pattern)
  }
})

test('an expression that does not compile is named', () => {
  assert.match(linearTimeProblem('(') ?? '', /group/i)
})
