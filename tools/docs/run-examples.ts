import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type ConsoleCommand, readExamples } from './console-examples.ts'

const root = resolve(import.meta.dirname, '../..')

/** Programs that an example may begin with. */
const allowedPrograms = [
  'holdfast',
  'npm',
  'cat',
  'ls',
  'head',
  'grep',
  'sed',
  'git',
  'echo',
  'cp',
  'mkdir',
]

export const pagesWithExamples: readonly string[] = [
  'README.md',
  ...readdirSync(join(root, 'docs/guide'))
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => `docs/guide/${name}`),
]

export interface RanCommand {
  readonly step: ConsoleCommand
  /** Lines of stdout and stderr as they came, then `exit N` when N is not 0. */
  readonly output: readonly string[]
}

/** Runs the examples of one page in order, in a folder that holds a fresh `acme/` under git. */
export async function runExamples(page: string): Promise<readonly RanCommand[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-docs-'))
  try {
    prepare(folder)
    const ran: RanCommand[] = []
    for (const step of readExamples(page)) {
      if (step.kind === 'file') {
        mkdirSync(dirname(join(folder, 'tour', step.path)), { recursive: true })
        writeFileSync(join(folder, 'tour', step.path), step.content)
      } else {
        ran.push({ step, output: await run(step, folder) })
      }
    }
    return ran
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function readPage(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export function writePage(path: string, content: string): void {
  writeFileSync(join(root, path), content)
}

function prepare(folder: string): void {
  const acme = join(folder, 'tour/acme')
  cpSync(join(root, 'examples/acme'), acme, {
    recursive: true,
    filter: (path) => !path.endsWith('/.holdfast'),
  })
  git(acme, 'init', '--quiet', '--initial-branch=main')
  git(acme, 'add', '--all')
  git(acme, 'commit', '--quiet', '--message', 'as it stands')
  mkdirSync(join(folder, 'bin'))
  const clock = pathToFileURL(join(import.meta.dirname, 'fixed-clock.ts')).href
  writeFileSync(
    join(folder, 'bin/holdfast'),
    `#!/bin/sh\nexec '${process.execPath}' --import '${clock}' '${join(root, 'bin/holdfast.mjs')}' "$@"\n`,
    { mode: 0o755 },
  )
}

/** An author and a day that never change, so that commits have the same ids everywhere. */
const gitEnvironment = {
  GIT_AUTHOR_NAME: 'Robin Example',
  GIT_AUTHOR_EMAIL: 'robin@acme.example',
  GIT_AUTHOR_DATE: '2026-06-11T08:00:00Z',
  GIT_COMMITTER_NAME: 'Robin Example',
  GIT_COMMITTER_EMAIL: 'robin@acme.example',
  GIT_COMMITTER_DATE: '2026-06-11T08:00:00Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
}

function git(folder: string, ...words: readonly string[]): void {
  const ran = spawnSync('git', words, {
    cwd: folder,
    env: { ...process.env, ...gitEnvironment },
    encoding: 'utf8',
  })
  if (ran.status !== 0) throw new Error(`git ${words.join(' ')}: ${ran.stderr}`)
}

async function run(step: ConsoleCommand, folder: string): Promise<readonly string[]> {
  const command = step.command.replace(/^npm start (?:--silent )?-- /, 'holdfast ')
  const [program = ''] = command.split(' ')
  if (!allowedPrograms.includes(program))
    throw new Error(`line ${step.line}: \`${program}\` is not run from a page`)
  // No NODE_ variables: a test runner's own would reach the program.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:NODE_|npm_|HOLDFAST_)/.test(name),
  )
  const child = spawn('sh', ['-c', `exec 2>&1; ${command}`], {
    cwd: join(folder, 'tour'),
    env: {
      ...Object.fromEntries(inherited),
      ...gitEnvironment,
      PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      XDG_CACHE_HOME: join(folder, 'cache'),
      LC_ALL: 'C',
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout.setEncoding('utf8')
  let text = ''
  for await (const chunk of child.stdout) text += String(chunk)
  const status =
    child.exitCode ?? (await new Promise<number | null>((done) => child.once('close', done)))
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.trimEnd())
  return [...(text === '' ? [] : lines), ...(status === 0 ? [] : [`exit ${status}`])]
}
