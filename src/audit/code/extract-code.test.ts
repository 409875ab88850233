import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { extractCode } from './extract-code.ts'
import { factLines, factsOf, threeFamilies } from '../../../test/fixtures/audit/fact-lines.ts'
import { languageTables } from './languages/tables.ts'
import { codeLimits } from './limits.ts'
import type { Language } from '../../schema/detector.ts'

const languages = Object.keys(languageTables) as Language[]

function readAs(language: Language, content: string) {
  const file = { path: 'a.txt', content, context: 'production' as const }
  return extractCode(file, language, [], threeFamilies)
}

test('a use carries the features, the hints and the receiver of its call', async () => {
  const facts = await factsOf(
    'app/grove.py',
    'import lemon\nSYSTEM_PROMPT = "You review lemons for bruises."\nclass Grove:\n    def review(self, text):\n        """Review one crate."""\n        return self.client.chat.squeeze(model="gpt-4o", system=SYSTEM_PROMPT, tools=[x])\n',
  )
  const use = facts.find((fact) => fact.kind === 'use')
  assert.ok(use?.kind === 'use')
  assert.deepEqual(use.features, ['tools'])
  assert.equal(use.receiver, 'Grove.client')
  assert.equal(use.symbol, 'Grove.review')
  assert.deepEqual(use.hints, [
    'review',
    'Grove',
    'Review one crate.',
    'You review lemons for bruises.',
  ])
})

test('an unknown callee in a file that names an SDK is a use with lower detection', async () => {
  const facts = await factsOf(
    'a.py',
    'import lemon\nask(model=settings.review_model)\nlog.info("x", model=m)\n',
  )
  const uses = facts.filter((fact) => fact.kind === 'use')
  assert.equal(uses.length, 1)
  assert.equal(uses[0]?.kind === 'use' && uses[0].detection, 0.6)
})

test('a member of a list of many models is offered, not used', async () => {
  const lines = await factLines(
    'a.ts',
    "const options = [\n  { id: 'gpt-4o', label: 'A' },\n  { id: 'gpt-4o-mini', label: 'B' },\n  { id: 'claude-opus-4-1', label: 'C' },\n]\n",
  )
  assert.deepEqual(lines, ['allow 2 gpt-4o', 'allow 3 gpt-4o-mini', 'allow 4 claude-opus-4-1'])
})

test('functions that name nothing change nothing in those that do', async () => {
  const silent = 'def prune(tree):\n    return tree.cut()\n\n'
  const telling =
    'class Grove:\n    def review(self, model="gpt-4o"):\n        try:\n            return lemon.squeeze(model=model)\n        except Rot:\n            return lemon.squeeze(model="claude-opus-4-1")\n'
  const alone = await factsOf('app/grove.py', telling)
  const among = await factsOf('app/grove.py', silent + telling + silent)
  const lines = silent.split('\n').length - 1
  const moved = JSON.parse(JSON.stringify(alone), (name, value: unknown) =>
    name === 'line' && typeof value === 'number' ? value + lines : value,
  ) as unknown
  assert.ok(alone.some((fact) => fact.symbol === 'Grove.review'))
  assert.deepEqual(JSON.parse(JSON.stringify(among)), moved)
})

test('one literal gives one use, also when call, definition and literal see it', async () => {
  const facts = await factsOf('a.ts', "const x = lemon.squeeze({ model: 'gpt-4o' })\n")
  assert.equal(facts.filter((fact) => fact.kind === 'use').length, 1)
})

test('a rule knows a callee by the name it has where it comes from', async () => {
  const uses = async (path: string, content: string) =>
    (await factsOf(path, content)).filter(
      (fact) => fact.kind === 'use' && fact.provider === 'lemon',
    ).length
  assert.equal(
    await uses('a.ts', "import { LemonRequest as R } from 'lemon'\nR({ model: 'gpt-4o' })\n"),
    1,
  )
  assert.equal(await uses('a.ts', "import { Lime as R } from 'lemon'\nR({ model: 'gpt-4o' })\n"), 0)
})

test('fallbacks of a call are kept with it and declared by themselves', async () => {
  const code = 'lemon.squeeze(model="gpt-4o", fallbacks=["claude-opus-4-1", "gemini-2.5-pro"])\n'
  const facts = await factsOf('a.py', code)
  const use = facts.find((fact) => fact.kind === 'use' && fact.role === 'use')
  assert.equal(use?.kind === 'use' && use.fallbacks.length, 2)
  assert.deepEqual(await factLines('a.py', code), [
    'use 1 gpt-4o',
    'declare 1 claude-opus-4-1',
    'declare 1 gemini-2.5-pro',
  ])
})

