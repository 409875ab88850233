import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import path from 'node:path'
import { absoluteSearchPath, findExecutable } from './find-executable.ts'
import type { Environment } from './find-executable.ts'
import { fileLimits } from './limits.ts'

/** Git, run in a repository that may have been made to attack whoever looks at it. */

/** A repository as holdfast found it; git is told these places and looks for none itself. */
export interface GitPlace {
  readonly gitDirectory: string
  readonly workTree: string
  /** Filter drivers in the repository's configuration: each is a command that git would run. */
  readonly filters: readonly string[]
  /** False when a filter could not be switched off: files are then not compared with the index by git. */
  readonly mayCompare: boolean
  /** Length of its object ids. */
  readonly hashBytes: 20 | 32
}

/**
 * Settings that win over the repository's own. Each one closes a way by which looking at a repository runs its
 * commands, sends something, or lets the machine's set-up change the result.
 */
const settings: readonly (readonly [name: string, value: string])[] = [
  // A command asked which files changed, whenever the index is read.
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  // The cache may claim that a folder holds nothing new.
  ['core.untrackedCache', 'false'],
  ['core.checkStat', 'default'],
  ['core.trustctime', 'true'],
  // Files outside the tree that would change what is listed, differently on every machine.
  ['core.excludesFile', '/dev/null'],
  ['core.attributesFile', '/dev/null'],
  // Commands for showing differences, history and signatures.
  ['diff.external', ''],
  ['core.pager', 'cat'],
  ['log.showSignature', 'false'],
  ['gpg.program', 'false'],
  ['gpg.ssh.program', 'false'],
  ['gpg.x509.program', 'false'],
  ['blame.ignoreRevsFile', ''],
  // A partial clone fetches missing objects by itself, over any transport it names.
  ['protocol.allow', 'never'],
  ['core.sshCommand', 'false'],
  ['core.gitProxy', ''],
  ['credential.helper', ''],
  ['core.askPass', ''],
  // A repository owned by somebody else may be looked at: nothing of it is run.
  ['safe.directory', '*'],
]

/** Variables that every git is given; all others of the caller but a few are withheld (GIT_DIR, GIT_TRACE …). */
const fixedVariables: Readonly<Record<string, string>> = {
  GIT_ALLOW_PROTOCOL: '', // wins over `protocol.ext.allow` in the repository, which wins over `protocol.allow`
  GIT_ASKPASS: '',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_LITERAL_PATHSPECS: '1', // a file may be called `:(exclude)*`
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_PAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
  HOME: '/dev/null',
  LC_ALL: 'C',
  SSH_ASKPASS: '',
}

const passedVariables = ['SystemRoot', 'SYSTEMDRIVE', 'TEMP', 'TMP', 'TMPDIR']

/** What must not run even when a command is asked to show differences. */
const differenceFlags: Readonly<Record<string, readonly string[]>> = {
  blame: ['--no-textconv'],
  diff: ['--no-ext-diff', '--no-textconv', '--ignore-submodules=all'],
  // Submodules are skipped because git would start another git in them, without these settings.
  'diff-files': ['--no-ext-diff', '--no-textconv', '--ignore-submodules=all'],
  'diff-index': ['--no-ext-diff', '--no-textconv', '--ignore-submodules=dirty'],
  log: ['--no-ext-diff', '--no-textconv'],
  show: ['--no-ext-diff', '--no-textconv'],
}

export interface GitOptions {
  readonly environment: Environment
  /** Where to stand, inside the work tree; its top when left out. */
  readonly directory?: string | undefined
  readonly timeMs?: number | undefined
  readonly outputBytesMax?: number | undefined
}

export type GitResult =
  | { readonly kind: 'done'; readonly output: Buffer }
  | {
      readonly kind: 'failed'
      readonly reason: 'missing' | 'refused' | 'time' | 'output'
      /** What git said, or what went wrong in its place. */
      readonly message: string
    }

/** Runs one git command to its end. Never throws for what git or the repository does. */
export function runGit(
  place: GitPlace,
  command: readonly [string, ...string[]],
  options: GitOptions,
): Promise<GitResult> {
  const child = startGit(place, command, options)
  if (child === null) {
    return Promise.resolve({ kind: 'failed', reason: 'missing', message: 'git is not installed' })
  }
  const outputBytesMax = options.outputBytesMax ?? fileLimits.gitOutputBytesMax
  const timeMs = options.timeMs ?? fileLimits.gitTimeMs
  return new Promise((resolve) => {
    const output: Buffer[] = []
    let outputBytes = 0
    let complaint = ''
    let stopped: 'time' | 'output' | null = null
    const stop = (reason: 'time' | 'output'): void => {
      stopped = reason
      child.kill('SIGKILL')
    }
    const timer = setTimeout(stop, timeMs, 'time')
    child.stdin.end()
    child.stdout.on('data', (chunk: Buffer) => {
      outputBytes += chunk.length
      if (outputBytes > outputBytesMax) stop('output')
      else output.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < fileLimits.gitErrorBytesMax) complaint += chunk.toString()
    })
    child.on('error', (error) => {
      clearTimeout(timer)
      resolve({ kind: 'failed', reason: 'missing', message: error.message })
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      if (stopped === 'time') {
        resolve({ kind: 'failed', reason: 'time', message: `git took longer than ${timeMs} ms` })
      } else if (stopped === 'output') {
        const message = `git said more than ${outputBytesMax} bytes`
        resolve({ kind: 'failed', reason: 'output', message })
      } else if (code === 0) {
        resolve({ kind: 'done', output: Buffer.concat(output, outputBytes) })
      } else {
        resolve({ kind: 'failed', reason: 'refused', message: complaint.trim() })
      }
    })
  })
}

/** Starts a git command to be talked to over its pipes; null when git is not installed. */
export function startGit(
  place: GitPlace,
  command: readonly [string, ...string[]],
  options: GitOptions,
): ChildProcessByStdio<Writable, Readable, Readable> | null {
  const program = findExecutable('git', options.environment)
  if (program === null) return null
  const [name, ...words] = command
  const child = spawn(
    program,
    [
      '--no-pager',
      '--no-optional-locks',
      '--no-replace-objects',
      ...settings.flatMap(([setting, value]) => ['-c', `${setting}=${value}`]),
      ...disabledFilters(place.filters),
      name,
      ...(differenceFlags[name] ?? []),
      ...words,
    ],
    {
      cwd: options.directory ?? place.workTree,
      env: gitEnvironment(place, options.environment),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    },
  )
  // A pipe that breaks is told by the exit; unheard it would end the whole program.
  child.stdin.on('error', () => {})
  return child
}

function gitEnvironment(place: GitPlace, environment: Environment): Record<string, string> {
  const passed = passedVariables.flatMap((name) => {
    const value = environment[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(passed),
    ...fixedVariables,
    PATH: absoluteSearchPath(environment).join(path.delimiter),
    // Named outright: `core.worktree` cannot lead elsewhere, and no owner is asked for.
    GIT_DIR: place.gitDirectory,
    GIT_WORK_TREE: place.workTree,
  }
}

/** Comparing a file with the index runs its clean filter; an emptied command is no command. */
function disabledFilters(filters: readonly string[]): readonly string[] {
  return filters.flatMap((filter) => [
    '-c',
    `filter.${filter}.clean=`,
    '-c',
    `filter.${filter}.smudge=`,
    '-c',
    `filter.${filter}.process=`,
    '-c',
    `filter.${filter}.required=false`,
  ])
}
