import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { until } from '../../test/support/store-case.ts'
import { lazyStore, storeSettings } from './open-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-lazy-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const kept = join(folder, '.holdfast')
const file = join(kept, 'store.sqlite')
const settings = storeSettings(null, join(folder, 'holdfast.yaml'))

test('a store that could not be opened is asked again by who goes on, and by nobody else', async () => {
  mkdirSync(kept)
  writeFileSync(file, 'no store')
  const lasting = lazyStore(settings, 1)
  const short = lazyStore(settings)
  for (const store of [lasting, short]) {
    await assert.rejects(store.open())
    await assert.rejects(store.ifThere())
  }
  rmSync(file)
  await until('the store is made', () => lasting.open().then(Boolean, () => false))
  assert.notEqual(await lasting.ifThere(), null)
  await assert.rejects(short.open())
  await assert.rejects(short.ifThere())
  await lasting.close()
})
