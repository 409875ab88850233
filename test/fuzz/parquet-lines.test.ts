import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { seededRandom } from '../../bench/audit/seeded-random.ts'
import { isParquet, parquetLines } from '../../src/cli/tasks/parquet-lines.ts'
import { fuzzRuns, fuzzSeed, watchdogMs } from './fuzz-settings.ts'

/**
 * Runs of an invented bulk export, written by pyarrow 26.0.1: two row groups, pages of the second kind, and columns packed by
 * zstd, gzip, snappy, brotli and not at all.
 */
const exported = readFileSync(join(import.meta.dirname, '../support/files/runs.parquet'))

test('a table of another writer is read as it was written', async () => {
  assert.ok(isParquet(exported))
  const rows = (await parquetLines(exported))
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  assert.deepEqual(
    rows.map(({ id, run_type: kind, total_tokens: tokens, end_time: end }) => [
      id,
      kind,
      tokens,
      end,
    ]),
    [
      ['00000000-0000-0000-0000-000000000001', 'chain', 41, '2026-11-02T09:00:01.000Z'],
      ['00000000-0000-0000-0000-000000000002', 'llm', 42, '2026-11-02T09:00:02.000Z'],
      ['00000000-0000-0000-0000-000000000003', 'llm', 43, '2026-11-02T09:00:03.000Z'],
    ],
  )
  const [, , { inputs, outputs, tags, ...third } = {}] = rows
  assert.deepEqual(JSON.parse(String(inputs)), {
    messages: [
      { role: 'system', content: 'You are a reviewer.' },
      { role: 'user', content: 'Is this log line an attack?' },
    ],
  })
  assert.match(String(outputs), /a path traversal in the third field/)
  assert.deepEqual(tags, ['nightly'])
  assert.equal(
    third['extra'],
    '{"metadata": {"ls_model_name": "claude-fable-5", "thread_id": "thread-3"}}',
  )
  assert.equal(rows[0]?.['outputs'], null)
})

test(
  'a damaged table is refused or read, and holds nothing up',
  { timeout: watchdogMs },
  async () => {
    const random = seededRandom(fuzzSeed)
    // Each is read in a thread of its own, and one that goes round for ever takes the whole of its time.
    const runs = Math.ceil(fuzzRuns(400) / 20)
    let refused = 0
    for (let run = 0; run < runs; run += 1) {
      const damaged = Buffer.from(exported)
      for (let change = 0; change < 1 + random.below(8); change += 1)
        damaged[4 + random.below(damaged.length - 8)] = random.below(256)
      const cut = random.next() < 0.2 ? damaged.subarray(0, random.below(damaged.length)) : damaged
      try {
        for (const line of (await parquetLines(cut, 3_000)).split('\n'))
          if (line !== '') JSON.parse(line)
      } catch (error) {
        assert.ok(error instanceof Error)
        refused += 1
      }
    }
    assert.ok(refused > 0)
  },
)
