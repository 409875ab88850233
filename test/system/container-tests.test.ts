import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runTests } from '../../src/cli/tasks/run-tests.ts'
import { containerHere } from '../support/container-image.ts'
import { holdfast, root, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * Tests of answered code in a container. With a stand-in of the engine: what it is told and what becomes of how it ends.
 * With a real one, where the machine has it and an image: that the limits hold.
 */

const image = `node@sha256:${'a'.repeat(64)}`

const standIn = `#!/bin/sh
printf '%s\\n' "$*" >> "$FAKE_LOG"
case "$1" in
  version) exit 0 ;;
  info) echo "\${FAKE_LIMITS:-true true}" ;;
  ps) echo 'holdfast-tests-1000-a'; echo 'holdfast-tests-99999999999-b'; echo 'my-holdfast-tests-1-c'; exit 0 ;;
  rm) exit 0 ;;
  run) [ "$FAKE_EXIT" = 125 ] || echo 'holdfast: the tests begin'; echo 'said by the tests'; exit "$FAKE_EXIT" ;;
esac
`

const taskSet = {
  schemaVersion: 1,
  id: 'fix',
  title: 'Fixes',
  task: 'code-generation',
  licence: 'proprietary',
  provenance: { kind: 'synthetic' },
  graders: [
    {
      grader: 'tests',
      program: 'node',
      answerFile: 'a.mjs',
      testFile: 't.mjs',
      files: { 't.mjs': "import './a.mjs'" },
      seconds: 5,
      memoryMiB: 300,
      container: image,
    },
  ],
}
const task = {
  id: 'one',
  request: { messages: [{ role: 'user', content: 'Write nothing.' }] },
  knownGood: ['```js\\n1\\n```'],
}

/** What the stand-in was told, a line each, and what `tasks check` says. */
function checkWith(exit: number, limits = 'true true') {
  const folder = temporaryFolder()
  writeFiles(folder, {
    'bin/docker': standIn,
    'tasks/task-set.json': JSON.stringify(taskSet),
    'tasks/tasks.jsonl': JSON.stringify(task),
  })
  // One of the machine is not taken instead.
  writeFiles(folder, { 'bin/podman': '#!/bin/sh\nexit 1\n' })
  for (const engine of ['docker', 'podman']) chmodSync(join(folder, 'bin', engine), 0o755)
  const log = join(folder, 'log')
  const environment = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    FAKE_LOG: log,
    FAKE_EXIT: String(exit),
    FAKE_LIMITS: limits,
  }
  const { stdout } = holdfast(['tasks', 'check', 'tasks', '--grade'], { cwd: folder, environment })
  return { told: readFileSync(log, 'utf8').trim().split('\n'), stdout }
}

test('the engine is told every limit, and what should have ended long ago is removed first', () => {
  const { told, stdout } = checkWith(0)
  assert.match(stdout, /1 known answers graded, 0 of them wrongly/)
  assert.equal(told[0], 'version')
  assert.match(told[1] ?? '', /^info --format /)
  assert.match(told[2] ?? '', /^ps --all --filter name=holdfast-tests- /)
  assert.equal(told[3], 'rm --force holdfast-tests-1000-a')
  const run = told.slice(4).join(' ')
  for (const words of [
    'run --rm --name holdfast-tests-',
    '--pull never',
    '--network none',
    '--read-only',
    'target=/holdfast-input,readonly',
    '--memory 492m --memory-swap 492m',
    '--cpus 1',
    '--pids-limit 64',
    '--cap-drop ALL',
    '--security-opt no-new-privileges',
    '--user 65534:65534',
    '--log-driver none',
    '--stop-signal KILL',
    `--entrypoint sh ${image} -c `,
    'timeout -s KILL "$@"',
    'sh 5 node --max-old-space-size=300 t.mjs',
  ])
    assert.ok(run.includes(words), `${words} is not in ${run}`)
})

test('tests that fail are a failure; an engine or an image that cannot is no verdict', () => {
  assert.match(checkWith(1).stdout, /1 known answers graded, 1 of them wrongly/)
  assert.match(checkWith(125).stdout, /could not be run: said by the tests/)
  const unlimited = checkWith(0, 'true false')
  assert.ok(unlimited.told.every((words) => !words.startsWith('run ')))
  assert.match(unlimited.stdout, /`docker` does not hold limits on memory and processes here/)
})

const here = await containerHere()
const skip = typeof here === 'string' ? here : false
const { engine, image: realImage } = typeof here === 'string' ? { engine: '', image: '' } : here

async function ran(code: string, seconds = 20) {
  const files = { 't.mjs': code }
  const job = { program: 'node', testFile: 't.mjs', seconds, memoryMiB: 128, files } as const
  return await runTests({ ...job, container: realImage })
}

