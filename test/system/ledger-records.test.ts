import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, hash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  beginPeriod,
  folderOf,
  Ledger,
  nodeFiles,
  noteSigner,
  parseCheckpoint,
  parseVerifierKey,
  principalPseudonym,
  sealValue,
} from '../../src/ledger/index.ts'
import { verifyInclusion } from '../../src/ledger/merkle/proofs.ts'
import { leafHash } from '../../src/ledger/merkle/merkle-hash.ts'
import { openNote } from '../../src/ledger/note/signed-note.ts'
import type { EntryBody } from '../../src/schema/ledger-entry.ts'
import { holdfast, temporaryFolder } from './holdfast.ts'

/** An organisation with keys and a configuration, and nothing recorded yet. */
function organisation(rules = ''): string {
  const folder = temporaryFolder()
  const keys = holdfast(['ledger', 'keys', 'init', '--directory', 'keys'], { cwd: folder })
  assert.equal(keys.status, 0, keys.stderr)
  writeFileSync(
    join(folder, 'holdfast.yaml'),
    `version: 1\norganisation: { name: Acme Freight }\n${keys.stdout}${rules}`,
  )
  return folder
}

const origin = 'acme-freight/holdfast/gateway'
const ids = (folder: string) =>
  Buffer.from(readFileSync(join(folder, 'keys/ledger-ids.key'), 'utf8').trim(), 'base64')

/** What a gateway would have recorded on some days, one decision a day. */
async function recordDays(folder: string, days: readonly string[]): Promise<void> {
  let now = 0
  const key = createPrivateKey(readFileSync(join(folder, 'keys/ledger-signing.pem')))
  const ledger = await Ledger.open({
    root: join(folder, '.holdfast/ledger'),
    signer: noteSigner(origin, key),
    files: nodeFiles,
    now: () => now,
    after: (ms, then) => void setTimeout(then, ms),
    random: randomBytes,
  })
  const secret = ids(folder)
  for (const [index, day] of days.entries()) {
    now = Date.parse(`${day}T12:00:00Z`)
    const principal = index % 2 === 0 ? 'rivka' : 'tomás'
    ledger.record(decision(day, principalPseudonym({ ids: secret, contents: secret }, principal)))
  }
  await ledger.close()
}

function decision(day: string, principal: string): EntryBody {
  return {
    kind: 'decision',
    request: `request of ${day}`,
    principal,
    principalKind: 'person',
    class: null,
    workflow: 'pr-security-review',
    purpose: 'code-review',
    requestedModel: 'anthropic/claude-fable-5',
    servedModel: null,
    model: null,
    route: null,
    provider: null,
    countries: ['DE'],
    hop: 0,
    snapshot: '7',
    verdict: 'deny',
    reasons: ['authorisation-required'],
    directives: day < '2026' ? [] : ['us-bis-2026-06-12'],
    outcome: 'denied',
    tokens: null,
    startedAt: `${day}T12:00:00.000Z`,
    endedAt: null,
    requestDigest: null,
    answerDigest: null,
  }
}

test('keys are made once, readable by their owner alone, and never written over', () => {
  const folder = organisation()
  assert.equal(readdirSync(join(folder, 'keys')).length, 5)
  const again = holdfast(['ledger', 'keys', 'init', '--directory', 'keys'], { cwd: folder })
  assert.equal(again.status, 2)
  assert.match(again.stderr, /HF_FILE_EXISTS/)
  const inside = holdfast(['ledger', 'keys', 'init', '--directory', '.holdfast/keys'], {
    cwd: folder,
  })
  assert.equal(inside.status, 2)
  chmodSync(join(folder, 'keys/ledger-signing.pem'), 0o644)
  const open = holdfast(['ledger', 'hold', 'x', '--reference', 'y', '--by', 'z'], { cwd: folder })
  assert.match(open.stderr, /HF_KEY_INVALID: `ledger.signingKey`: others may read the key/)
})

