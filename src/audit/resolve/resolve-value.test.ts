import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DefinitionFact, EnvironmentFact, Fact, ImportFact, Value } from '../fact.ts'
import { buildFactGraph } from './fact-graph.ts'
import { resolveValue } from './resolve-value.ts'

const place = (path: string, line: number) => ({ path, line, column: 1 })
const literal = (text: string, path: string, line: number): Value => ({
  kind: 'literal',
  text,
  place: place(path, line),
})
const name = (text: string, path = 'app/review.py', line = 9): Value => ({
  kind: 'name',
  name: text,
  place: place(path, line),
})

function definition(
  given: Pick<DefinitionFact, 'name' | 'value'> & Partial<DefinitionFact>,
): DefinitionFact {
  return {
    kind: 'definition',
    detector: 'generic/code',
    symbol: '',
    form: 'constant',
    place: given.value.place,
    ...given,
  }
}

function environment(
  path: string,
  line: number,
  variable: string,
  text: string,
  scope: string | null,
): EnvironmentFact {
  return {
    kind: 'environment',
    detector: 'generic/environment',
    symbol: '',
    place: place(path, line),
    variable,
    value: literal(text, path, line),
    scope,
    origin: 'dotenv',
  }
}

function imported(
  local: string,
  module: string,
  original: string,
  path = 'app/review.py',
): ImportFact {
  return {
    kind: 'import',
    detector: 'generic/code',
    symbol: '',
    place: place(path, 1),
    local,
    module,
    imported: original,
  }
}

function resolve(value: Value, facts: readonly Fact[], symbol = '') {
  return resolveValue(value, { path: value.place.path, symbol }, buildFactGraph(facts), (one) =>
    one.startsWith('anthropic.Model'),
  )
}

test('a literal is itself, without a hop', () => {
  const [only] = resolve(literal('claude-fable-5', 'a.py', 1), [])
  assert.equal(only?.text, 'claude-fable-5')
  assert.deepEqual(only?.hops, [])
})

test('a name is followed to the constant of its file', () => {
  const [only] = resolve(name('MODEL'), [
    definition({ name: 'MODEL', value: literal('claude-fable-5', 'app/review.py', 3) }),
  ])
  assert.equal(only?.text, 'claude-fable-5')
  assert.deepEqual(only?.hops, [
    { path: 'app/review.py', line: 3, kind: 'constant', name: 'MODEL' },
  ])
})

test('the nearest scope wins: a parameter default before the class before the file', () => {
  const facts = [
    definition({ name: 'model', value: literal('from-file', 'app/review.py', 1) }),
    definition({
      name: 'Reviewer.model',
      value: literal('from-class', 'app/review.py', 2),
      form: 'field-default',
      symbol: 'Reviewer',
    }),
    definition({
      name: 'Reviewer.review(model)',
      value: literal('from-parameter', 'app/review.py', 3),
      form: 'parameter-default',
      symbol: 'Reviewer.review',
    }),
  ]
  assert.equal(resolve(name('model'), facts, 'Reviewer.review')[0]?.text, 'from-parameter')
  assert.equal(resolve(name('model'), facts, 'Reviewer.other')[0]?.text, 'from-class')
  assert.equal(resolve(name('model'), facts, 'Other.run')[0]?.text, 'from-file')
})

test('a parameter default says that the caller may replace it', () => {
  const [only] = resolve(
    name('model'),
    [
      definition({
        name: 'review(model)',
        value: literal('claude-fable-5', 'app/review.py', 3),
        form: 'parameter-default',
        symbol: 'review',
      }),
    ],
    'review',
  )
  assert.deepEqual(only?.overridableBy, ['argument:model'])
})

test('imports lead to the constant of the other file, relative and dotted', () => {
  const constant = definition({
    name: 'MODEL',
    value: literal('claude-fable-5', 'app/config/models.py', 4),
  })
  for (const module of ['.config.models', 'app.config.models', './config/models']) {
    const found = resolve(name('MODEL'), [constant, imported('MODEL', module, 'MODEL')])
    assert.equal(found[0]?.text, 'claude-fable-5', module)
    assert.equal(found[0]?.hops[0]?.path, 'app/config/models.py')
  }
  const whole = resolve(name('models.MODEL'), [
    constant,
    imported('models', 'app.config.models', '*'),
  ])
  assert.equal(whole[0]?.text, 'claude-fable-5')
})

