import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { openSync, readSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { segmentThreads } from '../../src/cli/segment-threads.ts'
import {
  folderOf,
  Ledger,
  nodeFiles,
  noteSigner,
  plainSegmentReader,
  verifyLedger,
} from '../../src/ledger/index.ts'
import { privateKeyOf } from '../../src/ledger/note/signed-note.ts'
import { holdfast, temporaryFolder } from './holdfast.ts'

const signer = noteSigner('acme.example/long', privateKeyOf(Buffer.alloc(32, 3)))
const log = (root: string) => join(root, folderOf(signer.name))

/** A ledger of several segments, the first of them long enough for a thread. */
async function longLedger(): Promise<string> {
  const root = temporaryFolder()
  const ledger = await Ledger.open({
    root,
    signer,
    files: nodeFiles,
    now: Date.now,
    after: (ms, then) => void setTimeout(then, ms),
    random: randomBytes,
  })
  const event = 'x'.repeat(200_000)
  for (let number = 0; number < 400; number += 1) {
    ledger.record({ kind: 'drill', by: ['a'], drill: `drill-${number}`, event })
    await ledger.room()
  }
  await ledger.close()
  return root
}

test('threads find what one thread finds, and the command names a changed byte in a long segment', async () => {
  const root = await longLedger()
  const path = join(log(root), '0000000000000000.segment')
  assert.ok(statSync(path).size > 64 * 2 ** 20)
  const reader = segmentThreads()
  after(() => reader.end())
  const verify = (other = {}) =>
    verifyLedger({ root, files: nodeFiles, trusted: [signer], ...other })
  const found = await verify({ reader })
  assert.ok(found.isWhole)
  assert.equal(found.logs[0]?.entries, 400)
  assert.deepEqual(found, await verify())

  const file = openSync(path, 'r+')
  const byte = Buffer.alloc(1)
  const at = 100 * 200_200
  readSync(file, byte, 0, 1, at)
  writeSync(file, Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at)
  const bad = await verify({ reader })
  const entry = bad.logs[0]?.problems[0]?.entry
  assert.ok(entry !== undefined && entry !== null && entry > 90 && entry < 101, `entry ${entry}`)
  assert.deepEqual(bad, await verify())
  const told = holdfast(['ledger', 'verify', root])
  assert.equal(told.status, 1)
  assert.match(told.stdout, new RegExp(`entry ${entry}: its checksum does not hold`))
})

test('what was asked of a thread that ended is read nevertheless', async () => {
  const path = join(log(await longLedger()), '0000000000000000.segment')
  const question = { path, firstEntry: 0, withSchema: false }
  const reader = segmentThreads(1)
  // The first is read in this thread.
  const all = [reader.read(question), reader.read(question), reader.read(question)]
  await new Promise((resolve) => setTimeout(resolve, 20))
  await reader.end()
  const { leaves: expected, ...others } = await plainSegmentReader(nodeFiles).read(question)
  for (const asked of all) {
    const { leaves, ...found } = await asked
    assert.ok(Buffer.from(leaves).equals(expected))
    assert.deepEqual(found, others)
  }
})
