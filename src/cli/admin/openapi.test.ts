import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeApi } from './openapi.ts'
import { resources } from './resources.ts'

test('every reference in the description leads to something that is in it', () => {
  const api = describeApi(resources, '1.0.0')
  const text = JSON.stringify(api)
  const references = [...text.matchAll(/"\$ref":"(?<place>[^"]*)"/g)].map(
    (found) => found.groups?.['place'] ?? '',
  )
  assert.ok(
    references.some((place) => /\.__schema\d+$/.test(place)),
    'no schema refers to itself',
  )
  for (const place of new Set(references)) {
    const [root, ...keys] = place.split('/')
    assert.equal(root, '#', place)
    const found = keys.reduce<unknown>(
      (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
      api,
    )
    assert.notEqual(found, undefined, place)
  }
  assert.ok(!text.includes('$defs'))
})