test('an enum member with .value is the member', () => {
  const facts = [
    definition({
      name: 'Tier.SMART',
      value: literal('claude-fable-5', 'app/tiers.py', 5),
      form: 'enum-member',
      symbol: 'Tier',
    }),
    imported('Tier', 'app.tiers', 'Tier'),
  ]
  assert.equal(resolve(name('Tier.SMART.value'), facts)[0]?.text, 'claude-fable-5')
})

test('a lookup with a known key gives that entry, with an unknown one every entry', () => {
  const facts = [
    definition({
      name: 'ALIASES.fast',
      value: literal('claude-haiku-4-5', 'app/review.py', 2),
      form: 'map-entry',
    }),
    definition({
      name: 'ALIASES.smart',
      value: literal('claude-fable-5', 'app/review.py', 3),
      form: 'map-entry',
    }),
  ]
  const known: Value = {
    kind: 'lookup',
    table: 'ALIASES',
    key: literal('smart', 'app/review.py', 9),
    place: place('app/review.py', 9),
  }
  const unknown: Value = { ...known, key: name('tier') }
  assert.deepEqual(
    resolve(known, facts).map((one) => one.text),
    ['claude-fable-5'],
  )
  assert.deepEqual(
    resolve(unknown, facts).map((one) => one.text),
    ['claude-haiku-4-5', 'claude-fable-5'],
  )
})

test('an environment variable keeps every value with its scope, and the default beside it', () => {
  const read: Value = {
    kind: 'environment',
    variable: 'REVIEW_MODEL',
    fallback: literal('claude-haiku-4-5', 'app/review.py', 9),
    place: place('app/review.py', 9),
  }
  const found = resolve(read, [
    environment('.env.production', 1, 'REVIEW_MODEL', 'claude-fable-5', 'prod'),
    environment('.env.development', 1, 'REVIEW_MODEL', 'gpt-5-mini', 'dev'),
  ])
  assert.deepEqual(
    found.map((one) => [one.text, one.environment, one.overridableBy]),
    [
      ['claude-fable-5', 'prod', []],
      ['gpt-5-mini', 'dev', []],
      ['claude-haiku-4-5', null, ['env:REVIEW_MODEL']],
    ],
  )
})

test('a variable whose value is outside the tree is an answer, not silence', () => {
  const read: Value = {
    kind: 'environment',
    variable: 'MODEL',
    fallback: null,
    place: place('a.py', 2),
  }
  const [only] = resolve(read, [])
  assert.equal(only?.text, null)
  assert.deepEqual(only?.overridableBy, ['env:MODEL'])
  assert.match(only?.ending ?? '', /outside this tree/)
})

test('concatenation joins what its parts resolve to', () => {
  const value: Value = {
    kind: 'concatenation',
    parts: [
      literal('us.', 'a.py', 2),
      name('VENDOR', 'a.py', 2),
      literal('.claude-fable-5-v1:0', 'a.py', 2),
    ],
    place: place('a.py', 2),
  }
  const facts = [definition({ name: 'VENDOR', value: literal('anthropic', 'a.py', 1) })]
  assert.equal(resolve(value, facts)[0]?.text, 'us.anthropic.claude-fable-5-v1:0')
})

test('a constant of an SDK is a candidate though its literal stands nowhere', () => {
  const [only] = resolve(name('anthropic.ModelClaudeOpus4_1'), [])
  assert.equal(only?.text, 'anthropic.ModelClaudeOpus4_1')
  assert.equal(only?.constant, true)
})

test('a cycle and a long chain end', () => {
  const cycle = [
    definition({ name: 'A', value: name('B', 'a.py', 1) }),
    definition({ name: 'B', value: name('A', 'a.py', 2) }),
  ]
  assert.equal(resolve(name('A', 'a.py', 3), cycle)[0]?.text, null)
  const chain = Array.from({ length: 20 }, (_, index) =>
    definition({ name: `N${index}`, value: name(`N${index + 1}`, 'a.py', index + 1) }),
  )
  const [end] = resolve(name('N0', 'a.py', 30), chain)
  assert.equal(end?.text, null)
  assert.match(end?.ending ?? '', /hops/)
})

