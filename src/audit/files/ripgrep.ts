import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setPriority } from 'node:os'
import { messageOf } from '../../base/fault.ts'
import { fileLimits } from './limits.ts'

/** The search program that comes with holdfast; null on a system it was not built for. */
export async function findRipgrep(): Promise<string | null> {
  try {
    const { rgPath } = await import('@vscode/ripgrep')
    return existsSync(rgPath) ? rgPath : null
  } catch {
    return null
  }
}

export interface RipgrepRun {
  readonly program: string
  readonly directory: string
  readonly keywords: readonly string[]
  readonly paths: readonly string[]
  readonly threads: number
  readonly signal: AbortSignal
  /** A path that holds a keyword, or that could not be opened. */
  readonly onPath: (path: string) => void
}

export type RipgrepOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string }

const flags = [
  // No configuration of the user or the tree.
  '--no-config',
  '--no-ignore',
  '--hidden',
  '--no-require-git',
  // A file that shrinks while it is mapped ends the program.
  '--no-mmap',
  '--color=never',
  '--no-heading',
  '--fixed-strings',
  '--case-sensitive',
  '--files-with-matches',
  '--null',
  // Else hits come in blocks of eight kilobytes when it works in one thread.
  '--line-buffered',
  // Keywords by input: no file is written, and their number is not limited by arguments.
  '--file=-',
] as const

/** Runs one search over the given paths. */
export function runRipgrep(run: RipgrepRun): Promise<RipgrepOutcome> {
  let child: ChildProcess
  try {
    child = spawn(run.program, [...flags, `--threads=${run.threads}`, '--', ...run.paths], {
      cwd: run.directory,
      env: {},
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
  } catch (error) {
    return Promise.resolve({ kind: 'failed', message: messageOf(error) })
  }
  yieldTo(child)
  return new Promise((resolve) => {
    const stop = (): void => void child.kill('SIGKILL')
    const timer = setTimeout(stop, fileLimits.searchTimeMs)
    run.signal.addEventListener('abort', stop, { once: true })
    if (run.signal.aborted) stop()
    const settle = (outcome: RipgrepOutcome): void => {
      clearTimeout(timer)
      run.signal.removeEventListener('abort', stop)
      resolve(outcome)
    }
    let rest: Buffer = Buffer.alloc(0)
    child.stdout?.on('data', (chunk: Buffer) => {
      rest = tellPaths(Buffer.concat([rest, chunk]), run.onPath)
    })
    let complaints = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      if (complaints.length < fileLimits.searchErrorBytesMax) complaints += chunk.toString()
    })
    // A pipe that breaks is told by the exit.
    child.stdin?.on('error', () => {})
    child.stdin?.end(`${run.keywords.join('\n')}\n`)
    child.on('error', (error) => settle({ kind: 'failed', message: error.message }))
    child.on('close', (code) => settle(outcomeOf(code, complaints, run.onPath)))
  })
}

/**
 * Lets this thread go first where there are no more cores than threads: it reads what is found, and is done last.
 * Without it the search would be over early, and one core idle until the end.
 */
function yieldTo(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, searchPriority)
  } catch {
    // A system that does not allow it, or a search that is over.
  }
}

const searchPriority = 2

/** Gives back what stands behind the last NUL. */
function tellPaths(bytes: Buffer, onPath: (path: string) => void): Buffer {
  const end = bytes.lastIndexOf(0)
  if (end === -1) return bytes
  for (const path of bytes.toString('utf8', 0, end).split('\0')) onPath(path)
  return bytes.subarray(end + 1)
}

/** Code 1: nothing found. Code 2: also when single files could not be opened, while the others were searched. */
function outcomeOf(
  code: number | null,
  complaints: string,
  onPath: (path: string) => void,
): RipgrepOutcome {
  if (code === 0 || code === 1) return { kind: 'done' }
  const lines = complaints.split('\n').filter((line) => line !== '')
  const aboutFiles = lines.flatMap(
    (line) => /^(?:rg: )?(.*): .* \(os error \d+\)$/u.exec(line)?.[1] ?? [],
  )
  if (code === 2 && lines.length > 0 && aboutFiles.length === lines.length) {
    for (const path of aboutFiles) onPath(path)
    return { kind: 'done' }
  }
  return { kind: 'failed', message: lines[0] ?? `it ended with ${code ?? 'a signal'}` }
}
