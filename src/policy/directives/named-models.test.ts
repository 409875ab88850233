import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namedInDirective } from './named-models.ts'

test('the scope of a file that reads as YAML names its models, however wrong the rest is', () => {
  const value = {
    id: 'xx-orchard',
    scope: { models: ['orchard/apple-1', ' Orchard/Pear-1 ', 'no id'], persons: 'strangers' },
    vendorActions: [{ models: ['barn/oat-1'] }],
  }
  assert.deepEqual(namedInDirective(value, ''), {
    id: 'xx-orchard',
    models: ['orchard/apple-1', 'orchard/pear-1'],
    vendors: [],
  })
})

test('a selector names its ids and its vendors', () => {
  const models = { ids: ['orchard/apple-1'], vendors: ['barn'] }
  const { models: ids, vendors } = namedInDirective({ scope: { models } }, '')
  assert.deepEqual([ids, vendors], [['orchard/apple-1'], ['barn']])
})

test('of a text that is no YAML every word `vendor/name` counts, and nothing else', () => {
  const text = [
    'id: xx-orchard',
    'issuer: xx/orchard',
    '# like barn/oat-1',
    'source: { url: https://orchard.example/news/apple-1, title: "read/again" }',
    'scope: { models: [orchard/apple-1, orchard/pear-1:free',
    'see src/models.ts/x and ../orchard/fig and a/b/c',
  ].join('\n')
  assert.deepEqual(namedInDirective(undefined, text), {
    id: 'xx-orchard',
    models: ['orchard/apple-1', 'orchard/pear-1:free', 'read/again'],
    vendors: [],
  })
})

test('an empty or foreign text names nothing', () => {
  for (const text of ['', '\u0000\u0001', 'just words']) {
    assert.deepEqual(namedInDirective(undefined, text), { id: null, models: [], vendors: [] })
  }
})

test('a long hostile text is searched in bounded time', () => {
  const text = `${'a/'.repeat(400_000)} ${'a'.repeat(400_000)} ${'http://'.repeat(100_000)}`
  const startedAt = performance.now()
  namedInDirective(undefined, text)
  assert.ok(performance.now() - startedAt < 2_000)
})
