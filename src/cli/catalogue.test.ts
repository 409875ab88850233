import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { Fault } from '../base/fault.ts'
import { catalogueShow, catalogueUpdate } from './catalogue.ts'
import { loadCatalogue, parseOverlay } from './catalogue-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-catalogue-'))
const config = join(folder, 'holdfast.yaml')
after(() => rmSync(folder, { recursive: true, force: true }))

async function show(name: string, format = 'text'): Promise<string> {
  let text = ''
  await catalogueShow({ name, format, config }, (part) => {
    text += part
  })
  return text
}

suite('holdfast catalogue show', () => {
  test('prints facts with source and day, and unknown as unknown', async () => {
    const text = await show('us.anthropic.claude-fable-5')
    assert.match(text, /^anthropic\/claude-fable-5 {2}Claude Fable 5\n/)
    assert.match(text, /jurisdiction +US {2}\[borderlint, 2026-08-21\]/)
    assert.match(text, /licence +unknown/)
    assert.match(text, /2026-06-12 suspended: .*\[knowledge-event-and-law, 2026-11-22\]/)
    assert.match(text, /as aws-bedrock spells it, region us/)
  })

  test('prints a vendor and a provider of one id together', async () => {
    const text = await show('mistral')
    assert.match(text, /\(vendor\)/)
    assert.match(text, /\(provider, vendor-api\)/)
  })

  test('prints JSON', async () => {
    const { model, resolution } = JSON.parse(await show('gpt-4o', 'json'))
    assert.equal(model.id, 'openai/gpt-4o')
    assert.equal(resolution.kind, 'model')
  })

  test('suggests near names on a miss', async () => {
    await assert.rejects(show('claude-fabel-5'), (error: unknown) => {
      assert.ok(error instanceof Fault)
      assert.equal(error.code, 'HF_CATALOGUE_UNKNOWN')
      assert.match(error.advice ?? '', /anthropic\/claude-fable-5/)
      return true
    })
  })

  test('says so when only the shape is known', async () => {
    await assert.rejects(show('claude-opus-99'), /shape of a model of anthropic/)
  })
})

const overlay = `version: 1
sources:
  - { id: own-notes, title: Own notes, url: https://example.org, retrieved: 2026-11-24 }
vendors:
  - id: orchard
    name: Orchard
    models:
      - { id: orchard/pear-1, name: Pear 1, source: own-notes, asOf: 2026-11-24 }
    source: own-notes
    asOf: 2026-11-24
`

suite('holdfast catalogue update', () => {
  async function update(text: string, dryRun = false): Promise<string> {
    const file = join(folder, 'orchard.yaml')
    writeFileSync(file, text)
    let printed = ''
    await catalogueUpdate({ file, config, dryRun }, (part) => {
      printed += part
    })
    return printed
  }

  test('a dry run says what would change and writes nothing', async () => {
    const printed = await update(overlay, true)
    assert.match(printed, /\+ vendor orchard/)
    assert.match(printed, /\+ model orchard\/pear-1/)
    assert.deepEqual(readdirSync(folder), ['orchard.yaml'])
  })

  test('an overlay is kept and read from then on', async () => {
    await update(overlay)
    const kept = join(folder, '.holdfast', 'catalogue', 'orchard.json')
    assert.equal(JSON.parse(readFileSync(kept, 'utf8')).version, 1)
    const catalogue = await loadCatalogue({ folder })
    assert.ok(catalogue.vendors.some(({ id }) => id === 'orchard'))
    assert.match(await show('orchard/pear-1'), /^orchard\/pear-1/)
    assert.match(await update(overlay), /nothing changes/)
  })

  test('a fact without a recorded source is refused', async () => {
    const text = overlay.replaceAll('source: own-notes', 'source: hearsay')
    await assert.rejects(update(text), /no source `hearsay` is recorded/)
  })

  test('a mistake is shown with its line', () => {
    const broken = overlay.replace('orchard/pear-1', 'pear')
    assert.throws(
      () => parseOverlay('orchard.yaml', broken),
      (error: unknown) => error instanceof Fault && error.place?.line === 8,
    )
    assert.throws(
      () => parseOverlay('orchard.yaml', 'version: [1'),
      (error: unknown) => error instanceof Fault && error.code === 'HF_CATALOGUE_INVALID',
    )
  })
})
