import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
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
import {
  holdfast,
  type Outcome,
  root,
  startHoldfast,
  temporaryFolder,
  writeFiles,
} from './holdfast.ts'

/** Disks that are full, read-only or cut off: what stood there stays whole, and the next run is like a first one. */

const seed = Number(process.env['HOLDFAST_KILL_SEED'] ?? 20_261_124)
const killRuns = Number(process.env['HOLDFAST_KILL_RUNS'] ?? 5)

function smallTree(files: number): string {
  const folder = temporaryFolder()
  const config = 'version: 1\norganisation: { name: Acme }\naudit: { roots: [src] }\n'
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

const words = ['audit', '--config', 'holdfast.yaml', '--format', 'json', '--quiet']
const cacheFolder = temporaryFolder()

/** The one cache there is: each test begins by removing it. */
function cacheFile(): string | null {
  const folder = join(cacheFolder, 'holdfast')
  if (!existsSync(folder)) return null
  const name = readdirSync(folder).find((one) => one.endsWith('.cache'))
  return name === undefined ? null : join(folder, name)
}

function removeCache(): void {
  rmSync(join(cacheFolder, 'holdfast'), { recursive: true, force: true })
}

function run(folder: string, given: readonly string[]): Outcome {
  return holdfast(given, { cwd: folder, environment: { XDG_CACHE_HOME: cacheFolder } })
}
const registerOf = (folder: string): string => join(folder, '.holdfast/register.json')

test('an output below a file or in a read-only folder is a fault that says so, and the old file stays', () => {
  const folder = smallTree(2)
  writeFiles(folder, { 'out/register.json': 'before' })
  const below = run(folder, [...words, '--output', 'out/register.json/deeper.json'])
  assert.equal(below.status, 3)
  assert.match(
    below.stderr,
    /^error HF_FILE_WRITE: cannot write `out\/register\.json\/deeper\.json`/,
  )
  if (process.getuid?.() === 0) return
  chmodSync(join(folder, 'out'), 0o555)
  const denied = run(folder, [...words, '--output', 'out/register.json'])
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
  assert.equal(run(folder, [...words, '--output', 'nothing']).status, 0)
  assert.ok(lstatSync('/dev/null').isCharacterDevice())
  assert.equal(run(folder, [...words, '--output', 'link.json']).status, 0)
  assert.ok(lstatSync(join(folder, 'link.json')).isSymbolicLink())
  Register.parse(JSON.parse(readFileSync(join(folder, 'real.json'), 'utf8')))
})

test('a cache that cannot be written costs a note and nothing else', () => {
  const folder = smallTree(4)
  const clean = run(folder, [...words, '--no-cache'])
  removeCache()
  writeFileSync(join(cacheFolder, 'holdfast'), 'a file where a folder should be')
  const ran = run(
    folder,
    words.filter((word) => word !== '--quiet'),
  )
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stderr, /note: the cache .* was not written/)
  assert.equal(ran.stdout, clean.stdout)
  removeCache()
})

test('a cache damaged at any place changes nothing that is found', () => {
  const folder = smallTree(3)
  removeCache()
  const clean = run(folder, words)
  assert.equal(clean.status, 0, clean.stderr)
  const cache = cacheFile()
  assert.ok(cache !== null)
  const whole = readFileSync(cache)
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
    writeFileSync(cache, damaged)
    const ran = run(folder, words)
    assert.equal(ran.status, 0, ran.stderr)
    assert.equal(ran.stdout, clean.stdout, `byte ${at}`)
  }
})

