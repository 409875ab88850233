import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestJob, TestRun } from '../../qualification/index.ts'
import {
  type ContainerEngine,
  containerEngines,
  containerName,
  containerNamePrefix,
  containerWords,
  startedLine,
  untilOf,
} from './container-command.ts'
import { saysOutOfMemory } from './out-of-memory.ts'
import { OutputKeeper } from './output-keeper.ts'
import { withScratchFolder } from './scratch-folder.ts'

const engineMsMax = 10_000
/** podman waits ten seconds for containers that end by another signal than ours do. */
const removalMsMax = 60_000
/** An engine that takes so long until the tests begin has stopped. */
const startSeconds = 60
/** Tests that are not over so long after their time have stopped the clock within, or the engine has stopped. */
const endSeconds = 5
const outputBytes = 64 * 1024

/** What `docker run` says of itself: it could not run the container, or the container not its program. */
const brokenCodes: ReadonlySet<number> = new Set([125, 126, 127])
/** 128 and SIGKILL: by the time limit, or since memory is out. */
const killedCode = 137

type FoundEngine = { readonly engine: ContainerEngine } | { readonly problem: string }

let found: Promise<FoundEngine> | null = null

/** Runs tests in a container of the first engine of the machine that answers. */
export async function runTestsInContainer(job: TestJob): Promise<TestRun> {
  found ??= findEngine()
  const here = await found
  if ('problem' in here) {
    // It may be started yet.
    found = null
    return { ended: 'broken', output: here.problem }
  }
  const { engine } = here
  return await withScratchFolder(job.files, async (folder) => {
    await openToNobody(folder)
    return await runOne(engine, job, folder)
  })
}

async function runOne(engine: ContainerEngine, job: TestJob, folder: string): Promise<TestRun> {
  const secondsMax = startSeconds + job.seconds + endSeconds
  const name = containerName(Math.ceil(Date.now() / 1000 + secondsMax), randomUUID())
  const startedAt = performance.now()
  const words = containerWords(job, { engine, name, folder, secondsMax })
  const run = await ended(engine, words, {
    cwd: folder,
    msMax: startSeconds * 1000,
    testMsMax: (job.seconds + endSeconds) * 1000,
  })
  // What the engine could not end by itself is ended and removed.
  if (run.code === null) await removed(engine, [name])
  const output = run.output.replace(startedLine, '')
  if (!run.hasStarted) return { ended: 'broken', output: output || `\`${engine}\` told no reason` }
  return { ended: endOf(run, performance.now() - startedAt >= job.seconds * 1000), output }
}

function endOf({ code, output }: Ended, isLate: boolean): TestRun['ended'] {
  if (code === 0) return 'passed'
  if (code === null) return isLate ? 'out-of-time' : 'broken'
  if (brokenCodes.has(code)) return 'broken'
  if (code !== killedCode) return saysOutOfMemory(output) ? 'out-of-memory' : 'failed'
  return isLate ? 'out-of-time' : 'out-of-memory'
}

interface Ended {
  /** Null: ended by a signal, ours among them. */
  readonly code: number | null
  /** The end of it. */
  readonly output: string
  /** The container got so far as to begin with the tests. */
  readonly hasStarted: boolean
}

interface EngineRun {
  /** Where the engine runs: podman leaves a file there when memory is out. */
  readonly cwd?: string
  /** For an engine to answer, or for a container to begin with the tests. */
  readonly msMax: number
  /** For the tests from there on. */
  readonly testMsMax?: number
}

/** Runs an engine, for so long at most; where there is none, it has ended with 127. */
async function ended(engine: string, words: readonly string[], limits: EngineRun): Promise<Ended> {
  const stdout = new OutputKeeper({ outputBytes, keeps: 'end' })
  const stderr = new OutputKeeper({ outputBytes, keeps: 'end' })
  const head = new OutputKeeper({ outputBytes: startedLine.length, keeps: 'beginning' })
  let hasStarted = false
  const client = spawn(engine, words, { cwd: limits.cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const endAfter = (ms: number) => setTimeout(() => client.kill('SIGKILL'), ms)
  let timer = endAfter(limits.msMax)
  client.stdout.on('data', (chunk: Buffer) => {
    stdout.add(chunk)
    if (hasStarted || limits.testMsMax === undefined) return
    head.add(chunk)
    hasStarted = head.kept().text === startedLine
    if (!hasStarted) return
    clearTimeout(timer)
    timer = endAfter(limits.testMsMax)
  })
  client.stderr.on('data', (chunk: Buffer) => stderr.add(chunk))
  try {
    return await new Promise((resolve) => {
      client.on('error', ({ message }) => resolve({ code: 127, output: message, hasStarted }))
      client.on('close', (code) => {
        const output = `${stdout.kept().text}${stderr.kept().text}`.slice(-outputBytes)
        resolve({ code, output, hasStarted })
      })
    })
  } finally {
    clearTimeout(timer)
  }
}

/** The first engine that answers and holds limits, once its leftovers are gone. */
async function findEngine(): Promise<FoundEngine> {
  const problems: string[] = []
  for (const engine of containerEngines) {
    const { code } = await ended(engine, ['version'], { msMax: engineMsMax })
    if (code !== 0) continue
    if (!(await holdsLimits(engine))) {
      problems.push(`\`${engine}\` does not hold limits on memory and processes here`)
      continue
    }
    await removeLeftovers(engine)
    return { engine }
  }
  return {
    problem: problems.join('; ') || 'neither `docker` nor `podman` answers on this machine',
  }
}

/** What engines say of themselves; where they cannot hold a limit, they run the container without it. */
const limitsHeld: Readonly<Record<ContainerEngine, { readonly ask: string; readonly is: RegExp }>> =
  {
    docker: { ask: '{{.MemoryLimit}} {{.PidsLimit}}', is: /^true true$/m },
    // Without root, cgroups of version 1 are closed to it.
    podman: {
      ask: '{{.Host.Security.Rootless}} {{.Host.CgroupsVersion}}',
      is: /^(?:false v\d|true v2)$/m,
    },
  }

async function holdsLimits(engine: ContainerEngine): Promise<boolean> {
  const { ask, is } = limitsHeld[engine]
  const { code, output } = await ended(engine, ['info', '--format', ask], { msMax: engineMsMax })
  return code === 0 && is.test(output)
}

/** Containers of holdfast that should have ended long ago, as after a restart of the machine. */
async function removeLeftovers(engine: string): Promise<void> {
  const filter = `name=${containerNamePrefix}`
  const words = ['ps', '--all', '--filter', filter, '--format', '{{.Names}}']
  const { code, output } = await ended(engine, words, { msMax: engineMsMax })
  if (code !== 0) return
  const now = Date.now() / 1000
  const names = output.split('\n').map((line) => line.trim())
  await removed(
    engine,
    names.filter((name) => (untilOf(name) ?? Infinity) < now),
  )
}

async function removed(engine: string, names: readonly string[]): Promise<void> {
  if (names.length > 0) await ended(engine, ['rm', '--force', ...names], { msMax: removalMsMax })
}

/** Files of a folder that is ours alone; in the container somebody else reads them. */
async function openToNobody(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
}
