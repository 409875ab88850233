import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTaskSet } from '../../src/cli/tasks/read-task-set.ts'
import { canIsolate } from '../../src/cli/tasks/isolation.ts'
import { runTests } from '../../src/cli/tasks/run-tests.ts'
import { answerOfTask, gradeAnswer, type TestJob } from '../../src/qualification/index.ts'
import { root } from './holdfast.ts'

const { tasks } = await readTaskSet('secure-fix')

test(
  'secure-fix: every good fix passes its tests, and the vulnerable original and every weak fix fail',
  { concurrency: 2 },
  async () => {
    const jobs = tasks.flatMap((task) =>
      (['knownGood', 'knownBad'] as const).flatMap((label) =>
        (task[label] ?? []).map((answer) => ({ task, label, answer })),
      ),
    )
    const wrong: string[] = []
    async function work(): Promise<void> {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
        const { outcome, reason } = await gradeAnswer(job.task, answerOfTask(job.answer), {
          runTests,
        })
        if (outcome !== (job.label === 'knownGood' ? 'pass' : 'fail'))
          wrong.push(`${job.task.id} ${job.label}: ${outcome} ${reason}`)
      }
    }
    await Promise.all([work(), work()])
    assert.deepEqual(wrong, [])
  },
)

const job: Omit<TestJob, 'files'> = {
  program: 'node',
  testFile: 't.mjs',
  seconds: 60,
  memoryMiB: 256,
}

test('tests that never end, eat memory or break are told apart', async () => {
  const ended = async (code: string, seconds = job.seconds) =>
    (await runTests({ ...job, seconds, files: { 't.mjs': code } })).ended
  assert.equal(await ended('1 + 1'), 'passed')
  assert.equal(await ended('process.exit(3)'), 'failed')
  assert.equal(await ended('for (;;) {}', 2), 'out-of-time')
  assert.equal(
    await ended('const all = []; for (;;) all.push(new Array(1e6).fill(all.length))'),
    'out-of-memory',
  )
})

test('tests see nothing of our environment, and Node reads and writes their folder alone', async () => {
  process.env['HOLDFAST_TEST_SECRET'] = 'seen'
  const code = `
import { readFileSync, writeFileSync } from 'node:fs'
if (process.env.HOLDFAST_TEST_SECRET !== undefined) throw new Error('environment')
writeFileSync('own.txt', 'x')
for (const act of [() => readFileSync('/etc/hostname'), () => writeFileSync('/tmp/holdfast-outside', 'x')]) {
  let isRefused = false
  try { act() } catch (error) { isRefused = error.code === 'ERR_ACCESS_DENIED' }
  if (!isRefused) throw new Error('files')
}
`
  const run = await runTests({ ...job, files: { 't.mjs': code } })
  assert.deepEqual([run.ended, run.output], ['passed', ''])
  const large = await runTests({
    ...job,
    program: 'python3',
    testFile: 't.py',
    files: { 't.py': "open('big', 'wb').write(b'x' * (64 << 20))" },
  })
  assert.equal(large.ended, 'failed')
})

test('where the machine allows it, tests reach no network', { skip: !canIsolate() }, async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const code = `import socket\nsocket.create_connection(('127.0.0.1', ${port}), 2)\n`
  const run = await runTests({
    ...job,
    program: 'python3',
    testFile: 't.py',
    files: { 't.py': code },
  })
  server.close()
  assert.equal(run.ended, 'failed')
  assert.match(run.output, /OSError|ConnectionRefused|unreachable/)
})

test('what tests start ends with them', { skip: process.platform !== 'linux' }, async () => {
  const marker = `holdfast-left-${process.pid}`
  const code = `import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(30)', '${marker}'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n`
  const run = await runTests({
    ...job,
    program: 'python3',
    testFile: 't.py',
    files: { 't.py': code },
  })
  assert.equal(run.ended, 'passed', run.output)
  const left = readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && commandLine(pid).includes(marker),
  )
  assert.deepEqual(left, [])
})

test('tests cannot say that there was no program to run them', async () => {
  for (const code of [126, 127])
    assert.equal(
      (await runTests({ ...job, files: { 't.mjs': `process.exit(${code})` } })).ended,
      'failed',
    )
  const killed = { ...job, files: { 't.mjs': "process.kill(process.pid, 'SIGKILL')" } }
  assert.equal((await runTests(killed)).ended, 'failed')
})

test(
  'where the machine allows it, a flood of processes is refused',
  { skip: canIsolate() ? false : 'no name spaces of users here' },
  (context) => {
    const flood = `
import os, time
made = 0
while made < 300:
    try:
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    except OSError:
        break
    made += 1
print('made', made)
`
    const script = `
import { runTests } from ${JSON.stringify(join(root, 'src/cli/tasks/run-tests.ts'))}
const files = { 't.py': ${JSON.stringify(flood)} }
const job = { program: 'python3', testFile: 't.py', seconds: 20, memoryMiB: 256, files }
console.log(JSON.stringify(await runTests(job)))`
    const words = [process.execPath, '--input-type=module-typescript', '-e', script]
    // Nothing holds root: it is somebody else then.
    const other = ['--reuid=65533', '--regid=65533', '--clear-groups']
    const isRoot = process.getuid?.() === 0
    const mayRead = ['setpriv', ...other, 'test', '-r', join(root, 'package.json')]
    if (isRoot && spawnSync(mayRead[0] ?? '', mayRead.slice(1)).status !== 0)
      return context.skip('nobody but root may read this folder')
    const command = isRoot ? ['setpriv', ...other, ...words] : words
    const { stdout, stderr } = spawnSync(command[0] ?? '', command.slice(1), {
      encoding: 'utf8',
      cwd: tmpdir(),
    })
    assert.match(stdout, /"passed","output":"made (?:[4-5]\d|6[0-4])\\n"/, stderr)
  },
)

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
