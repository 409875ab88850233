import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { linearTimeProblem } from '../base/linear-time-problem.ts'
import {
  CatalogueProvider,
  CatalogueRegions,
  CatalogueSource,
  CatalogueVendor,
  ModelFamilies,
} from '../schema/catalogue.ts'
import { familyTable } from './family-table.ts'
import { createResolver } from './resolver.ts'
import { shippedCatalogue, shippedFiles } from './shipped.test.ts'

const catalogue = shippedCatalogue()
const models = catalogue.vendors.flatMap((vendor) => vendor.models)

suite('the shipped catalogue', () => {
  test('every file follows the schema', () => {
    for (const { path, text } of shippedFiles()) {
      const data: unknown = JSON.parse(text)
      if (path.startsWith('vendors')) CatalogueVendor.parse(data)
      else if (path.startsWith('providers')) CatalogueProvider.parse(data)
      else if (path === 'families.json') ModelFamilies.parse(data)
      else if (path === 'regions.json') CatalogueRegions.parse(data)
      else if (path === 'sources.json') {
        for (const source of (data as { sources: unknown[] }).sources) CatalogueSource.parse(source)
      } else assert.fail(`\`${path}\` is no file of the catalogue`)
    }
  })

  test('every source of a fact is recorded', () => {
    const known = new Set(catalogue.sources.map(({ id }) => id))
    for (const { path, text } of shippedFiles()) {
      for (const match of text.matchAll(/"source": "([^"]+)"/g)) {
        assert.ok(known.has(match[1] ?? ''), `${path} names the unrecorded source ${match[1]}`)
      }
    }
  })

  test('every recorded source gave a fact', () => {
    const named = new Set(
      shippedFiles().flatMap(({ text }) =>
        [...text.matchAll(/"source": "([^"]+)"/g)].map((match) => match[1]),
      ),
    )
    for (const { id } of catalogue.sources) assert.ok(named.has(id), id)
  })

  test('no file tells of the machine it was made on', () => {
    for (const { path, text } of shippedFiles()) {
      assert.doesNotMatch(text, /\/(?:work|tmp|home|root|Users|mnt)\//, path)
    }
  })

  test('it is as wide as promised', () => {
    assert.ok(catalogue.vendors.length >= 40, `${catalogue.vendors.length} vendors`)
    assert.ok(catalogue.providers.length >= 60, `${catalogue.providers.length} providers`)
    const placed = (rows: readonly { readonly headquarters?: unknown }[]) =>
      rows.filter(({ headquarters }) => headquarters !== undefined).length
    assert.ok(placed(catalogue.vendors) >= 40, `${placed(catalogue.vendors)} vendors placed`)
    assert.ok(placed(catalogue.providers) >= 60, `${placed(catalogue.providers)} providers placed`)
    assert.ok(models.length >= 500, `${models.length} models`)
    const owned = catalogue.providers.filter((one) => one.ultimateParent !== undefined)
    assert.ok(owned.length >= 20, `${owned.length} providers with a parent`)
    const licensed = models.filter(({ licence }) => licence !== undefined)
    assert.ok(licensed.length >= 200, `${licensed.length} models with a licence`)
  })

  test('ids are told apart, and models stand with their vendor', () => {
    assert.equal(new Set(models.map(({ id }) => id)).size, models.length)
    for (const vendor of catalogue.vendors) {
      for (const { id } of vendor.models) assert.equal(id.split('/')[0], vendor.id)
    }
    const ids = new Set(models.map(({ id }) => id))
    for (const provider of catalogue.providers) {
      for (const id of [...Object.keys(provider.spellings), ...Object.keys(provider.prices)]) {
        assert.ok(ids.has(id), `${provider.id} offers ${id}, which no vendor lists`)
      }
    }
    for (const { aliases } of catalogue.vendors) {
      for (const { model } of aliases.flatMap(({ meanings }) => meanings))
        assert.ok(ids.has(model), model)
    }
  })

  test('no spelling of a vendor belongs to two', () => {
    const owners = new Map<string, string>()
    for (const vendor of catalogue.vendors) {
      for (const spelling of new Set([vendor.id, ...vendor.spellings])) {
        assert.equal(owners.get(spelling), undefined, `${spelling} of ${vendor.id}`)
        owners.set(spelling, vendor.id)
      }
    }
  })

  test('the suspension of June 2026 is in it, with its days', () => {
    const fable = models.find(({ id }) => id === 'anthropic/claude-fable-5')
    const events = fable?.lifecycle.map(({ kind, on }) => `${on} ${kind}`) ?? []
    for (const event of ['2026-06-09 released', '2026-06-12 suspended', '2026-07-01 restored']) {
      assert.ok(events.includes(event), event)
    }
    const mythos = models.find(({ id }) => id === 'anthropic/claude-mythos-5')
    assert.ok(mythos?.lifecycle.some(({ kind, on }) => kind === 'suspended' && on === '2026-06-12'))
    assert.ok(!mythos?.lifecycle.some(({ kind }) => kind === 'restored'), 'no source says so')
  })

  test('one company has one name and one seat wherever it is a parent', () => {
    const seats = new Map<string, string>()
    for (const { id, ultimateParent } of [...catalogue.vendors, ...catalogue.providers]) {
      if (ultimateParent === undefined) continue
      const { name, jurisdiction } = ultimateParent.value
      assert.equal(seats.get(name) ?? jurisdiction, jurisdiction, `${name} at ${id}`)
      seats.set(name, jurisdiction)
    }
    const parentOf = (kind: 'vendors' | 'providers', id: string) =>
      catalogue[kind].find((one) => one.id === id)?.ultimateParent?.value.name
    for (const id of ['azure', 'github-copilot', 'github-models']) {
      assert.equal(parentOf('providers', id), parentOf('vendors', 'microsoft'), id)
    }
    for (const id of ['aws-bedrock', 'aws-sagemaker', 'amazon-nova']) {
      assert.equal(parentOf('providers', id), parentOf('vendors', 'amazon'), id)
    }
  })

  test('only published weights have a licence, and training is counted in operations', () => {
    for (const { id, licence, weights, trainingOperations } of models) {
      if (licence !== undefined) assert.equal(weights?.value, 'open', id)
      const count = trainingOperations?.value ?? 1e24
      assert.ok(count > 1e20 && count < 1e29, `${id}: ${count}`)
    }
  })

  test('jurisdictions are known where the sources know them', () => {
    const resolver = createResolver(catalogue)
    assert.deepEqual(resolver.jurisdictionsOf('vendor', 'anthropic'), ['US'])
    assert.deepEqual(resolver.jurisdictionsOf('vendor', 'mistral'), ['FR'])
    assert.deepEqual(resolver.jurisdictionsOf('vendor', 'alibaba'), ['CN'])
    assert.deepEqual(resolver.jurisdictionsOf('provider', 'aws-bedrock'), ['US'])
    assert.deepEqual(resolver.jurisdictionsOf('provider', 'openrouter'), ['US'])
    assert.deepEqual(resolver.jurisdictionsOf('provider', 'scaleway'), ['FR'])
    assert.deepEqual(resolver.jurisdictionsOf('provider', 'helicone'), [], 'no source says so')
    assert.deepEqual(resolver.jurisdictionsOf('vendor', 'nobody'), [])
  })
})

suite('the table of families', () => {
  const table = familyTable(catalogue.families)
  for (const { family, vendor, examples, nearMisses } of catalogue.families.families) {
    test(`${family} recognises its examples and passes by what looks alike`, () => {
      for (const example of examples) assert.equal(table.match(example)?.vendor, vendor, example)
      for (const nearMiss of nearMisses) assert.equal(table.match(nearMiss), null, nearMiss)
    })
  }

  test('its vendors are in the catalogue', () => {
    const ids = new Set(catalogue.vendors.map(({ id }) => id))
    for (const { family, vendor } of catalogue.families.families) assert.ok(ids.has(vendor), family)
  })

  test('its patterns take linear time on hostile text', () => {
    for (const { pattern, family } of catalogue.families.families) {
      assert.equal(linearTimeProblem(pattern), null, family)
    }
  })
})
