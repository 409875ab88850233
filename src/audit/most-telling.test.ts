import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fact } from './fact.ts'
import { mostTelling } from './most-telling.ts'
import { useFact } from './use-fact.ts'

const place = { path: 'models.yaml', line: 1, column: 1 }
const base = { place, detector: 'generic/test', symbol: '' }
const setting: Fact = {
  ...base,
  kind: 'setting',
  key: 'a',
  value: { kind: 'literal', text: 'b', place },
  scope: null,
}
const feature: Fact = { ...base, kind: 'feature', feature: 'tools' }
const use = useFact({ ...base, method: 'structure', model: null, role: 'use' })
const mention = useFact({ ...base, method: 'structure', model: null, role: 'mention' })

test('facts within the limit stay as they are', () => {
  const facts = [setting, mention, use]
  assert.equal(mostTelling(facts, 3), facts)
})

test('beyond the limit uses are kept first and the order stays', () => {
  assert.deepEqual(mostTelling([setting, mention, feature, use], 3), [mention, feature, use])
  assert.deepEqual(mostTelling([setting, mention, use], 1), [use])
})