test('entries are found by the name of a person, by directive, country and interval', async () => {
  const folder = organisation()
  await recordDays(folder, ['2026-06-10', '2026-06-12', '2026-06-14', '2026-06-16'])
  const search = (...words: readonly string[]) =>
    holdfast(['ledger', 'search', '--format', 'json', ...words], { cwd: folder })
      .stdout.split('\n')
      .filter((line) => line !== '')
      .map((line) =>
        (
          JSON.parse(line) as { content: { entry: { request: string } } }
        ).content.entry.request.slice(-5),
      )
  assert.deepEqual(search('--principal', 'rivka'), ['06-10', '06-14'])
  assert.deepEqual(search('--principal', 'nobody'), [])
  assert.deepEqual(search('--directive', 'us-bis-2026-06-12', '--country', 'DE').length, 4)
  assert.deepEqual(search('--from', '2026-06-12T00:00:00Z', '--to', '2026-06-16T00:00:00+02:00'), [
    '06-12',
    '06-14',
  ])
  const noZone = holdfast(['ledger', 'search', '--from', '2026-06-12'], { cwd: folder })
  assert.equal(noZone.status, 2)
  assert.match(noZone.stderr, /a time with its zone/)
})

test('an exported entry is proven by its own text, a proof and the signed checkpoint alone', async () => {
  const folder = organisation()
  await recordDays(folder, ['2026-06-10', '2026-06-12', '2026-06-14', '2026-06-16', '2026-06-17'])
  const lines = holdfast(['ledger', 'export'], { cwd: folder }).stdout.trim().split('\n')
  const [head, ...entries] = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const note = String(head?.['checkpoint'])
  const log = JSON.parse(
    readFileSync(join(folder, '.holdfast/ledger', folderOf(origin), 'log.json'), 'utf8'),
  ) as { keys: { verifier: string }[] }
  const verifier = parseVerifierKey(log.keys[0]?.verifier ?? '')
  assert.ok(verifier !== null)
  const opened = openNote(note, [verifier])
  assert.equal(opened.kind, 'verified')
  const checkpoint = opened.kind === 'verified' ? parseCheckpoint(opened.text) : null
  assert.ok(checkpoint !== null)
  assert.equal(entries.length, 5)
  for (const one of entries) {
    const proof = one['proof'] as { entry: number; treeSize: number; hashes: string[] }
    const hashes = proof.hashes.map((text) => Buffer.from(text, 'base64'))
    const leaf = leafHash(Buffer.from(String(one['content'])))
    assert.ok(verifyInclusion(leaf, proof.entry, proof.treeSize, hashes, checkpoint.root))
  }
})

test('pruning removes what nothing keeps, refuses what a hold or the rule keeps, and the ledger stays whole', async () => {
  const folder = organisation()
  await recordDays(folder, ['2019-01-01', '2019-01-02', '2019-01-03', '2026-06-14'])
  const run = (...words: readonly string[]) => holdfast(['ledger', ...words], { cwd: folder })
  assert.equal(
    run('hold', 'matter-7', '--principal', 'tomás', '--reference', 'a letter', '--by', 'counsel')
      .status,
    0,
  )
  const young = run('prune', '--before', '2026-12-01', '--by', 'records', '--dry-run')
  assert.match(young.stdout, /^2 contents could be removed/)
  assert.match(young.stderr, /1 kept: the rule of retention\n|2 kept: the hold `matter-7`/)
  const pruned = run('prune', '--before', '2020-01-01', '--by', 'records')
  assert.equal(pruned.status, 0, pruned.stderr)
  assert.match(pruned.stdout, /^2 contents removed/)
  const verified = run('verify')
  assert.equal(verified.status, 0, verified.stdout)
  assert.match(verified.stdout, /gateway: 5 entries, 5 signed, 2 removed by retention/)
  const held = run('prune', '--before', '2020-01-01', '--by', 'records')
  assert.equal(held.status, 2)
  assert.match(held.stderr, /HF_LEDGER_RETENTION/)
  assert.equal(run('release', 'matter-7', '--reference', 'closed', '--by', 'counsel').status, 0)
  assert.match(
    run('prune', '--before', '2020-01-01', '--by', 'records').stdout,
    /^1 contents removed/,
  )
  assert.equal(run('verify').status, 0)
  const left = run('search', '--to', '2020-01-01T00:00:00Z').stdout
  assert.equal(left, '', 'contents that were removed are not found any more')
  const bytes = readFileSync(
    join(folder, '.holdfast/ledger', folderOf(origin), '0000000000000000.segment'),
  )
  assert.ok(!bytes.includes('request of 2019-01-01'))
})

