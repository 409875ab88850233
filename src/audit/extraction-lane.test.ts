import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildCatalogue } from '../catalogue/index.ts'
import type { AuditDetector } from '../schema/detector.ts'
import { WorkerLane } from './extraction-lane.ts'

const catalogue = buildCatalogue({
  sources: [],
  vendors: [],
  providers: [],
  families: { version: 1, republishers: [], families: [] },
})
const detector: AuditDetector = {
  id: 'acme-settings',
  title: 'Settings of a made-up tool',
  class: 'D',
  places: [45],
  version: 1,
  sources: [],
  keywords: ['acme_model'],
  rules: [
    {
      id: 'model',
      emit: { fact: 'use', role: 'use', features: [], hidden: false },
      pattern: { regex: 'acme_model=(?<model>[a-z0-9-]+)', ignoreCase: false, within: 'any' },
    },
  ],
}

test('a thread gives the facts of each file, in the order it was asked', async () => {
  const lane = new WorkerLane({ detectors: [detector], catalogue })
  const files = ['one', 'two', 'three'].map((name) => ({
    path: `${name}.txt`,
    content: `acme_model=model-${name}\n`,
    context: 'production' as const,
  }))
  const found = await Promise.all(files.map((file) => lane.extract(file)))
  await lane.close()
  assert.deepEqual(
    found.map((one) =>
      one.kind === 'facts' ? one.facts.map((fact) => fact.place.path) : one.reason,
    ),
    [['one.txt'], ['two.txt'], ['three.txt']],
  )
})
