import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact } from '../fact.ts'
import { factsOf } from '../../../test/fixtures/audit/fact-lines.ts'

function reachingOf(facts: readonly Fact[]): readonly (readonly number[] | undefined)[] {
  return facts.flatMap((fact) =>
    fact.kind === 'use' && fact.model?.kind === 'name' ? [fact.model.reaching] : [],
  )
}

test('a value given in another branch does not reach a use', async () => {
  const facts = await factsOf(
    'a.py',
    [
      'import lemon',
      'def make(kind, given):',
      '    if kind == "a":',
      '        model = given.model',
      '        if model is None:',
      '            model = "gpt-4o"',
      '        return lemon.squeeze(model=model)',
      '    if kind == "b":',
      '        model = given.model',
      '        if model is None:',
      '            model = "claude-opus-4-1"',
      '        return lemon.squeeze(model=model)',
      '',
    ].join('\n'),
  )
  assert.deepEqual(reachingOf(facts), [
    [6, 4],
    [11, 9],
  ])
})

test('both branches before a use reach it', async () => {
  const facts = await factsOf(
    'a.py',
    'import lemon\ndef make(fast):\n    if fast:\n        model = "gpt-4o-mini"\n    else:\n        model = "gpt-4o"\n    return lemon.squeeze(model=model)\n',
  )
  assert.deepEqual(reachingOf(facts), [[6, 4]])
})
