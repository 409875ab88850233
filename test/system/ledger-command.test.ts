import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderOf, Ledger, nodeFiles, noteSigner, verifierKeyText } from '../../src/ledger/index.ts'
import { privateKeyOf } from '../../src/ledger/note/signed-note.ts'
import { holdfast, root, temporaryFolder } from './holdfast.ts'

const signer = noteSigner('acme.example/gateway-1', privateKeyOf(Buffer.alloc(32, 3)))
const thief = noteSigner('acme.example/gateway-1', privateKeyOf(Buffer.alloc(32, 4)))

async function writtenLedger(entries: number): Promise<string> {
  const folder = temporaryFolder()
  const ledger = await Ledger.open({
    root: folder,
    signer,
    files: nodeFiles,
    now: Date.now,
    after: (ms, then) => void setTimeout(then, ms),
    random: randomBytes,
  })
  for (let number = 0; number < entries; number += 1)
    ledger.record({
      kind: 'drill',
      drill: `drill-${number}`,
      event: 'began',
      by: ['rivka', 'tomás'],
    })
  await ledger.close()
  return folder
}

function verifyInPython(folder: string, key: string): ReturnType<typeof spawnSync> {
  const script = join(root, 'test/support/verify_ledger.py')
  return spawnSync('python3', [script, folder, key], { encoding: 'utf8' })
}

const isWithoutPython = spawnSync('python3', ['--version']).status !== 0
const segmentName = '0000000000000000.segment'

test('a ledger as it was written is whole, and one changed byte is named', async () => {
  const ledger = await writtenLedger(50)
  const whole = holdfast(['ledger', 'verify', ledger, '--key', verifierKeyText(signer)])
  assert.equal(whole.status, 0, whole.stderr)
  assert.match(whole.stdout, /^whole {2}acme\.example\/gateway-1: 50 entries, 50 signed\n$/)
  const segment = join(ledger, folderOf(signer.name), segmentName)
  const bytes = readFileSync(segment)
  const at = bytes.indexOf('drill-31')
  bytes[at] = 'D'.charCodeAt(0)
  writeFileSync(segment, bytes)
  const bad = holdfast(['ledger', 'verify', ledger, '--format', 'json'])
  assert.equal(bad.status, 1)
  const found = JSON.parse(bad.stdout) as { logs: { problems: { entry: number }[] }[] }
  assert.equal(found.logs[0]?.problems[0]?.entry, 31)
})

test('keys from the folder itself are named as such, and a key of somebody else is refused', async () => {
  const ledger = await writtenLedger(3)
  const own = holdfast(['ledger', 'verify', ledger])
  assert.equal(own.status, 0)
  assert.ok(own.stdout.includes(verifierKeyText(signer)))
  const other = holdfast(['ledger', 'verify', ledger, '--key', verifierKeyText(thief)])
  assert.equal(other.status, 1)
  assert.match(other.stdout, /no key that you trust/)
})

test('an older copy that was put back is found by a checkpoint kept elsewhere', async () => {
  const longer = await writtenLedger(9)
  const witness = join(longer, folderOf(signer.name), 'checkpoint')
  const older = await writtenLedger(4)
  const found = holdfast(['ledger', 'verify', older, '--witness', witness])
  assert.equal(found.status, 1)
  assert.match(found.stdout, /entry 4: it is missing: 9 entries were signed, 4 are there/)
})

test('two never write to one log at a time', async () => {
  const folder = temporaryFolder()
  const open = () =>
    Ledger.open({
      root: folder,
      signer,
      files: nodeFiles,
      now: Date.now,
      after: (ms, then) => void setTimeout(then, ms),
      random: randomBytes,
    })
  const first = await open()
  await assert.rejects(open(), /another process writes to/)
  await first.close()
  await (await open()).close()
})

test('bad words are told with a code', () => {
  const nothing = holdfast(['ledger', 'verify', temporaryFolder()])
  assert.match(nothing.stderr, /HF_FILE_READ: there is no log in/)
  const key = holdfast(['ledger', 'verify', '.', '--key', 'package.json'])
  assert.equal(key.status, 2)
  assert.match(key.stderr, /HF_USAGE: `package.json` holds no public key/)
  const deep = holdfast(['ledger', 'keys', 'init'])
  assert.equal(deep.status, 2)
  assert.match(
    deep.stderr,
    /^error HF_USAGE: required option '--directory <folder>' not specified\n/,
  )
})

test(
  'a verifier in another language, written from the page of the format, says the same',
  { skip: isWithoutPython ? 'python3 is absent' : false },
  async () => {
    const ledger = await writtenLedger(37)
    const log = join(ledger, folderOf(signer.name))
    const whole = verifyInPython(log, verifierKeyText(signer))
    assert.equal(whole.stdout, '37 entries, 37 signed\n')
    assert.equal(whole.status, 0)
    assert.equal(verifyInPython(log, verifierKeyText(thief)).status, 1)
    const segment = join(log, segmentName)
    const bytes = readFileSync(segment)
    for (const at of [3, 20, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      writeFileSync(segment, changed)
      const found = verifyInPython(log, verifierKeyText(signer))
      assert.equal(found.status, 1, `byte ${at}`)
      assert.match(String(found.stdout), /^entry \d+: /)
    }
  },
)
