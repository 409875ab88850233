import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestJob, TestRun } from '../../qualification/index.ts'
import { containerWords, untilLabel } from './container-command.ts'
import { withScratchFolder } from './scratch-folder.ts'

const engines = ['docker', 'podman'] as const
const engineMsMax = 10_000
/** An engine that takes so much longer than the tests may has stopped. */
const startSeconds = 60
const outputBytes = 64 * 1024

const execute = promisify(execFile)

/** What `docker run` says of itself: it could not run the container, or the container not its program. */
const brokenCodes: ReadonlySet<number> = new Set([125, 126, 127])
/** 128 and SIGKILL: by the time limit, or since memory is out. */
const killedCode = 137

let found: Promise<string | null> | null = null

/** Runs tests in a container of the first engine of the machine that answers. */
export async function runTestsInContainer(job: TestJob): Promise<TestRun> {
  found ??= findEngine()
  const engine = await found
  if (engine === null)
    return { ended: 'broken', output: 'neither `docker` nor `podman` answers on this machine' }
  return await withScratchFolder(job.files, async (folder) => {
    await openToNobody(folder)
    return await runOne(engine, job, folder)
  })
}

async function runOne(engine: string, job: TestJob, folder: string): Promise<TestRun> {
  const name = `holdfast-tests-${randomUUID()}`
  const msMax = (job.seconds + startSeconds) * 1000
  const until = Math.ceil((Date.now() + msMax) / 1000)
  const startedAt = performance.now()
  const { code, output, isHanging } = await ended(
    engine,
    containerWords(job, { name, folder, until }),
    msMax,
  )
  // What the engine could not end by itself is ended and removed.
  if (isHanging || code === null) await removed(engine, [name])
  if (isHanging) return { ended: 'broken', output: `\`${engine}\` did not come to an end` }
  if (code === 0) return { ended: 'passed', output }
  if (code === null || brokenCodes.has(code)) return { ended: 'broken', output }
  if (code !== killedCode) return { ended: 'failed', output }
  const tookSeconds = (performance.now() - startedAt) / 1000
  return { ended: tookSeconds >= job.seconds ? 'out-of-time' : 'out-of-memory', output }
}

interface Ended {
  /** Null: ended by a signal. */
  readonly code: number | null
  readonly output: string
  readonly isHanging: boolean
}

async function ended(engine: string, words: readonly string[], msMax: number): Promise<Ended> {
  const options = { timeout: msMax, killSignal: 'SIGKILL', maxBuffer: 16 * 2 ** 20 } as const
  try {
    const { stdout, stderr } = await execute(engine, words, options)
    return { code: 0, output: tail(stdout, stderr), isHanging: false }
  } catch (error) {
    const {
      code,
      killed,
      stdout = '',
      stderr = '',
      message,
    } = error as {
      readonly code?: unknown
      readonly killed?: boolean
      readonly stdout?: string
      readonly stderr?: string
      readonly message: string
    }
    const isTooLoud = code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
    const output = tail(stdout, stderr)
    return {
      // Tests that write without end have failed.
      code: isTooLoud ? 1 : typeof code === 'number' ? code : null,
      output: output === '' ? message : output,
      isHanging: killed === true && !isTooLoud,
    }
  }
}

function tail(stdout: string, stderr: string): string {
  return `${stdout}${stderr}`.slice(-outputBytes)
}

/** The first engine that answers, once its leftovers are gone. */
async function findEngine(): Promise<string | null> {
  for (const engine of engines) {
    const { code } = await ended(engine, ['version'], engineMsMax)
    if (code !== 0) continue
    await removeLeftovers(engine)
    return engine
  }
  return null
}

/** Containers of holdfast that should have ended long ago, as after a restart of the machine. */
async function removeLeftovers(engine: string): Promise<void> {
  const format = `{{.ID}} {{.Label "${untilLabel}"}}`
  const filter = `label=${untilLabel}`
  const listed = await ended(
    engine,
    ['ps', '--all', '--filter', filter, '--format', format],
    engineMsMax,
  )
  if (listed.code !== 0) return
  const now = Date.now() / 1000
  const old = listed.output
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([id, until]) => (id !== undefined && Number(until) < now ? [id] : []))
  await removed(engine, old)
}

async function removed(engine: string, names: readonly string[]): Promise<void> {
  if (names.length > 0) await ended(engine, ['rm', '--force', ...names], engineMsMax)
}

/** Files of a folder that is ours alone; in the container somebody else reads them. */
async function openToNobody(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
}
