import assert from 'node:assert/strict'
import { test } from 'node:test'
import { looksOf, trialUnits } from './trial-units.ts'

const tasks = Array.from({ length: 60 }, (_, index) => ({
  id: `t${index}`,
  ...(index < 30 ? { cluster: `shop-${index % 5}` } : {}),
}))

test('comparisons stand in an order that the seed alone decides, clusters together', () => {
  const units = trialUnits('7', tasks, 1)
  assert.equal(new Set(units.map(({ id }) => id)).size, 60)
  assert.deepEqual(trialUnits('7', tasks.toReversed(), 1), units)
  assert.notDeepEqual(trialUnits('8', tasks, 1), units)
  const changes = units.filter(({ cluster }, at) => cluster !== units[at - 1]?.cluster)
  assert.equal(changes.length, new Set(units.map(({ cluster }) => cluster)).size)
})

test('several answers to a task are comparisons of their own in one cluster', () => {
  const units = trialUnits('7', tasks.slice(30, 32), 3)
  assert.deepEqual(
    units.map(({ id, item, attempt, cluster }) => `${id} ${item} ${attempt} ${cluster}`).toSorted(),
    ['t30', 't31'].flatMap((id) => [1, 2, 3].map((n) => `${id}#${n} ${id} ${n} ${id}`)),
  )
})

test('a look never cuts a cluster, and all looks together are everything once', () => {
  const units = trialUnits('7', tasks, 2)
  const looks = looksOf(units, 10)
  assert.deepEqual(looks.flat(), units)
  assert.ok(looks.slice(0, -1).every((look) => look.length >= 10))
  for (const [at, look] of looks.entries())
    assert.notEqual(look.at(-1)?.cluster, looks[at + 1]?.[0]?.cluster)
  assert.deepEqual(looksOf([], 10), [])
})
