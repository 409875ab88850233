import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { seededRandom } from '../../bench/audit/seeded-random.ts'
import {
  folderOf,
  Ledger,
  nodeFiles,
  type NoteSigner,
  noteSigner,
  verifierKeyText,
} from '../../src/ledger/index.ts'
import { privateKeyOf } from '../../src/ledger/note/signed-note.ts'
import { killed, startWriter } from '../support/killed-writer.ts'
import { holdfast, temporaryFolder } from './holdfast.ts'

/** Long runs and repeated ones: see tools/test-long.ts, which asks for a million. */
const wanted = Number(process.env['HOLDFAST_LEDGER_MILLION_ENTRIES'] ?? 20_000)
const seed = Number(process.env['HOLDFAST_LEDGER_MILLION_SEED'] ?? 1)
const origins = ['acme.example/one', 'acme.example/two']
const signers = origins.map((origin) => noteSigner(origin, privateKeyOf(Buffer.alloc(32, 3))))
const trust = signers.flatMap((signer) => ['--key', verifierKeyText(signer)])

interface Verified {
  readonly logs: readonly {
    readonly entries: number
    readonly problems: readonly { readonly entry: number }[]
  }[]
}

test('a large ledger written under random kills verifies, and one changed byte is named', async (context) => {
  const folder = temporaryFolder()
  const random = seededRandom(seed).next
  let entries = 0
  let kills = 0
  while (entries < wanted) {
    const writers = origins.map((origin) =>
      startWriter('ledger-writer.ts', [folder, origin, String(kills * 10_000_000), 'fast']),
    )
    await Promise.all(writers.map(({ opened }) => opened))
    await new Promise((resolve) => setTimeout(resolve, 100 + random() * (wanted / 500)))
    await Promise.all(writers.map(killed))
    kills += 1
    // What the kills tore is cut back when a log is opened the next time.
    for (const signer of signers) await recovered(folder, signer)
    entries = verified(folder, 0).logs.reduce((sum, log) => sum + log.entries, 0)
  }
  context.diagnostic(`${entries} entries in ${kills} kills of 2 writers, seed ${seed}`)

  const changed = Math.floor(random() * 2)
  const log = join(folder, folderOf(origins[changed] ?? ''))
  const segments = readdirSync(log).filter((name) => name.endsWith('.segment'))
  const segment = join(log, segments[Math.floor(random() * segments.length)] ?? '')
  const bytes = readFileSync(segment)
  // Within the text of some entry, wherever it is.
  const text = bytes.indexOf('"drill":"n', Math.floor(random() * (bytes.length - 100_000)))
  assert.ok(text > 0)
  const at = text + '"drill":"n'.length
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(segment, bytes)
  const named = verified(folder, 1).logs.flatMap(({ problems }) => problems)
  assert.equal(named.length >= 1, true)
  assert.ok(Number.isSafeInteger(named[0]?.entry))
})

async function recovered(folder: string, signer: NoteSigner): Promise<void> {
  const ledger = await Ledger.open({
    root: folder,
    signer,
    files: nodeFiles,
    now: Date.now,
    after: (ms, then) => void setTimeout(then, ms),
    random: randomBytes,
  })
  await ledger.close()
}

function verified(folder: string, status: number): Verified {
  const ran = holdfast(['ledger', 'verify', folder, ...trust, '--format', 'json'])
  assert.equal(ran.status, status, `${ran.stdout}${ran.stderr}`)
  return JSON.parse(ran.stdout) as Verified
}