test('killed at any moment, register and cache are whole or absent and the next run is like a clean one', async (context) => {
  const folder = smallTree(150)
  const clean = run(folder, [...words, '--no-cache']).stdout
  removeCache()
  const startedAt = performance.now()
  run(folder, words)
  const fullMs = performance.now() - startedAt
  const kept = readFileSync(registerOf(folder), 'utf8')
  const rules = readFileSync(cacheFile() ?? '', 'utf8').split('\0')[1] ?? ''
  const random = seededRandom(seed)
  let interrupted = 0
  for (let index = 0; index < killRuns; index += 1) {
    const told = `run ${index} of seed ${seed}`
    // By turns with what a run before left, and from nothing.
    if (index % 2 === 0) {
      removeCache()
      rmSync(join(folder, '.holdfast'), { recursive: true, force: true })
    }
    const child = spawn(process.execPath, [join(root, 'bin/holdfast.mjs'), ...words], {
      cwd: folder,
      env: { ...process.env, XDG_CACHE_HOME: cacheFolder },
      stdio: 'ignore',
    })
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>
    // Half of them near the end, where the files are written.
    const share = index % 4 < 2 ? random.next() * 0.8 : 0.5 + random.next() * 0.4
    await Promise.race([setTimeout(fullMs * share), ended])
    child.kill('SIGKILL')
    const [, signal] = await ended
    if (signal === 'SIGKILL') interrupted += 1
    if (existsSync(registerOf(folder)))
      assert.equal(readFileSync(registerOf(folder), 'utf8'), kept, told)
    const cache = cacheFile()
    if (cache !== null) assert.notEqual(decodeCache(readFileSync(cache, 'utf8'), rules), null, told)
    if (index % 4 === 3) assert.equal(run(folder, words).stdout, clean, told)
  }
  const last = run(folder, words)
  assert.equal(last.status, 0, last.stderr)
  assert.equal(last.stdout, clean)
  context.diagnostic(
    `seed ${seed}: ${interrupted} of ${killRuns} runs were killed before their end`,
  )
  assert.ok(killRuns < 5 || interrupted > 0, 'no run was interrupted')
})

test('interrupted at any moment, what is written is valid and says whether it is partial', async (context) => {
  const folder = smallTree(600)
  const startedAt = performance.now()
  run(folder, [...words, '--no-cache'])
  const fullMs = performance.now() - startedAt
  const random = seededRandom(seed)
  const output = join(folder, 'out.json')
  let partial = 0
  for (let index = 0; index < Math.ceil(killRuns / 2); index += 1) {
    const told = `run ${index} of seed ${seed}`
    rmSync(output, { force: true })
    const child = spawn(
      process.execPath,
      [join(root, 'bin/holdfast.mjs'), ...words, '--no-cache', '--output', output],
      { cwd: folder, env: { ...process.env, XDG_CACHE_HOME: cacheFolder }, stdio: 'ignore' },
    )
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>
    await Promise.race([setTimeout(fullMs * (0.2 + random.next() * 0.8)), ended])
    child.kill('SIGINT')
    const [code, signal] = await ended
    // Before the audit began there is nothing to keep.
    if (signal === 'SIGINT' && !existsSync(output)) continue
    const register = Register.parse(JSON.parse(readFileSync(output, 'utf8')))
    // Behind its end there is nothing more to keep: all of it is there.
    if (signal === 'SIGINT') {
      assert.ok(!register.partial, told)
      continue
    }
    assert.equal(code, register.partial ? 130 : 0, told)
    if (register.partial) partial += 1
  }
  context.diagnostic(`seed ${seed}: ${partial} registers were partial`)
})

test('a reader that goes away is no error, also for help and for notes', async () => {
  for (const given of [['help', 'simulate'], ['timeline'], ['--version'], ['nonsense']]) {
    const running = startHoldfast(given, temporaryFolder())
    running.stdout.destroy()
    let told = ''
    running.stderr.on('data', (chunk: Buffer) => (told += String(chunk)))
    const [status] = (await once(running, 'close')) as [number | null]
    assert.equal(status, given[0] === 'nonsense' ? 2 : 0, given.join(' '))
    assert.doesNotMatch(told, /EPIPE|\n {4}at /)
  }
  const deaf = startHoldfast(['nonsense'], temporaryFolder())
  deaf.stderr.destroy()
  const [status] = (await once(deaf, 'close')) as [number | null]
  assert.equal(status, 2)
})
