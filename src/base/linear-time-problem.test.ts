import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linearTimeProblem } from './linear-time-problem.ts'

test('plain expressions run in linear time', () => {
  for (const pattern of [
    String.raw`model:\s*(?<model>[\w.-]+)`,
    '(?:a|b)+c',
    '[(+]+x',
    'a{2,4}',
    String.raw`(?<x>\w+)=(?<y>\w+)`,
    String.raw`x\s*=\s*y`,
    String.raw`[a-z0-9]+(?:-[a-z0-9]+)*`,
    String.raw`"[^"]*"\s*:\s*"[^"]*"`,
    String.raw`\w{0,60}MODEL\w{0,60}`,
    String.raw`(?:[a-z]+,)*[A-Z]+`,
  ]) {
    assert.equal(linearTimeProblem(pattern), null, pattern)
  }
})

test('what may take exponential time, look around or refer back is refused', () => {
  for (const pattern of [
    '(a+)+b',
    String.raw`((?:\w+,)*)*`,
    '(?=x)y',
    '(?<!a)b',
    String.raw`(a)\1`,
    String.raw`(?<q>["'])x\k<q>`,
    '(?:a*){2,}',
    '(?:a*){2}',
    '(?:a|b|ab)*(?:ab)*',
  ]) {
    assert.notEqual(linearTimeProblem(pattern), null, pattern)
  }
})

test('two open repetitions that can trade characters are refused', () => {
  for (const pattern of [
    String.raw`\w*\w*`,
    '.*.*',
    String.raw`\s*\n\s*`,
    '.*foo.*',
    String.raw`\w*MODEL\w*`,
    String.raw`\s*(?::\s*\w+)?\s*=`,
    String.raw`[^,]*(?:a|b)[^,]*`,
    '(?:x|a+)b?a+',
  ]) {
    assert.match(linearTimeProblem(pattern) ?? '', /may match the same characters/, pattern)
  }
  assert.equal(linearTimeProblem('[a-z]*M[A-Z]+'), null)
  assert.notEqual(linearTimeProblem('[a-z]*M[A-Z]+', { ignoreCase: true }), null)
})

test('a searched expression may not begin with an open repetition that nothing stops', () => {
  for (const pattern of [
    String.raw`\s+x`,
    String.raw`^\s+x`,
    '[^x]*y',
    String.raw`(?:[\s,]+|a)b`,
    String.raw`\w+\.create`,
    String.raw`a\w*b`,
    'model:.*gpt',
    String.raw`\b[\w.]+x`,
  ]) {
    assert.match(
      linearTimeProblem(pattern, { isSearched: true }) ?? '',
      /every character of a long run/,
      pattern,
    )
    assert.equal(linearTimeProblem(pattern), null, pattern)
  }
  for (const pattern of [
    String.raw`^[ \t]+x`,
    String.raw`^export .*x`,
    String.raw`\b\w+\.create`,
    String.raw`\bmodel\w*x`,
    String.raw`"[^"]*"`,
    String.raw`=\s*x`,
  ]) {
    assert.equal(linearTimeProblem(pattern, { isSearched: true }), null, pattern)
  }
})

test('an expression that does not compile is named', () => {
  assert.match(linearTimeProblem('(') ?? '', /group/i)
})
