import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { CatalogueOverlay } from '../schema/catalogue.ts'
import { createResolver } from './resolver.ts'
import { shippedCatalogue } from './shipped.test.ts'
import { suggestNames } from './suggest-names.ts'

const seen = { source: 'own-notes', asOf: '2026-11-24' }

const overlay = CatalogueOverlay.parse({
  version: 1,
  sources: [
    { id: 'own-notes', title: 'Own notes', url: 'https://example.org', retrieved: '2026-11-24' },
  ],
  vendors: [
    {
      id: 'anthropic',
      name: 'Anthropic',
      headquarters: { value: 'US', ...seen },
      models: [{ id: 'anthropic/claude-apple-1', name: 'Claude Apple 1', ...seen }],
      ...seen,
    },
    {
      id: 'orchard',
      name: 'Orchard',
      models: [{ id: 'orchard/pear', name: 'Pear', ...seen }],
      ...seen,
    },
  ],
})

suite('an overlay', () => {
  const catalogue = shippedCatalogue([overlay])
  const resolver = createResolver(catalogue)

  test("adds a model and keeps the vendor's others", () => {
    assert.equal(resolver.resolve('claude-apple-1').model, 'anthropic/claude-apple-1')
    assert.equal(resolver.resolve('claude-fable-5').model, 'anthropic/claude-fable-5')
  })

  test('adds a vendor, and rows stay in order', () => {
    assert.equal(resolver.resolve('orchard/pear').model, 'orchard/pear')
    const ids = catalogue.vendors.map(({ id }) => id)
    assert.deepEqual(ids, ids.toSorted())
  })

  test('leaves the shipped catalogue as it was', () => {
    assert.equal(createResolver(shippedCatalogue()).resolve('orchard/pear').kind, 'unknown')
  })
})

suite('a suggestion', () => {
  const names = ['anthropic/claude-fable-5', 'anthropic/claude-opus-5', 'mistral', 'openai/gpt-4o']

  test('is near what was written', () => {
    assert.equal(suggestNames('claude-fabel-5', names)[0], 'anthropic/claude-fable-5')
    assert.equal(suggestNames('mistrall', names)[0], 'mistral')
  })

  test('is not made when nothing is near', () => {
    assert.deepEqual(suggestNames('zzzzzzzz', names), [])
  })
})
