import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { LedgerEntry, EntryBody } from '../../schema/ledger-entry.ts'
import { Ledger } from '../ledger.ts'
import { nodeFiles } from '../log/file-layer.ts'
import { noteSigner, privateKeyOf } from '../note/signed-note.ts'
import { LedgerIndex, type LedgerQuery } from './ledger-index.ts'

const start = Date.parse('2026-06-12T20:00:00.000Z')
const hmac = (letter: string) => `hmac:${letter.repeat(64)}`

/** A decision of the minute `minute`; every third of a second person, every fifth denied by the directive. */
function decision(minute: number): EntryBody {
  const isDenied = minute % 5 === 0
  return {
    kind: 'decision',
    request: `request-${minute}`,
    principal: hmac(minute % 3 === 0 ? 'b' : 'a'),
    principalKind: 'person',
    class: null,
    workflow: 'pr-security-review',
    purpose: 'code-review',
    requestedModel: 'anthropic/claude-fable-5',
    servedModel: isDenied ? null : 'qwen3',
    model: isDenied ? null : 'alibaba/qwen3-32b',
    route: isDenied ? null : 'rack-7',
    provider: isDenied ? null : 'self',
    countries: isDenied ? [] : ['DE'],
    hop: 0,
    snapshot: `snapshot-${Math.floor(minute / 50)}`,
    verdict: isDenied ? 'deny' : 'allow',
    reasons: [isDenied ? 'authorisation-required' : 'base-permit'],
    directives: isDenied ? ['us-bis-2026-06-12'] : [],
    outcome: isDenied ? 'denied' : 'failover',
    tokens: null,
    startedAt: new Date(start).toISOString(),
    endedAt: null,
    requestDigest: null,
    answerDigest: null,
  }
}

const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
after(() => rmSync(folder, { recursive: true, force: true }))

async function write(origin: string, entries: readonly EntryBody[], first: number): Promise<void> {
  let minute = first
  const ledger = await Ledger.open({
    root: folder,
    signer: noteSigner(origin, privateKeyOf(Buffer.alloc(32, 3))),
    files: nodeFiles,
    now: () => start + minute * 60_000,
    after: (ms, then) => void setTimeout(then, ms),
    random: randomBytes,
  })
  for (const entry of entries) {
    ledger.record(entry)
    minute += 1
  }
  await ledger.close()
}

const decisions = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => decision(from + index))

async function found(index: LedgerIndex, query: LedgerQuery): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = []
  for await (const one of index.search(query))
    entries.push(JSON.parse(one.content.toString()) as LedgerEntry)
  return entries
}

test('what is found is what a reading of all entries would find, also after more was written', async () => {
  await write('acme/one', decisions(0, 120), 0)
  await write('acme/two', decisions(120, 200), 120)
  const index = LedgerIndex.open(folder, nodeFiles)
  after(() => index.close())
  await index.update()
  await write('acme/one', decisions(200, 260), 200)
  await index.update()
  const all = decisions(0, 260).map((entry, minute) => ({ entry, minute }))
  const at = (minute: number) => new Date(start + minute * 60_000).toISOString()
  const isIn = (value: string, members: readonly (string | null)[]) => members.includes(value)
  const queries: readonly (readonly [LedgerQuery, (one: (typeof all)[number]) => boolean])[] = [
    [{}, () => true],
    [{ principal: hmac('b') }, ({ minute }) => minute % 3 === 0],
    [{ principal: hmac('c') }, () => false],
    [{ directive: 'us-bis-2026-06-12' }, ({ minute }) => minute % 5 === 0],
    [{ country: 'DE' }, ({ minute }) => minute % 5 !== 0],
    [{ model: 'alibaba/qwen3-32b' }, ({ minute }) => minute % 5 !== 0],
    [
      { reference: 'snapshot-2' },
      ({ minute }) => isIn('snapshot-2', [`snapshot-${Math.floor(minute / 50)}`]),
    ],
    [{ from: at(30), to: at(90) }, ({ minute }) => minute >= 30 && minute < 90],
    [
      { principal: hmac('a'), directive: 'us-bis-2026-06-12', from: at(100) },
      ({ minute }) => minute % 3 !== 0 && minute % 5 === 0 && minute >= 100,
    ],
    [{ kind: 'drill' }, () => false],
  ]
  for (const [query, isWanted] of queries) {
    const expected = all.filter(isWanted).map(({ minute }) => `request-${minute}`)
    const names = (await found(index, query)).map((one) =>
      one.entry.kind === 'decision' ? one.entry.request : '',
    )
    assert.deepEqual(names, expected, JSON.stringify(query))
  }
  assert.equal((await found(index, { limit: 7 })).length, 7)
})
