import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { folderOf, Ledger, nodeFiles, noteSigner } from '../../src/ledger/index.ts'
import { gatewayOrigin, organisation, recordEntries } from '../support/organisation.ts'
import { holdfast } from './holdfast.ts'

const commandsOrigin = 'acme-freight/holdfast/cli'
const segment = '0000000000000000.segment'

/** Three entries that are old enough to go, and a hold over all of them in a log of its own. */
async function heldLedger(witness = false) {
  const folder = organisation()
  if (witness) {
    const config = join(folder, 'holdfast.yaml')
    const text = readFileSync(config, 'utf8').replace('ledger:\n', 'ledger:\n  witness: seen\n')
    writeFileSync(config, text)
  }
  await recordEntries(folder, 3, () => Date.parse('2019-01-01T00:00:00Z'))
  const run = (...words: readonly string[]) => holdfast(['ledger', ...words], { cwd: folder })
  const root = join(folder, '.holdfast/ledger')
  return {
    run,
    root,
    place: (name: string) =>
      assert.equal(run('hold', name, '--reference', 'a letter', '--by', 'counsel').status, 0),
    prune: () => run('prune', '--before', '2020-01-01', '--by', 'records'),
    gateway: join(root, folderOf(gatewayOrigin)),
    commands: join(root, folderOf(commandsOrigin)),
    left: () =>
      readFileSync(join(root, folderOf(gatewayOrigin), segment), 'utf8').match(/drill-\d/g),
  }
}

function assertRefused(result: ReturnType<typeof holdfast>, reason: RegExp): void {
  assert.equal(result.status, 3, result.stdout)
  assert.match(
    result.stderr,
    /HF_LEDGER_DAMAGED: the ledger does not verify, so nothing is destroyed/,
  )
  assert.match(result.stderr, reason)
}

test('one changed byte in the log of holds keeps everything from being removed', async () => {
  const { place, prune, run, commands, left } = await heldLedger()
  place('matter-7')
  const path = join(commands, segment)
  const bytes = readFileSync(path)
  const at = bytes.indexOf('placed')
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
  run('search')
  assertRefused(prune(), /acme-freight\/holdfast\/cli: entry 0: its checksum does not hold/)
  assert.equal(left()?.length, 3)
})

test('a log of holds that another key signed is none', async () => {
  const { place, prune, root, commands, left } = await heldLedger()
  place('matter-7')
  rmSync(commands, { recursive: true })
  const ledger = await Ledger.open({
    root,
    signer: noteSigner(commandsOrigin, generateKeyPairSync('ed25519').privateKey),
    files: nodeFiles,
    now: Date.now,
    after: (ms, then) => void setTimeout(then, ms),
    random: randomBytes,
  })
  ledger.record({ kind: 'drill', drill: 'none', event: 'began', by: ['thief'] })
  await ledger.close()
  assertRefused(prune(), /cli: the key of holdfast\.yaml did not sign it/)
  assert.equal(left()?.length, 3)
})

test('with a witness, a log of holds that is older than it was, or gone, is noticed', async () => {
  const { place, prune, root, commands, left } = await heldLedger(true)
  place('matter-6')
  const copy = join(root, '../copy')
  cpSync(commands, copy, { recursive: true })
  place('matter-7')
  rmSync(commands, { recursive: true })
  assertRefused(prune(), /cli, which tells of holds, is not here and was seen before/)
  cpSync(copy, commands, { recursive: true })
  assertRefused(prune(), /cli: entry 1: it is missing: 2 entries were signed, 1 are there/)
  assert.equal(left()?.length, 3)
})

test('a hold counts though somebody took it out of the index', async () => {
  const { place, prune, run, root, left } = await heldLedger()
  place('matter-7')
  assert.equal(run('search').status, 0)
  const index = new DatabaseSync(join(root, 'index.sqlite'))
  index.exec(
    "DELETE FROM entry WHERE kind = (SELECT id FROM word WHERE text = 'kind' || char(0) || 'hold')",
  )
  assert.equal(run('search', '--kind', 'hold').stdout, '')
  index.close()
  const refused = prune()
  assert.equal(refused.status, 2)
  assert.match(refused.stderr, /3 kept: the hold `matter-7`[^]*HF_LEDGER_RETENTION/)
  assert.equal(left()?.length, 3)
})

test('what another process has half written behind all that is signed keeps nothing from being removed', async () => {
  const { place, run, prune, commands, left } = await heldLedger()
  place('matter-7')
  assert.equal(run('release', 'matter-7', '--reference', 'closed', '--by', 'counsel').status, 0)
  appendFileSync(join(commands, segment), Buffer.from([0, 0, 1, 0, 7]))
  const pruned = prune()
  assert.equal(pruned.status, 0, pruned.stderr)
  assert.match(pruned.stdout, /^3 contents removed/)
  assert.equal(left(), null)
})
