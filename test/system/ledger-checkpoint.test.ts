import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderOf } from '../../src/ledger/index.ts'
import { startServer } from '../support/loopback-server.ts'
import { gatewayOrigin, organisation, recordEntries } from '../support/organisation.ts'
import { runHoldfast } from '../support/run-holdfast.ts'
import { git } from './holdfast.ts'

const log = folderOf(gatewayOrigin)
const headOf = (folder: string) =>
  readFileSync(join(folder, '.holdfast/ledger', log, 'checkpoint'), 'utf8')
const checkpoint = (folder: string, to: string) =>
  runHoldfast(['ledger', 'checkpoint', '--to', to], folder)

test('a folder gets the heads of all logs, and holds a ledger to them afterwards', async () => {
  const folder = organisation()
  await recordEntries(folder, 3)
  const head = headOf(folder)
  const done = await checkpoint(folder, 'file:kept')
  assert.equal(done.stdout, '1 checkpoints written to file:kept\n', done.stderr)
  const kept = join(folder, 'kept', `${log}.checkpoint`)
  assert.equal(readFileSync(kept, 'utf8'), head)
  await recordEntries(folder, 2)
  const verify = () => runHoldfast(['ledger', 'verify', '--witness', kept], folder)
  assert.equal((await verify()).status, 0)
  writeFileSync(kept, head.replace('\n3\n', '\n4\n'))
  const forged = await verify()
  assert.equal(forged.status, 1)
  assert.match(
    forged.stdout,
    /BAD {2}witness .*: the signature of `acme-freight\/holdfast\/gateway` does not hold/,
  )
})

test('a witness that says nothing of this ledger is told, not passed over', async () => {
  const [one, other] = [organisation(), organisation()]
  await recordEntries(one, 1)
  await recordEntries(other, 1)
  assert.equal((await checkpoint(other, 'file:kept')).status, 0)
  const kept = join(other, 'kept', `${log}.checkpoint`)
  writeFileSync(join(one, 'garbage'), 'nothing\n')
  const renamed = readFileSync(kept, 'utf8').replaceAll('gateway', 'gone')
  writeFileSync(join(one, 'gone'), renamed)
  const words = [kept, 'garbage', 'gone'].flatMap((file) => ['--witness', file])
  const found = await runHoldfast(['ledger', 'verify', ...words], one)
  assert.equal(found.status, 1)
  assert.match(found.stdout, /BAD {2}witness .*gateway\.checkpoint: no known key signed it/)
  assert.match(found.stdout, /BAD {2}witness garbage: it is no signed checkpoint/)
  assert.match(
    found.stdout,
    /BAD {2}witness gone: there is no log `acme-freight\/holdfast\/gone` in this ledger/,
  )
})

test('a repository gets a commit for each new head, and nothing else of it is committed', async () => {
  const folder = organisation()
  await recordEntries(folder, 1)
  const evidence = join(folder, 'evidence')
  mkdirSync(evidence)
  git(evidence, 'init', '--quiet')
  git(evidence, 'config', 'user.name', 'Test')
  git(evidence, 'config', 'user.email', 'test@example.invalid')
  git(evidence, 'config', 'commit.gpgsign', 'false')
  const done = await checkpoint(folder, 'git:evidence')
  assert.equal(done.status, 0, done.stderr)
  assert.equal(git(evidence, 'show', `HEAD:${log}.checkpoint`), headOf(folder))
  writeFileSync(join(evidence, 'notes'), 'of somebody else')
  git(evidence, 'add', 'notes')
  assert.equal((await checkpoint(folder, 'git:evidence')).status, 0, 'nothing new is no fault')
  assert.equal(git(evidence, 'rev-list', '--count', 'HEAD').trim(), '1')
  await recordEntries(folder, 1)
  assert.equal((await checkpoint(folder, 'git:evidence')).status, 0)
  assert.equal(git(evidence, 'rev-list', '--count', 'HEAD').trim(), '2')
  assert.equal(git(evidence, 'show', `HEAD:${log}.checkpoint`), headOf(folder))
  assert.equal(git(evidence, 'status', '--porcelain'), 'A  notes\n')
  const nowhere = await checkpoint(folder, 'git:nowhere')
  assert.equal(nowhere.status, 3)
  assert.match(nowhere.stderr, /HF_TOOL_FAILED: git in `nowhere`/)
})

test('a webhook gets the heads by POST', async () => {
  const server = await startServer((_, response) => void response.writeHead(204).end())
  const folder = organisation(server.host)
  await recordEntries(folder, 2)
  const done = await checkpoint(folder, `${server.address}/hook?token=secret`)
  assert.equal(done.status, 0, done.stderr)
  const [request] = server.received
  assert.equal(request?.method, 'POST')
  assert.equal(request?.path, '/hook?token=secret')
  assert.equal(request?.headers['content-type'], 'application/json')
  assert.deepEqual(JSON.parse(String(request?.body)), {
    kind: 'holdfast-checkpoints',
    checkpoints: [{ log, note: headOf(folder) }],
  })
})

test('a webhook in a private network that nobody declared is not reached, and a refusal is told', async () => {
  const server = await startServer((_, response) => void response.writeHead(500).end())
  const folder = organisation('127.0.0.1:1')
  await recordEntries(folder, 1)
  const httpsAddress = server.address.replace('http:', 'https:')
  const undeclared = await checkpoint(folder, `${httpsAddress}/?token=secret`)
  assert.equal(undeclared.status, 3)
  assert.match(
    undeclared.stderr,
    /HF_POST_FAILED: .*`127\.0\.0\.1` is no address of the public network/,
  )
  assert.doesNotMatch(undeclared.stderr, /secret/)
  assert.match(undeclared.stderr, /egress\.privateHosts/)
  assert.match((await checkpoint(folder, server.address)).stderr, /it is no https address/)
  assert.equal(server.received.length, 0)
  const config = join(folder, 'holdfast.yaml')
  writeFileSync(config, readFileSync(config, 'utf8').replace('127.0.0.1:1', '127.0.0.1'))
  const failed = await checkpoint(folder, server.address)
  assert.equal(failed.status, 3)
  assert.match(failed.stderr, /it answered 500/)
  assert.equal(server.received.length, 1)
})

test('another place, or a ledger without entries, is told', async () => {
  const folder = organisation()
  assert.match((await checkpoint(folder, 'file:kept')).stderr, /HF_FILE_READ: no log in/)
  await recordEntries(folder, 1)
  assert.match(
    (await checkpoint(folder, 'ftp://example')).stderr,
    /HF_USAGE: `--to ftp:\/\/example`/,
  )
  assert.ok(!existsSync(join(folder, 'kept')))
})
