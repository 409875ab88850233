import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after } from 'node:test'

export const root = resolve(import.meta.dirname, '../..')
const binary = join(root, 'bin/holdfast.mjs')

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs the real binary; its cache goes to a folder of its own. */
export function holdfast(words: readonly string[], options: RunOptions = {}): Outcome {
  const ran = spawnSync(process.execPath, [binary, ...words], {
    cwd: options.cwd ?? root,
    env: { ...process.env, XDG_CACHE_HOME: cacheFolder, NO_COLOR: '1', ...options.environment },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    timeout: 240_000,
  })
  return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr }
}

/** What a process is held to from outside. */
export interface Confines {
  /** No file of the process may grow beyond, as on a full disk. */
  readonly fileKibMax?: number
  readonly isOnOneProcessor?: boolean
}

/** What a test that failed has left open would keep its file from ending for ever. */
const running = new Set<ChildProcess>()
const leftOpenMs = 30_000
after(() => {
  for (const child of running) child.kill('SIGKILL')
  const giveUp = (): never => {
    process.stderr.write(`still open: ${process.getActiveResourcesInfo().join(', ')}\n`)
    process.exit(1)
  }
  setTimeout(giveUp, leftOpenMs).unref()
})

/** The real binary running, for signals. */
export function startHoldfast(words: readonly string[], cwd: string, confines: Confines = {}) {
  const { fileKibMax, isOnOneProcessor = false } = confines
  const program = [process.execPath, binary, ...words]
  const pinned = isOnOneProcessor ? ['taskset', '--cpu-list', '0', ...program] : program
  const limited = `trap '' XFSZ; ulimit -f ${fileKibMax}; exec "$0" "$@"`
  const [command = '', ...rest] =
    fileKibMax === undefined ? pinned : ['bash', '-c', limited, ...pinned]
  const child = spawn(command, rest, {
    cwd,
    env: { ...process.env, XDG_CACHE_HOME: cacheFolder, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** A folder that is gone when the tests of the file have ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const cacheFolder = temporaryFolder()

export function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

export function copyOfAcme(): string {
  const folder = join(temporaryFolder(), 'acme')
  cpSync(join(root, 'examples/acme'), folder, { recursive: true })
  return folder
}

export function git(folder: string, ...words: readonly string[]): string {
  const ran = spawnSync(
    'git',
    [
      '-c',
      'user.name=Test',
      '-c',
      'user.email=test@example.invalid',
      '-c',
      'commit.gpgsign=false',
      ...words,
    ],
    { cwd: folder, encoding: 'utf8' },
  )
  if (ran.status !== 0) throw new Error(`git ${words.join(' ')}: ${ran.stderr}`)
  return ran.stdout
}
