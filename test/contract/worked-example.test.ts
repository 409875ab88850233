import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import {
  checkDetector,
  compileDetectors,
  constantLookup,
  fixtureAudit,
} from '../../src/audit/index.ts'
import { createResolver } from '../../src/catalogue/index.ts'
import { loadCatalogue } from '../../src/cli/catalogue-files.ts'
import { parseYamlAs } from '../../src/cli/load-config.ts'
import { Detector } from '../../src/schema/detector.ts'

test('the detector that CONTRIBUTING.md writes works as it says', async () => {
  const root = resolve(import.meta.dirname, '../..')
  const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
  const block = /```yaml\n(?<text>[\s\S]*?)\n {3}```/.exec(page)?.groups?.['text']
  assert.ok(block !== undefined)
  const detector = parseYamlAs(
    Detector,
    block.replace(/^ {3}/gm, ''),
    'CONTRIBUTING.md',
    'HF_DETECTOR_INVALID',
  )
  const catalogue = await loadCatalogue({})
  const resolver = createResolver(catalogue)
  const audit = fixtureAudit({
    detectors: compileDetectors([detector]),
    catalogue,
    resolver,
    constantOf: constantLookup(resolver),
    asOf: '2026-11-24',
  })
  assert.deepEqual(await checkDetector(detector, audit), [])
})
