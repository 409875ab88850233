import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { messageOf } from '../../base/fault.ts'
import type { TestJob, TestRun } from '../../qualification/index.ts'
import { canIsolate, isolation } from './isolation.ts'

/** So much of what tests write is kept. */
const outputLengthMax = 64 * 1024
/** No file may grow beyond; nothing that tests write is needed. */
const fileMiBMax = 16
/** What V8 maps before it does anything, above the limit for the program itself. */
const nodeMappingsMiB = 768

/**
 * Runs tests in a folder of their own, in a process of its own with limits on processor time, memory, size of files and
 * time: as far as the machine allows without a network (see `isolation.ts`), and with nothing of our environment. Node
 * may read and write that folder alone; Python may read what this user may.
 */
export async function runTests(job: TestJob): Promise<TestRun> {
  let folder: string
  try {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-tests-'))
  } catch (error) {
    return { ended: 'broken', output: messageOf(error) }
  }
  try {
    for (const [path, content] of Object.entries(job.files)) {
      const target = join(folder, path)
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, content)
    }
    return await run(job, folder)
  } catch (error) {
    return { ended: 'broken', output: messageOf(error) }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  }
}

async function run(job: TestJob, folder: string): Promise<TestRun> {
  const [command = '', ...words] = [...(canIsolate() ? isolation : []), ...limited(job, folder)]
  const child = spawn(command, words, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it started ends with it.
    detached: true,
  })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-outputLengthMax)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  let isOutOfTime = false
  const timer = setTimeout(() => {
    isOutOfTime = true
    endGroup(child.pid)
  }, job.seconds * 1000)
  const code = await new Promise<number | Error>((resolve) => {
    child.on('error', resolve)
    child.on('close', (exit, signal) => resolve(exit ?? (signal === 'SIGXCPU' ? timeCode : -1)))
  })
  clearTimeout(timer)
  endGroup(child.pid)
  if (code instanceof Error) return { ended: 'broken', output: code.message }
  return { ended: isOutOfTime ? 'out-of-time' : endOf(code, output), output }
}

/** 128 and SIGXCPU, as shells tell it. */
const timeCode = 152
/** What shells say where there is no such program. */
const noProgram = 127

function endOf(code: number, output: string): TestRun['ended'] {
  if (code === 0) return 'passed'
  if (code === timeCode) return 'out-of-time'
  if (code === noProgram) return 'broken'
  return /heap out of memory|process out of memory|Array buffer allocation failed|\bMemoryError\b/.test(
    output,
  )
    ? 'out-of-memory'
    : 'failed'
}

/** The limits are set by a shell, which every system has. */
function limited(
  { program, testFile, memoryMiB, seconds }: TestJob,
  folder: string,
): readonly string[] {
  const dataKiB = (memoryMiB + (program === 'node' ? nodeMappingsMiB : 0)) * 1024
  const limits = [
    `ulimit -c 0`,
    `ulimit -t ${Math.ceil(seconds) + 1}`,
    `ulimit -f ${fileMiBMax * 2048}`,
    `ulimit -d ${dataKiB}`,
  ]
  const started =
    program === 'node'
      ? [
          process.execPath,
          '--permission',
          `--allow-fs-read=${folder}/*`,
          `--allow-fs-write=${folder}/*`,
          `--max-old-space-size=${memoryMiB}`,
        ]
      : ['python3', '-s', '-E', '-B']
  return ['sh', '-c', `${limits.join('; ')}; exec "$@"`, 'sh', ...started, testFile]
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}