test('a hold takes no instant without a zone, and keeps the others in the form that compares', () => {
  const folder = organisation()
  const hold = (name: string, from: string) =>
    holdfast(['ledger', 'hold', name, '--from', from, '--reference', 'r', '--by', 'b'], {
      cwd: folder,
    })
  const noZone = hold('one', '2026-06-12')
  assert.equal(noZone.status, 2)
  assert.match(noZone.stderr, /HF_USAGE: --from `2026-06-12` is no instant/)
  assert.equal(hold('two', '2026-06-12T23:21:00+02:00').status, 0)
  const found = holdfast(['ledger', 'search', '--format', 'json'], { cwd: folder }).stdout
  assert.match(found, /"from":"2026-06-12T21:21:00\.000Z"/)
})

test('checkpoints go to a folder and to a git repository, and show a ledger that was put back', async () => {
  const folder = organisation()
  await recordDays(folder, ['2026-06-10', '2026-06-12'])
  const run = (...words: readonly string[]) => holdfast(['ledger', ...words], { cwd: folder })
  assert.equal(run('checkpoint', '--to', 'file:elsewhere').status, 0)
  const kept = join(folder, 'elsewhere', `${folderOf(origin)}.checkpoint`)
  assert.ok(existsSync(kept))
  assert.match(run('checkpoint', '--to', 'git:elsewhere').stderr, /HF_TOOL_FAILED/)
  const log = join(folder, '.holdfast/ledger', folderOf(origin))
  const before = new Map(readdirSync(log).map((name) => [name, readFileSync(join(log, name))]))
  await recordDays(folder, ['2026-06-14'])
  assert.equal(run('checkpoint', '--to', 'file:elsewhere').status, 0)
  for (const [name, bytes] of before) writeFileSync(join(log, name), bytes)
  assert.equal(run('verify').status, 0)
  const found = run('verify', '--witness', kept)
  assert.equal(found.status, 1)
  assert.match(found.stdout, /3 entries were signed, 2 are there/)
})

test('a witness in the configuration refuses to go on from an older copy', async () => {
  const folder = organisation('  witness: witness/seen\n')
  const run = (name: string) =>
    holdfast(['ledger', 'hold', name, '--reference', 'r', '--by', 'b'], { cwd: folder })
  assert.equal(run('one').status, 0)
  const log = join(folder, '.holdfast/ledger', folderOf('acme-freight/holdfast/cli'))
  const before = new Map(
    readdirSync(log)
      .filter((name) => name !== 'lock')
      .map((name) => [name, readFileSync(join(log, name))]),
  )
  assert.equal(run('two').status, 0)
  for (const [name, bytes] of before) writeFileSync(join(log, name), bytes)
  const refused = run('three')
  assert.equal(refused.status, 3)
  assert.match(refused.stderr, /HF_LEDGER_ROLLED_BACK: .* 2 entries were seen of it, 1 are there/)
})

