import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { seededRandom } from '../../bench/audit/seeded-random.ts'
import { decodeCache } from '../../src/audit/cache/cache-format.ts'
import { Register } from '../../src/schema/register.ts'
import { holdfast, root, startHoldfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** Disks that are full, read-only or cut off: what stood there stays whole, and the next run is like a first one. */

const seed = Number(process.env['HOLDFAST_KILL_SEED'] ?? 20_261_124)
const killRuns = Number(process.env['HOLDFAST_KILL_RUNS'] ?? 8)

function smallTree(files: number): string {
  const folder = temporaryFolder()
  const config = 'version: 1\norganisation: { name: Acme }\n'
  const call =
    'import openai\nopenai.chat.completions.create(model="gpt-4o", messages=[])\nFALLBACK = "claude-sonnet-4-5"\n'
  writeFiles(folder, {
    'holdfast.yaml': config,
    ...Object.fromEntries(
      Array.from({ length: files }, (_, index) => [
        `src/m${index}.py`,
        `${call}# ${index}\n`.repeat(1 + (index % 5)),
      ]),
    ),
  })
  return folder
}

const words = [
  'audit',
  'src',
  '--config',
  'holdfast.yaml',
  '--format',
  'json',
  '--quiet',
  '--as-of',
  '2026-11-24',
]
const cacheOf = (folder: string): string => join(folder, '.holdfast/cache/audit.cache')
const registerOf = (folder: string): string => join(folder, '.holdfast/register.json')

test('an output below a file or in a read-only folder is a fault that says so, and the old file stays', () => {
  const folder = smallTree(2)
  writeFiles(folder, { 'out/register.json': 'before' })
  const below = holdfast([...words, '--output', 'out/register.json/deeper.json'], { cwd: folder })
  assert.equal(below.status, 3)
  assert.match(
    below.stderr,
    /^error HF_FILE_WRITE: cannot write `out\/register\.json\/deeper\.json`/,
  )
  if (process.getuid?.() === 0) return
  chmodSync(join(folder, 'out'), 0o555)
  const denied = holdfast([...words, '--output', 'out/register.json'], { cwd: folder })
  assert.equal(denied.status, 3)
  assert.equal(readFileSync(join(folder, 'out/register.json'), 'utf8'), 'before')
  assert.deepEqual(readdirSync(join(folder, 'out')), ['register.json'])
})

test(
  'a full disk under stdout is a fault, not a short register',
  { skip: !existsSync('/dev/full') && 'no /dev/full here' },
  () => {
    const folder = smallTree(2)
    const ran = spawnSync(
      'sh',
      ['-c', '"$0" "$@" > /dev/full', process.execPath, join(root, 'bin/holdfast.mjs'), ...words],
      { cwd: folder, encoding: 'utf8' },
    )
    assert.equal(ran.status, 3)
    assert.match(ran.stderr, /^error HF_FILE_WRITE: /)
  },
)

test('an output that is a device is written into and one that is a link stays one', () => {
  const folder = smallTree(2)
  symlinkSync('/dev/null', join(folder, 'nothing'))
  symlinkSync('real.json', join(folder, 'link.json'))
  writeFiles(folder, { 'real.json': 'before' })
  assert.equal(holdfast([...words, '--output', 'nothing'], { cwd: folder }).status, 0)
  assert.ok(lstatSync('/dev/null').isCharacterDevice())
  assert.equal(holdfast([...words, '--output', 'link.json'], { cwd: folder }).status, 0)
  assert.ok(lstatSync(join(folder, 'link.json')).isSymbolicLink())
  Register.parse(JSON.parse(readFileSync(join(folder, 'real.json'), 'utf8')))
})

test('a cache that cannot be written costs a note and nothing else', () => {
  const folder = smallTree(4)
  const clean = holdfast([...words, '--no-cache'], { cwd: folder })
  mkdirSync(join(folder, '.holdfast'), { recursive: true })
  writeFileSync(join(folder, '.holdfast/cache'), 'a file where a folder should be')
  const ran = holdfast(
    words.filter((word) => word !== '--quiet'),
    { cwd: folder },
  )
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stderr, /note: the cache .* was not written/)
  assert.equal(ran.stdout, clean.stdout)
})

test('a cache damaged at any place changes nothing that is found', () => {
  const folder = smallTree(3)
  const clean = holdfast(words, { cwd: folder })
  assert.equal(clean.status, 0, clean.stderr)
  const whole = readFileSync(cacheOf(folder))
  const rules = whole.toString().split('\0')[1] ?? ''
  assert.ok((decodeCache(whole.toString(), rules)?.size ?? 0) >= 3)
  for (let at = 0; at < whole.length; at += 50) {
    const damaged = Buffer.from(whole)
    damaged[at] = (damaged[at] ?? 0) ^ 0x01
    assert.equal(decodeCache(damaged.toString(), rules), null, `byte ${at}`)
    assert.equal(decodeCache(whole.toString('utf8', 0, at), rules), null, `cut at ${at}`)
  }
  for (const at of [0, 40, whole.length >> 1, whole.length - 2]) {
    const damaged = Buffer.from(whole)
    damaged[at] = (damaged[at] ?? 0) ^ 0x01
    writeFileSync(cacheOf(folder), damaged)
    const ran = holdfast(words, { cwd: folder })
    assert.equal(ran.status, 0, ran.stderr)
    assert.equal(ran.stdout, clean.stdout, `byte ${at}`)
  }
})

test('killed at any moment, register and cache are whole or absent and the next run is like a clean one', async (context) => {
  const folder = smallTree(400)
  const clean = holdfast([...words, '--no-cache'], { cwd: folder }).stdout
  rmSync(join(folder, '.holdfast'), { recursive: true, force: true })
  const startedAt = performance.now()
  holdfast(words, { cwd: folder })
  const fullMs = performance.now() - startedAt
  const kept = readFileSync(registerOf(folder), 'utf8')
  const rules = readFileSync(cacheOf(folder), 'utf8').split('\0')[1] ?? ''
  const random = seededRandom(seed)
  let interrupted = 0
  for (let run = 0; run < killRuns; run += 1) {
    const told = `run ${run} of seed ${seed}`
    // By turns with what a run before left, and from nothing.
    if (run % 2 === 0) rmSync(join(folder, '.holdfast'), { recursive: true, force: true })
    const child = startHoldfast(words, folder)
    child.stdout.resume()
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>
    // Half of them near the end, where the files are written.
    const share = run % 4 < 2 ? random.next() : 0.7 + random.next() * 0.4
    await Promise.race([setTimeout(fullMs * share), ended])
    child.kill('SIGKILL')
    const [, signal] = await ended
    if (signal === 'SIGKILL') interrupted += 1
    if (existsSync(registerOf(folder)))
      assert.equal(readFileSync(registerOf(folder), 'utf8'), kept, told)
    if (existsSync(cacheOf(folder))) {
      assert.notEqual(decodeCache(readFileSync(cacheOf(folder), 'utf8'), rules), null, told)
    }
    if (run % 4 === 3) assert.equal(holdfast(words, { cwd: folder }).stdout, clean, told)
  }
  const last = holdfast(words, { cwd: folder })
  assert.equal(last.status, 0, last.stderr)
  assert.equal(last.stdout, clean)
  context.diagnostic(
    `seed ${seed}: ${interrupted} of ${killRuns} runs were killed before their end`,
  )
  assert.ok(killRuns < 4 || interrupted > 0, 'no run was interrupted')
})
