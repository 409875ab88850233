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

test('a variable that is declared anew has nothing of an earlier one of its name', async () => {
  const facts = await factsOf(
    'a.go',
    [
      'package lemon',
      'func choose(task string) Agent {',
      '\tif os.Getenv("OPENAI_API_KEY") != "" {',
      '\t\tvar model string',
      '\t\tswitch task {',
      '\t\tcase "title":',
      '\t\t\tmodel = "gpt-4.1-mini"',
      '\t\tdefault:',
      '\t\t\tmodel = "gpt-4.1"',
      '\t\t}',
      '\t\treturn lemon.Squeeze(lemon.Options{Model: model})',
      '\t}',
      '\tvar model string',
      '\tif task == "title" {',
      '\t\tmodel = "gemini-2.5-flash"',
      '\t} else {',
      '\t\tmodel = "gemini-2.5-pro"',
      '\t}',
      '\treturn lemon.Squeeze(lemon.Options{Model: model})',
      '}',
      '',
    ].join('\n'),
  )
  assert.deepEqual([...new Set(reachingOf(facts).map((lines) => lines?.join()))], ['9,7', '17,15'])
})