test('with a real engine: every way to end is told apart', { skip }, async () => {
  assert.deepEqual(await ran('1 + 1'), { ended: 'passed', output: '' })
  assert.deepEqual(await ran("console.log('said'); process.exit(3)"), {
    ended: 'failed',
    output: 'said\n',
  })
  // By these codes engines say that they could not: tests cannot.
  for (const code of [125, 127]) assert.equal((await ran(`process.exit(${code})`)).ended, 'failed')
  assert.equal((await ran('for (;;) {}', 1)).ended, 'out-of-time')
  assert.equal(
    (await ran('const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))')).ended,
    'out-of-memory',
  )
  const noSuch = `localhost/holdfast-none@sha256:${'0'.repeat(64)}`
  const job = { program: 'node', testFile: 't.mjs', seconds: 5, memoryMiB: 128, files: {} } as const
  assert.equal((await runTests({ ...job, container: noSuch })).ended, 'broken')
  const nothing = await runTests({ ...job, container: realImage })
  assert.equal(nothing.ended, 'failed', 'there is no such file')
})

test(
  'with a real engine: nobody, without rights, network, host or a place to write',
  { skip },
  async () => {
    process.env['HOLDFAST_TEST_SECRET'] = 'seen'
    const run = await ran(`
import assert from 'node:assert'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
assert.equal(process.getuid(), 65534)
assert.deepEqual(process.getgroups(), [65534])
assert.equal(process.env.HOLDFAST_TEST_SECRET, undefined)
assert.deepEqual(Object.keys(networkInterfaces()).filter((name) => name !== 'lo'), [])
const status = readFileSync('/proc/self/status', 'utf8')
for (const line of [/^CapEff:\\t0{16}$/m, /^CapBnd:\\t0{16}$/m, /^NoNewPrivs:\\t1$/m])
  assert.match(status, line)
assert.match(readFileSync('/proc/self/limits', 'utf8'), /^Max core file size +0 +0 /m)
assert.equal(existsSync(${JSON.stringify(import.meta.filename)}), false)
const processes = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))
assert.ok(processes.length < 6, processes.join())
writeFileSync('own.txt', 'x')
for (const place of ['/holdfast-input/t.mjs', '/etc/x', '/x', '/proc/sys/kernel/hostname'])
  assert.throws(() => writeFileSync(place, 'x'), place)
// What it may write lies in memory, and is bounded.
assert.throws(() => writeFileSync('large', Buffer.alloc(65 << 20)), { code: 'ENOSPC' })
`)
    assert.deepEqual(run, { ended: 'passed', output: '' })
  },
)

test('with a real engine: no flood of processes or words outlives its time', { skip }, async () => {
  const flood = await ran(
    `
import { spawn } from 'node:child_process'
let refused = 0
for (let count = 0; count < 100; count += 1)
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
    .on('error', () => { refused += 1 })
setTimeout(() => { console.log(refused > 0 ? 'refused' : 'let') }, 10)
`,
    3,
  )
  assert.equal(flood.ended, 'out-of-time')
  assert.match(flood.output, /^refused$/m)
  const words = await ran(
    "import { writeSync } from 'node:fs'\nfor (;;) writeSync(1, 'x'.repeat(65536))",
    1,
  )
  assert.equal(words.ended, 'out-of-time')
  assert.ok(words.output.length <= 64 * 1024)
  // It stops the clock that is to end it.
  const stopped = await ran(
    "process.kill(process.ppid, 'SIGSTOP')\nfor (const pid of [2, 3, 4, 5, 6, 7, 8]) if (pid !== process.pid) try { process.kill(pid, 'SIGSTOP') } catch {}\nsetInterval(() => {}, 1000)",
    1,
  )
  assert.equal(stopped.ended, 'out-of-time')
  const list = ['ps', '--all', '--filter', 'name=holdfast-tests-', '--format', '{{.Names}}']
  const { stdout } = spawnSync(engine, list, { encoding: 'utf8' })
  assert.equal(stdout, '')
})

test('with a real engine: what an earlier holdfast left is removed', { skip }, () => {
  const leave = (until: number) => {
    const name = `holdfast-tests-${until}-${process.pid}`
    const words = ['run', '--detach', '--name', name, '--stop-signal', 'KILL', '--network', 'none']
    const command = [
      '--entrypoint',
      'sh',
      realImage,
      '-c',
      'exec node -e "setInterval(() => {}, 1000)"',
    ]
    const { status, stderr } = spawnSync(engine, [...words, ...command], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    return name
  }
  const names = [leave(1000), leave(99_999_999_999)]
  try {
    const script = `
import { runTests } from ${JSON.stringify(join(root, 'src/cli/tasks/run-tests.ts'))}
const files = { 't.mjs': '' }
const job = { program: 'node', testFile: 't.mjs', seconds: 20, memoryMiB: 128, files }
console.log((await runTests({ ...job, container: '${realImage}' })).ended)`
    const run = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      encoding: 'utf8',
    })
    assert.equal(run.stdout, 'passed\n', run.stderr)
    const words = ['ps', '--all', '--filter', `name=${process.pid}`, '--format', '{{.Names}}']
    assert.equal(spawnSync(engine, words, { encoding: 'utf8' }).stdout, `${names[1]}\n`)
  } finally {
    spawnSync(engine, ['rm', '--force', ...names])
  }
})
