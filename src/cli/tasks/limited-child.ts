import { spawn } from 'node:child_process'
import { canIsolate, isolation } from './isolation.ts'
import { type KeptOutput, OutputKeeper } from './output-keeper.ts'

/** A program of which nobody knows what it will do, and what it may use. */
export interface LimitedJob {
  /** Program and words. */
  readonly command: readonly string[]
  readonly folder: string
  /** Its home and place for temporary files; absent: the folder where it runs. */
  readonly home?: string
  readonly seconds: number
  readonly memoryMiB: number
  /** Together with all that it starts; held for a name space of its own alone (see `isolation.ts`), and not for root. */
  readonly processesMax: number
  /** No file that it writes may grow beyond. */
  readonly fileMiB: number
  /** So much of each of its outputs is kept; it may write more, which is lost. */
  readonly outputBytes: number
  /** Which part is kept where it writes more: its end, or its beginning. */
  readonly keeps: 'end' | 'beginning'
}

export interface LimitedRun {
  /** 128 and more: ended by a signal, as shells tell it; -1: by one of which no number is known. */
  readonly code: number
  readonly isOutOfTime: boolean
  readonly stdout: KeptOutput
  readonly stderr: KeptOutput
}

/** 128 and SIGXCPU, as shells tell it. */
const processorTimeCode = 152

/** What shells say where there is no such program, or none that may be run. */
const noProgram: ReadonlySet<number> = new Set([126, 127])

/** It never ran. */
export function hasNoProgram({ code }: LimitedRun): boolean {
  return noProgram.has(code)
}

/**
 * Runs a program in a process of its own with limits on processor time, memory, size of files and time, with nothing of
 * our environment, and as far as the machine allows without a network (see `isolation.ts`). All that it started ends
 * with it. The limits are set by a shell, which every system has. Throws where not even that starts.
 */
export async function runLimited(job: LimitedJob): Promise<LimitedRun> {
  const { folder, home = folder, seconds } = job
  const [command = '', ...words] = [...(canIsolate() ? isolation : []), ...limited(job)]
  const child = spawn(command, words, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: home, LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it started ends with it.
    detached: true,
  })
  const stdout = new OutputKeeper(job)
  const stderr = new OutputKeeper(job)
  child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk))
  let isOutOfTime = false
  const timer = setTimeout(() => {
    isOutOfTime = true
    endGroup(child.pid)
  }, seconds * 1000)
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (exit, signal) =>
        resolve(exit ?? (signal === 'SIGXCPU' ? processorTimeCode : -1)),
      )
    })
    return {
      code,
      isOutOfTime: isOutOfTime || code === processorTimeCode,
      stdout: stdout.kept(),
      stderr: stderr.kept(),
    }
  } finally {
    clearTimeout(timer)
    endGroup(child.pid)
  }
}

function limited(job: LimitedJob): readonly string[] {
  const { command, memoryMiB, seconds, fileMiB, processesMax } = job
  const limits = [
    `ulimit -c 0`,
    `ulimit -t ${Math.ceil(seconds) + 1}`,
    `ulimit -f ${fileMiB * 2048}`,
    `ulimit -d ${memoryMiB * 1024}`,
    // Elsewhere all processes of the user would count. Shells call it by one letter or the other.
    ...(canIsolate()
      ? [`{ ulimit -u ${processesMax} || ulimit -p ${processesMax}; } 2> /dev/null`]
      : []),
  ]
  return ['sh', '-c', `${limits.join('; ')}; exec "$@"`, 'sh', ...command]
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}
