import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runTests } from '../../src/cli/tasks/run-tests.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * Tests of answered code in a container. With a stand-in of the engine: what it is told and what becomes of how it ends.
 * With a real one, where the machine has it and an image: that the limits hold.
 */

const image = `node@sha256:${'a'.repeat(64)}`

const standIn = `#!/bin/sh
printf '%s\\n' "$*" >> "$FAKE_LOG"
case "$1" in
  version) exit 0 ;;
  ps) echo 'leftover1 1000'; echo 'running1 99999999999'; exit 0 ;;
  rm) exit 0 ;;
  run) echo 'said by the tests'; exit "$FAKE_EXIT" ;;
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
function checkWith(exit: number) {
  const folder = temporaryFolder()
  writeFiles(folder, {
    'bin/docker': standIn,
    'tasks/task-set.json': JSON.stringify(taskSet),
    'tasks/tasks.jsonl': JSON.stringify(task),
  })
  chmodSync(join(folder, 'bin/docker'), 0o755)
  const log = join(folder, 'log')
  const environment = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    FAKE_LOG: log,
    FAKE_EXIT: String(exit),
  }
  const { stdout } = holdfast(['tasks', 'check', 'tasks', '--grade'], { cwd: folder, environment })
  return { told: readFileSync(log, 'utf8').trim().split('\n'), stdout }
}

test('the engine is told every limit, and what should have ended long ago is removed first', () => {
  const { told, stdout } = checkWith(0)
  assert.match(stdout, /1 known answers graded, 0 of them wrongly/)
  assert.equal(told[0], 'version')
  assert.match(told[1] ?? '', /^ps --all --filter label=holdfast\.tests\.until /)
  assert.equal(told[2], 'rm --force leftover1')
  const run = told[3] ?? ''
  for (const words of [
    'run --rm --name holdfast-tests-',
    '--label holdfast.tests.until=',
    '--pull never',
    '--network none',
    '--read-only',
    'target=/input,readonly',
    '--memory 492m --memory-swap 492m',
    '--cpus 1',
    '--pids-limit 64',
    '--cap-drop ALL',
    '--security-opt no-new-privileges',
    '--user 65534:65534',
    `--entrypoint sh ${image} -c `,
    'exec timeout -s KILL "$@" sh 5 node --max-old-space-size=300 t.mjs',
  ])
    assert.ok(run.includes(words), `${words} is not in ${run}`)
})

test('tests that fail are a failure; an engine or an image that cannot is no verdict', () => {
  assert.match(checkWith(1).stdout, /1 known answers graded, 1 of them wrongly/)
  assert.match(checkWith(125).stdout, /could not be run: said by the tests/)
})

const pinned = pinnedImage()

test(
  'with a real engine: no network, no writing outside, nobody, and an end in time',
  { skip: pinned === null ? 'no container engine with an image of Node by digest is here' : false },
  async () => {
    assert.ok(pinned !== null)
    const ended = async (code: string, seconds = 20) => {
      const job = { program: 'node', testFile: 't.mjs', seconds, memoryMiB: 128 } as const
      return await runTests({ ...job, files: { 't.mjs': code }, container: pinned })
    }
    assert.equal((await ended('1 + 1')).ended, 'passed')
    assert.equal((await ended('process.exit(3)')).ended, 'failed')
    assert.equal((await ended('for (;;) {}', 2)).ended, 'out-of-time')
    const inside = `
import { readFileSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
if (process.getuid() !== 65534) throw new Error('user')
if (Object.keys(networkInterfaces()).some((name) => name !== 'lo')) throw new Error('network')
writeFileSync('own.txt', 'x')
for (const place of ['/input/x', '/etc/x']) {
  let isRefused = false
  try { writeFileSync(place, 'x') } catch { isRefused = true }
  if (!isRefused) throw new Error(place)
}
`
    const run = await ended(inside)
    assert.equal(run.ended, 'passed', run.output)
  },
)

/** An image of Node that is there, by its digest. */
function pinnedImage(): string | null {
  for (const engine of ['docker', 'podman']) {
    const words = ['images', '--digests', '--format', '{{.Repository}}@{{.Digest}}']
    const { status, stdout } = spawnSync(engine, words, { encoding: 'utf8', timeout: 10_000 })
    if (status !== 0) continue
    const found = stdout.split('\n').find((line) => /(?:^|\/)node@sha256:[0-9a-f]{64}$/.test(line))
    if (found !== undefined) return found
  }
  return null
}
