import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderOf, nodeFiles, noteSigner, verifyLedger } from '../../src/ledger/index.ts'
import { decodeRecord, segmentHeader } from '../../src/ledger/log/record-format.ts'
import { privateKeyOf } from '../../src/ledger/note/signed-note.ts'
import { killed, startWriter } from '../support/killed-writer.ts'
import { seededRandom } from '../../bench/audit/seeded-random.ts'
import { temporaryFolder } from './holdfast.ts'

/** Long runs and repeated ones: see tools/test-long.ts. */
const runs = Number(process.env['HOLDFAST_LEDGER_KILL_RUNS'] ?? 10)
const seed = Number(process.env['HOLDFAST_LEDGER_KILL_SEED'] ?? 1)
const origins = ['acme.example/one', 'acme.example/two']
const verifiers = origins.map((origin) => noteSigner(origin, privateKeyOf(Buffer.alloc(32, 3))))

function numbersIn(folder: string, origin: string): readonly number[] {
  const log = join(folder, folderOf(origin))
  const numbers: number[] = []
  for (const name of readdirSync(log)
    .filter((one) => one.endsWith('.segment'))
    .toSorted()) {
    const bytes = readFileSync(join(log, name))
    for (let at = segmentHeader.length; ;) {
      const record = decodeRecord(bytes, at)
      if (record === null || record.kind === 'torn') break
      assert.equal(record.kind, 'entry')
      if (record.kind !== 'entry') break
      const { entry } = JSON.parse(record.content.toString()) as { entry: { drill: string } }
      numbers.push(Number(entry.drill.slice(1)))
      at = record.end
    }
  }
  return numbers
}

async function killAgainAndAgain(mode: string): Promise<number> {
  const folder = temporaryFolder()
  const random = seededRandom(seed).next
  const told = new Map(origins.map((origin) => [origin, new Set<number>()]))
  let lost = 0
  for (let run = 0; run < runs; run += 1) {
    const writers = origins.map((origin) =>
      startWriter('ledger-writer.ts', [folder, origin, String(run * 1_000_000), mode]),
    )
    await Promise.all(writers.map((one) => one.opened))
    await new Promise((resolve) => setTimeout(resolve, random() * 120))
    await Promise.all(writers.map(killed))
    for (const [index, origin] of origins.entries())
      for (const number of writers[index]?.told ?? []) told.get(origin)?.add(number)
  }
  for (const origin of origins) {
    const numbers = numbersIn(folder, origin)
    const there = new Set(numbers)
    assert.equal(there.size, numbers.length, 'no entry stands twice')
    for (const number of told.get(origin) ?? []) if (!there.has(number)) lost += 1
  }
  // A last opening recovers the tail that the last kill left; then everything must verify.
  const last = origins.map((origin) =>
    startWriter('ledger-writer.ts', [folder, origin, String(runs * 1_000_000), mode]),
  )
  await Promise.all(last.map((one) => one.opened))
  await Promise.all(last.map(killed))
  const found = await verifyLedger({ root: folder, files: nodeFiles, trusted: verifiers })
  for (const log of found.logs)
    assert.deepEqual(
      log.problems.filter((one) => one.reason !== 'its record is cut off'),
      [],
    )
  return lost
}

test(`writers that were killed ${runs} times lost no entry that was told to be durable`, async () => {
  assert.equal(await killAgainAndAgain('strict'), 0, `seed ${seed}`)
})

test(`writers in prompt mode lose at most what was recorded in the last moments of each of ${runs} kills`, async (context) => {
  const lost = await killAgainAndAgain('prompt')
  context.diagnostic(`${lost} entries in ${runs} kills of ${origins.length} writers, seed ${seed}`)
  // Each of four lanes records one entry a millisecond at most, and a batch waits five before it is written.
  assert.ok(lost <= runs * origins.length * 4 * 40, `${lost} entries were lost`)
})
