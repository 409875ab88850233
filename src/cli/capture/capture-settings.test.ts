import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uuidv7OfHex } from '../../base/uuidv7.ts'
import { drawOf } from './capture-settings.ts'

const key = '07'.repeat(32)
/** Ids as the gateway makes them, thousands within a second. */
const ids = Array.from({ length: 5_000 }, (_, index) =>
  uuidv7OfHex(
    1_764_000_000_000 + (index >> 4),
    ((index * 2_654_435_761) >>> 0).toString(16).padStart(20, '0'),
  ),
)

test('draws are spread evenly, also over calls that follow one another', () => {
  for (const rate of [0.01, 0.1, 0.5]) {
    const drawn = ids.filter((id) => drawOf(key, id) < rate).length
    const deviation = Math.sqrt(ids.length * rate * (1 - rate))
    assert.ok(Math.abs(drawn - ids.length * rate) < 4 * deviation, `${drawn} at ${rate}`)
  }
  const tenths = Array.from({ length: 10 }, () => 0)
  for (const id of ids) {
    const tenth = Math.floor(drawOf(key, id) * 10)
    tenths[tenth] = (tenths[tenth] ?? 0) + 1
  }
  const squares = tenths.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0)
  // The 99.9 % quantile of chi-squared with 9 degrees of freedom.
  assert.ok(squares < 27.88, String(squares))
})

test('a call is drawn by its id and the key alone: who has them can check it', () => {
  assert.equal(drawOf(key, ids[0] ?? ''), drawOf('07'.repeat(32), ids[0] ?? ''))
  assert.notEqual(drawOf(key, ids[0] ?? ''), drawOf('00'.repeat(32), ids[0] ?? ''))
})
