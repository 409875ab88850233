import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimulatedDisk } from '../../../test/support/simulated-disk.ts'
import type { LedgerEntry, EntryBody } from '../../schema/ledger-entry.ts'
import { LedgerLog } from '../log/ledger-log.ts'
import { LogFolder } from '../log/log-folder.ts'
import { noteSigner, privateKeyOf } from '../note/signed-note.ts'
import { verifyLedger } from '../verify/verify-ledger.ts'
import { canonicalJson } from '../../base/canonical-json.ts'
import { rangesOf, removeContents } from './remove-contents.ts'
import { keptBecause, RetentionBookKeeper } from './retention-rule.ts'

const hmac = (letter: string) => `hmac:${letter.repeat(64)}`
const id = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'

function entryAt(at: string, entry: EntryBody): LedgerEntry {
  return { id, at, entry }
}

function decisionAt(at: string, directives: string[], principal = hmac('a')): LedgerEntry {
  return entryAt(at, {
    kind: 'decision',
    request: 'request',
    principal,
    principalKind: 'person',
    class: null,
    workflow: null,
    purpose: 'other',
    requestedModel: 'anthropic/claude-fable-5',
    servedModel: null,
    model: null,
    route: null,
    provider: null,
    countries: [],
    hop: 0,
    snapshot: '1',
    verdict: 'deny',
    reasons: ['authorisation-required'],
    directives,
    outcome: 'denied',
    tokens: null,
    startedAt: at,
    endedAt: null,
    requestDigest: null,
    answerDigest: null,
  })
}

function lift(at: string): LedgerEntry {
  return entryAt(at, {
    kind: 'directive',
    change: 'lifted',
    directive: 'us-bis-2026-06-12',
    by: ['counsel'],
    source: 'a letter',
    before: null,
    after: null,
  })
}

function hold(at: string, change: 'placed' | 'released'): LedgerEntry {
  return entryAt(at, {
    kind: 'hold',
    hold: 'matter-7',
    change,
    selection: { principal: hmac('b') },
    reference: 'letter of 3 July',
    by: 'counsel',
  })
}

function bookOf(entries: readonly LedgerEntry[]) {
  const keeper = new RetentionBookKeeper()
  for (const one of entries) keeper.note(one)
  return keeper.book()
}

test('an entry is kept for five years, under a directive from the latest thing that happened under it', () => {
  const plain = decisionAt('2026-06-15T00:00:00.000Z', [])
  const touched = decisionAt('2026-06-15T00:00:00.000Z', ['us-bis-2026-06-12'])
  const book = bookOf([plain, touched, lift('2026-07-01T12:00:00.000Z')])
  const kept = (entry: LedgerEntry, now: string) => keptBecause(entry, book, 5, now)
  assert.deepEqual(kept(plain, '2031-06-14T23:59:59.999Z'), {
    kind: 'retention',
    until: '2031-06-15T00:00:00.000Z',
  })
  assert.equal(kept(plain, '2031-06-15T00:00:00.000Z'), null)
  assert.deepEqual(kept(touched, '2031-06-15T00:00:00.000Z'), {
    kind: 'retention',
    until: '2031-07-01T12:00:00.000Z',
  })
  assert.equal(kept(touched, '2031-07-01T12:00:00.000Z'), null)
})

test('a hold keeps what it selects until it is released, whatever its age', () => {
  const held = decisionAt('2020-01-01T00:00:00.000Z', [], hmac('b'))
  const other = decisionAt('2020-01-01T00:00:00.000Z', [], hmac('a'))
  const placed = hold('2026-07-03T00:00:00.000Z', 'placed')
  const now = '2026-11-24T00:00:00.000Z'
  const book = bookOf([held, other, placed])
  assert.deepEqual(keptBecause(held, book, 5, now), { kind: 'hold', hold: 'matter-7' })
  assert.equal(keptBecause(other, book, 5, now), null)
  const released = bookOf([held, other, placed, hold('2026-08-01T00:00:00.000Z', 'released')])
  assert.equal(keptBecause(held, released, 5, now), null)
  assert.deepEqual(keptBecause(placed, released, 5, '2099-01-01T00:00:00.000Z'), { kind: 'needed' })
})

test('removed contents leave the root as it was, and one that no entry explains is a problem', async () => {
  const disk = new SimulatedDisk()
  const signer = noteSigner('acme/one', privateKeyOf(Buffer.alloc(32, 3)))
  const folder = new LogFolder('ledger/one', disk)
  const settings = {
    folder,
    signer,
    now: () => 0,
    after: (_: number, then: () => void) => void setImmediate(then),
  }
  const log = await LedgerLog.open(settings)
  const old = Array.from({ length: 6 }, (_, index) =>
    decisionAt(`2020-01-01T00:00:0${index}.000Z`, [], hmac(index % 2 === 0 ? 'a' : 'b')),
  )
  for (const one of old) log.record(Buffer.from(canonicalJson(one)))
  await log.close()
  const root = log.head().root
  assert.deepEqual(rangesOf([0, 1, 2, 4]), [
    [0, 2],
    [4, 4],
  ])
  assert.equal(
    await removeContents(folder, [
      [1, 2],
      [4, 4],
    ]),
    3,
  )
  assert.equal(await removeContents(folder, [[1, 2]]), 0)
  const again = await LedgerLog.open(settings)
  assert.ok(again.head().root.equals(root))
  const verify = () =>
    verifyLedger({ root: 'ledger', files: ledgerFolder(disk), trusted: [signer] })
  const unexplained = await verify()
  assert.deepEqual(
    unexplained.logs[0]?.problems.map((one) => one.entry),
    [1, 2, 4],
  )
  const removal = entryAt('2026-11-24T00:00:00.000Z', {
    kind: 'removal',
    origin: 'acme/one',
    ranges: [
      [1, 2],
      [4, 4],
    ],
    rule: '5 years from the latest event',
    by: 'records@acme',
  })
  again.record(Buffer.from(canonicalJson(removal)))
  await again.close()
  const explained = await verify()
  assert.deepEqual(explained.logs[0]?.problems, [])
  assert.deepEqual(explained.logs[0]?.removed, [1, 2, 4])
})

/** The simulated disk knows no folders: the one log is told to be there. */
function ledgerFolder(disk: SimulatedDisk): SimulatedDisk {
  const names = disk.names.bind(disk)
  disk.names = (path) => (path === 'ledger' ? Promise.resolve(['one']) : names(path))
  return disk
}
