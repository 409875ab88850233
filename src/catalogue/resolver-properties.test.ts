import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { createResolver } from './resolver.ts'
import { shippedCatalogue } from './shipped.test.ts'

const catalogue = shippedCatalogue()
const resolver = createResolver(catalogue)
const models = catalogue.vendors.flatMap((vendor) => vendor.models)
const seed = 20260612

const named = fc.constantFrom(
  ...catalogue.vendors.flatMap((vendor) =>
    vendor.models.flatMap((model) =>
      [model.id.slice(vendor.id.length + 1), ...model.aliases, ...model.snapshots].map((name) => ({
        id: model.id,
        vendor: vendor.id,
        name,
      })),
    ),
  ),
)

/** What people and tools put around a name. */
const decorations: readonly ((name: string, vendor: string) => string)[] = [
  (name) => name,
  (name) => ` ${name.toUpperCase()} `,
  (name, vendor) => `${vendor}/${name}`,
  (name, vendor) => `openrouter/${vendor}/${name}`,
  (name, vendor) => `${vendor}/${name}:free`,
  (name, vendor) => `~${vendor}/${name}`,
  (name) => `${name}[1m]`,
  (name) => `models/${name}`,
  (name, vendor) => `publishers/${vendor}/models/${name}`,
  (name, vendor) => `projects/p/locations/eu/publishers/${vendor}/models/${name}:rawPredict`,
  (name, vendor) => `us.${vendor}.${name}`,
  (name, vendor) => `bedrock/eu.${vendor}.${name}`,
  (name, vendor) => `arn:aws:bedrock:us-east-1::foundation-model/${vendor}.${name}`,
  (name) => `vertex_ai/${name}@default`,
  (name) => `accounts/fireworks/models/${name}`,
  (name) => `${name} (Preview)`,
]

suite('every model of the catalogue', () => {
  test('is found by its own names', () => {
    for (const model of models) {
      const vendor = model.id.slice(0, model.id.indexOf('/'))
      for (const name of [model.id, ...model.aliases, ...model.snapshots]) {
        assert.equal(resolver.resolve(name, { vendor }).model, model.id, name)
      }
    }
  })

  test('is found by what each provider calls it', () => {
    for (const provider of catalogue.providers) {
      for (const [id, spellings] of Object.entries(provider.spellings)) {
        for (const spelling of spellings) {
          const found = resolver.resolve(spelling, { provider: provider.id })
          assert.equal(found.model, id, `${spelling} at ${provider.id}`)
        }
      }
    }
  })

  test('is found under any decoration', () => {
    fc.assert(
      fc.property(named, fc.constantFrom(...decorations), ({ id, vendor, name }, decorate) => {
        const spelling = decorate(name, vendor)
        const found = resolver.resolve(spelling, { vendor })
        const fits = found.model === id || found.candidates.includes(id)
        assert.ok(fits || isPlainWord(name), `${spelling}: ${JSON.stringify(found)}`)
      }),
      { seed, numRuns: 4_000 },
    )
  })

  test('is recognised when it is written with its vendor', () => {
    for (const { id } of models) {
      if (id.length <= 300) assert.ok(resolver.looksLikeModel(id), id)
    }
  })
})

/** A name such as `best@default` loses itself in its own decoration. */
function isPlainWord(name: string): boolean {
  return !/\d/.test(name)
}

suite('resolve', () => {
  const anyText = fc.oneof(
    fc.string({ maxLength: 400, unit: 'binary' }),
    fc.string({
      maxLength: 60,
      unit: fc.constantFrom(...Array.from('claude-gpt.4:/@[]0123_ arn')),
    }),
    fc.tuple(named, fc.string({ maxLength: 12 })).map(([{ name }, tail]) => `${name}${tail}`),
    fc.tuple(named, named).map(([a, b]) => `${a.vendor}/${b.name}:${a.name}`),
  )

  test('answers on any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const found = resolver.resolve(text)
        assert.ok(
          ['model', 'alias', 'family', 'ambiguous', 'opaque', 'unknown'].includes(found.kind),
        )
        if (found.kind === 'model' || found.kind === 'family') assert.ok(found.model !== null)
        if (found.model !== null) assert.equal(found.vendor, found.model.split('/')[0])
        resolver.looksLikeModel(text)
        resolver.providerOfHost(text)
        for (const { text: name, offset } of resolver.findSpellings(text)) {
          assert.equal(text.slice(offset, offset + name.length), name)
        }
      }),
      { seed, numRuns: 5_000 },
    )
  })

  test('understands its own answers', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { model } = resolver.resolve(text)
        if (model !== null) assert.equal(resolver.resolve(model).model, model, text)
      }),
      { seed, numRuns: 5_000 },
    )
  })
})
