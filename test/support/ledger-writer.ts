import { randomBytes } from 'node:crypto'
import { Ledger, nodeFiles, noteSigner } from '../../src/ledger/index.ts'
import type { EntryBody } from '../../src/schema/ledger-entry.ts'
import { privateKeyOf } from '../../src/ledger/note/signed-note.ts'

/**
 * A process that records until it is killed. Words: folder, origin, first number, mode. Prints each number once its
 * entry is durable (`strict`), or once it has been recorded (`prompt`); `fast` prints nothing and records as quickly as
 * the disk takes it.
 */
const [root = '', origin = '', first = '0', mode = 'strict'] = process.argv.slice(2)
const ledger = await Ledger.open({
  root,
  signer: noteSigner(origin, privateKeyOf(Buffer.alloc(32, 3))),
  files: nodeFiles,
  now: Date.now,
  after: (ms, then) => void setTimeout(then, ms),
  random: randomBytes,
})
process.stdout.write('open\n')

async function recordForever(step: number, from: number): Promise<never> {
  for (let number = from; ; number += step) {
    const entry: EntryBody = { kind: 'drill', by: [origin], drill: `n${number}`, event: 'counted' }
    if (mode === 'strict') {
      await ledger.recordDurable(entry)
    } else {
      ledger.record(entry)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    process.stdout.write(`${number}\n`)
  }
}

async function recordFast(start: number): Promise<never> {
  for (let number = start; ; number += 1) {
    ledger.record({ kind: 'drill', by: [origin], drill: `n${number}`, event: 'counted' })
    if (number % 256 !== 0) continue
    await ledger.room()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

if (mode === 'fast') await recordFast(Number(first))
const lanes = 4
await Promise.all(
  Array.from({ length: lanes }, (_, lane) => recordForever(lanes, Number(first) + lane)),
)
