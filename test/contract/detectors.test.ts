import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { suite, test } from 'node:test'
import {
  checkDetector,
  compileDetectors,
  constantLookup,
  fixtureAudit,
} from '../../src/audit/index.ts'
import { createResolver } from '../../src/catalogue/index.ts'
import { loadCatalogue } from '../../src/cli/catalogue-files.ts'
import { readDetectorFolder } from '../../src/cli/load-detectors.ts'

const root = resolve(import.meta.dirname, '../..')
const files = await readDetectorFolder(join(root, 'data/detectors'))
const catalogue = await loadCatalogue({})
const resolver = createResolver(catalogue)
const audit = fixtureAudit({
  detectors: compileDetectors(files.map((file) => file.detector)),
  catalogue,
  resolver,
  constantOf: constantLookup(resolver),
  asOf: '2026-11-24',
})

suite('every detector', () => {
  for (const { path, detector } of files) {
    test(`${detector.id} fires on its hits and stays silent on its near misses`, async () => {
      assert.equal(
        path.slice(path.lastIndexOf('/') + 1),
        `${detector.id}.yaml`,
        'the file is named for its id',
      )
      assert.deepEqual(await checkDetector(detector, audit), [])
    })
  }
})

test('every hiding place has a detector', () => {
  const { places } = JSON.parse(readFileSync(join(root, 'data/hiding-places.json'), 'utf8')) as {
    places: readonly { number: number; title: string }[]
  }
  const covered = new Set(files.flatMap(({ detector }) => detector.places))
  assert.deepEqual(
    places
      .filter((place) => !covered.has(place.number))
      .map((place) => `${place.number} ${place.title}`),
    [],
  )
})