test('a name that many files define says nothing', () => {
  const facts = Array.from({ length: 10 }, (_, index) =>
    definition({ name: 'MODEL', value: literal(`model-${index}`, `svc${index}/config.py`, 1) }),
  )
  assert.equal(resolve(name('MODEL', 'other/app.py', 3), facts)[0]?.text, null)
})

test('what a test sets or defines holds in tests alone', () => {
  const graph = buildFactGraph([
    environment('tests/conftest.py', 3, 'REVIEW_MODEL', 'gpt-4o', null),
    definition({ name: 'Config.model', value: literal('gpt-4o', 'tests/test_config.py', 4) }),
  ])
  const read: Value = {
    kind: 'environment',
    variable: 'REVIEW_MODEL',
    fallback: null,
    place: place('app/review.py', 9),
  }
  const reading = { path: 'app/review.py', symbol: '' }
  const texts = (value: Value) =>
    resolveValue(value, reading, graph, () => false).map((one) => one.text)
  assert.deepEqual(texts(read), [null])
  assert.deepEqual(texts(name('config.model')), [null])
})

test('a member that every class has is that of a class of the same name alone', () => {
  const graph = buildFactGraph([
    definition({ name: 'Session.model', value: literal('gpt-4o', 'app/session.py', 4) }),
    definition({ name: 'AppSettings.model', value: literal('gpt-5', 'app/settings.py', 4) }),
  ])
  const reading = { path: 'app/review.py', symbol: '' }
  const texts = resolveValue(name('settings.model'), reading, graph, () => false)
  assert.deepEqual(
    texts.map((one) => one.text),
    ['gpt-5'],
  )
})

test('files of one Go package share their constants, those of another do not', () => {
  const graph = buildFactGraph([
    definition({ name: 'SummaryModel', value: literal('gpt-4o', 'internal/llm/models.go', 4) }),
    definition({ name: 'SummaryModel', value: literal('gpt-5', 'internal/other/models.go', 4) }),
  ])
  const at = (path: string) =>
    resolveValue(name('SummaryModel', path), { path, symbol: 'Run' }, graph, () => false).map(
      (one) => one.text,
    )
  assert.deepEqual(at('internal/llm/run.go'), ['gpt-4o'])
  assert.deepEqual(at('cmd/run.go'), [null])
})

test('a module hands on what it imports', () => {
  const graph = buildFactGraph([
    imported('MODEL', '..agent', 'MODEL', 'acme/sub/research.py'),
    imported('MODEL', '.', 'MODEL', 'acme/agent.py'),
    definition({ name: 'MODEL', value: literal('gpt-4o', 'acme/__init__.py', 3) }),
  ])
  const reading = { path: 'acme/sub/research.py', symbol: '' }
  const found = resolveValue(name('MODEL', reading.path), reading, graph, () => false, false)
  assert.deepEqual(
    found.map((one) => one.text),
    ['gpt-4o'],
  )
})

test('names whose meanings multiply end in bounded time', () => {
  const facts = [...Array(12).keys()].flatMap((depth) =>
    [...Array(12).keys()].map((line) =>
      definition({
        name: `model${depth}`,
        value: {
          kind: 'choice',
          options: [name(`model${depth + 1}`), name(`model${depth + 1}`), name('other')],
          place: place('app/review.py', line + 1),
        },
      }),
    ),
  )
  const graph = buildFactGraph(facts)
  const reading = { path: 'app/review.py', symbol: '' }
  const found = resolveValue(name('model0'), reading, graph, () => false)
  assert.ok(found.length > 0 && found.every((one) => one.text === null))
})

test('what a template leaves to be filled in is no value', () => {
  const read: Value = {
    kind: 'environment',
    variable: 'REVIEW_MODEL',
    fallback: literal('gpt-4o', 'app/review.py', 9),
    place: place('app/review.py', 9),
  }
  for (const text of ['YOUR_VALUE_HERE', '<model>', 'changeme', '']) {
    const found = resolve(read, [environment('.env.example', 1, 'REVIEW_MODEL', text, null)])
    assert.deepEqual(
      found.map((one) => [one.text, one.overridableBy]),
      [['gpt-4o', ['env:REVIEW_MODEL']]],
    )
  }
})