test('scripts of components keep their lines', async () => {
  const lines = await factLines(
    'a.vue',
    '<template>gpt-4o</template>\n<script setup lang="ts">\nlemon.squeeze({ model: "gpt-4o" })\n</script>\n',
  )
  assert.deepEqual(lines, ['use 3 gpt-4o'])
})

test('a file with broken syntax still gives its calls', async () => {
  const lines = await factLines('a.py', 'def broken(:\n  x = = 1\nlemon.squeeze(model="gpt-4o")\n')
  assert.ok(
    lines.some((line) => line.endsWith('3 gpt-4o')),
    lines.join('\n'),
  )
})

test('text too deep or too long for a tree is read line by line', async () => {
  const deep = `${'('.repeat(codeLimits.bracketDepthMax + 1)}\nmodel = "gpt-4o"\n`
  const long = `${'x = 1\n'.repeat(codeLimits.treeCharactersMax / 6 + 1)}model = "gpt-4o"\n`
  assert.equal((await readAs('python', deep)).length, 1)
  assert.equal((await readAs('python', long)).length, 1)
})

test('any text in any language gives facts and never an exception', async () => {
  const pieces = fc.constantFrom(
    'model',
    '=',
    ':',
    '"gpt-4o"',
    "'claude-opus-4-1'",
    '`gpt-4o${',
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ',',
    '.',
    '\n',
    ' ',
    'def f',
    'class K',
    'fn x',
    'func',
    '=>',
    '->',
    '::',
    '"""',
    '<<~X',
    '<?php ',
    '@',
    '$',
    '#{',
    '\\',
    'os.getenv',
    'lemon.squeeze',
    'new Lemon',
    'match',
    'switch',
    'case',
    'try',
    'catch',
    'rescue',
    'do',
    'end',
    '||',
    '??',
    'or',
    '?',
    '|>',
    '%{',
    '\u0000',
    '😀',
    '\ud800',
    '/*',
    '//',
  )
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...languages), text, async (language, content) => {
      const facts = await readAs(language, content)
      const lines = content.split('\n').length
      for (const { place } of facts) assert.ok(place.line >= 1 && place.line <= lines)
    }),
    { numRuns: 300 },
  )
})

test('what a program shows to people mentions a model', async () => {
  assert.deepEqual(
    await factLines(
      'a.tsx',
      'const form = <Input placeholder="gpt-4o" />\nconst examples = {\n  shell: `curl -d \'{"model": "gpt-4o"}\'`,\n}\nconst body = `{"model": "gpt-4o", "messages": []}`\n',
    ),
    ['mention 1 gpt-4o', 'mention 3 gpt-4o', 'declare 5 gpt-4o'],
  )
  assert.deepEqual(await factLines('a.py', 'default_tokenizer = "gpt-4o"\n'), [
    'define 1 default_tokenizer = gpt-4o',
    'mention 1 gpt-4o',
  ])
})

test('a parameter that is handed on is no use, a request with it is one', async () => {
  const facts = await factsOf(
    'a.py',
    'import lemon\n\ndef ask(text, model):\n    log_run(text, model=model)\n    return complete(text, model=model)\n\nask("x", "gpt-4o")\n',
  )
  const lines = facts.flatMap((fact) =>
    fact.kind === 'use' && fact.detector === 'generic/code-argument' ? [fact.place.line] : [],
  )
  assert.deepEqual(lines, [5])
})

test('a default of a read from outside says what may replace it', async () => {
  const facts = await factsOf(
    'a.ts',
    "export const table = { chatModel: process.env.CHAT_MODEL || 'gpt-4o' }\n",
  )
  const use = facts.find((fact) => fact.kind === 'use')
  assert.deepEqual(use?.kind === 'use' ? use.overridableBy : null, ['env:CHAT_MODEL'])
})

test('the address beside a model belongs to it, that of another object does not', async () => {
  const facts = await factsOf(
    'a.py',
    [
      'import lemon',
      'URL = "https://api.groq.com/openai/v1"',
      'MODEL = "llama-3.3-70b-versatile"',
      'one = Peeler(model=MODEL, base_url=URL)',
      'two = Peeler(model="gpt-4o-mini", base_url="http://localhost:4000")',
      'three = Peeler(model="gpt-4o", proxy={"base_url": "http://localhost:4000"})',
      '',
    ].join('\n'),
  )
  assert.deepEqual(
    facts.flatMap((fact) =>
      fact.kind === 'use' && fact.role === 'use'
        ? [[fact.place.line, fact.baseUrl?.kind ?? null]]
        : [],
    ),
    [
      [4, 'name'],
      [5, 'literal'],
      [6, null],
    ],
  )
})
