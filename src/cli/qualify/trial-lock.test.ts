import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { lockTrials } from './trial-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-lock-'))
after(() => rmSync(folder, { recursive: true }))

/** Another process that holds the lock of the folder until it is killed. */
async function holder(): Promise<ChildProcess> {
  const script = `import { lockTrials } from ${JSON.stringify(import.meta.resolve('./trial-lock.ts'))}
await lockTrials(process.argv[1])
process.stdout.write('held')
setInterval(() => undefined, 1_000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  assert.equal(said.toString(), 'held')
  return child
}

test('a second process is turned away and told which one runs; the lock of a killed one is taken over', async () => {
  const child = await holder()
  try {
    await assert.rejects(lockTrials(folder), {
      code: 'HF_TRIAL_CONFLICT',
      message: new RegExp(`^process ${child.pid} runs trials of this folder, since 20`),
    })
  } finally {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  const left = join(folder, '.holdfast', 'qualify.pid')
  assert.ok(existsSync(left), 'the killed one could not tidy up')
  const unlock = await lockTrials(folder)
  await assert.rejects(lockTrials(folder), {
    message: new RegExp(`^process ${process.pid} runs trials`),
  })
  await unlock()
  assert.ok(!existsSync(left))
  await (
    await lockTrials(folder)
  )()
})