test('a new key is handed over by the old one, and no other is taken for it', async () => {
  const folder = organisation()
  const run = (...words: readonly string[]) => holdfast(['ledger', ...words], { cwd: folder })
  assert.equal(run('hold', 'one', '--reference', 'r', '--by', 'b').status, 0)
  const log = join(folder, '.holdfast/ledger', folderOf('acme-freight/holdfast/cli'))
  const keysOf = () =>
    (
      JSON.parse(readFileSync(join(log, 'log.json'), 'utf8')) as { keys: { verifier: string }[] }
    ).keys.map((key) => key.verifier)
  const [oldKey = ''] = keysOf()
  assert.equal(run('keys', 'init', '--directory', 'keys-2').status, 0)
  const rotated = run('keys', 'rotate', '--new', 'keys-2/ledger-signing.pem', '--by', 'R. Adler')
  assert.equal(rotated.status, 0, rotated.stderr)
  const refused = run('hold', 'two', '--reference', 'r', '--by', 'b')
  assert.equal(refused.status, 3, 'a key that has handed over signs no more')
  const config = join(folder, 'holdfast.yaml')
  writeFileSync(
    config,
    readFileSync(config, 'utf8').replace(
      'file:keys/ledger-signing.pem',
      'file:keys-2/ledger-signing.pem',
    ),
  )
  assert.equal(run('hold', 'three', '--reference', 'r', '--by', 'b').status, 0)
  const whole = run('verify', '--key', oldKey)
  assert.equal(whole.status, 0, whole.stdout)
  for (const name of readdirSync(log).filter((one) => one.startsWith('retired-')))
    writeFileSync(join(log, name), readFileSync(join(log, 'checkpoint')))
  const stranger = run('verify', '--key', oldKey)
  assert.equal(stranger.status, 1)
  assert.match(stranger.stdout, /no key that you trust, and none that a trusted one handed over to/)
})

test('a sealed class is read by counsel alone, and by nobody once its key is destroyed', async () => {
  const folder = organisation('  retentionYears: 0\n')
  const run = (...words: readonly string[]) => holdfast(['ledger', ...words], { cwd: folder })
  const place = join(folder, '.holdfast/ledger')
  const counsel = createPublicKey(readFileSync(join(folder, 'keys/counsel-public.pem')))
  const period = await beginPeriod(place, nodeFiles, '2026-06/gateway-1', counsel, randomBytes)
  const sealed = sealValue('foreign-person-not-authorised', period, randomBytes)
  const day = decision('2026-06-14', `hmac:${'a'.repeat(64)}`)
  const key = createPrivateKey(readFileSync(join(folder, 'keys/ledger-signing.pem')))
  const ledger = await Ledger.open({
    root: place,
    signer: noteSigner(origin, key),
    files: nodeFiles,
    now: Date.now,
    after: (ms, then) => void setTimeout(then, ms),
    random: randomBytes,
  })
  assert.equal(day.kind, 'decision')
  if (day.kind === 'decision') ledger.record({ ...day, class: sealed })
  await ledger.close()
  assert.doesNotMatch(run('search').stdout, /foreign-person/)
  assert.match(
    run('search', '--counsel-key', 'keys/counsel-private.pem').stdout,
    /class: foreign-person-not-authorised/,
  )
  assert.equal(run('hold', 'h', '--reference', 'r', '--by', 'b').status, 0)
  const words = ['keys', 'destroy-period', '2026-06/gateway-1', '--reason', 'lifted', '--by', 'c']
  const held = run(...words)
  assert.equal(held.status, 2)
  assert.match(held.stderr, /HF_LEDGER_RETENTION[\s\S]*1 entries: the hold `h`/)
  assert.equal(run('release', 'h', '--reference', 'r', '--by', 'b').status, 0)
  assert.equal(run(...words).status, 0)
  assert.match(
    run('search', '--kind', 'decision', '--counsel-key', 'keys/counsel-private.pem').stdout,
    /class: cannot be opened/,
  )
  assert.match(
    run('search', '--kind', 'key-destruction').stdout,
    /key of 2026-06\/gateway-1 destroyed/,
  )
  assert.equal(run('verify').status, 0)
})

test('nothing that was recorded holds a name, and the digest of a name tells nothing without the key', async () => {
  const folder = organisation()
  await recordDays(folder, ['2026-06-10', '2026-06-12'])
  const log = join(folder, '.holdfast/ledger', folderOf(origin))
  for (const name of readdirSync(log)) {
    const bytes = readFileSync(join(log, name))
    for (const person of ['rivka', 'tomás']) {
      assert.ok(!bytes.includes(person), `${name} holds ${person}`)
      assert.ok(!bytes.includes(hash('sha256', person, 'hex')), `${name} holds a plain digest`)
    }
  }
})
