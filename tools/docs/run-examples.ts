import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
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
  'chmod',
  'sleep',
  'openssl',
  'node',
  'curl',
]

/** Ports that pages name; each run has others of its own. */
const pagePorts = [8700, 8701, 8790] as const

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

/**
 * Runs the examples of one page in order, in a folder that holds a fresh `acme/` under git, a `gateway/`, a `guardrail/` and a `qualification/`. A
 * command that ends with ` &` runs until the page ends; what it prints is kept in no place.
 */
export async function runExamples(page: string): Promise<readonly RanCommand[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-docs-'))
  const running: ChildProcess[] = []
  const ports = await portsFor(page)
  try {
    prepare(folder, ports)
    const ran: RanCommand[] = []
    for (const step of readExamples(page)) {
      if (step.kind === 'file') {
        mkdirSync(dirname(join(folder, 'tour', step.path)), { recursive: true })
        writeFileSync(join(folder, 'tour', step.path), ports.there(step.content))
      } else if (step.command.endsWith(' &')) {
        running.push(start({ ...step, command: ports.there(step.command.slice(0, -2)) }, folder))
        ran.push({ step, output: [] })
      } else {
        const output = await run({ ...step, command: ports.there(step.command) }, folder)
        ran.push({ step, output: output.map((line) => ports.back(line)) })
      }
    }
    return ran
  } finally {
    for (const child of running) await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Ports {
  there(text: string): string
  /** As `there`, also where a port stands alone. */
  inFile(text: string): string
  back(text: string): string
}

async function portsFor(page: string): Promise<Ports> {
  const pairs: (readonly [string, string])[] = []
  for (const port of pagePorts)
    if (page.includes(` &\n`) && page.includes(`:${port}`))
      pairs.push([String(port), String(await freePort())])
  return {
    there: (text) =>
      pairs.reduce((made, [said, used]) => made.replaceAll(`:${said}`, `:${used}`), text),
    inFile: (text) =>
      pairs.reduce(
        (made, [said, used]) => made.replaceAll(new RegExp(`\\b${said}\\b`, 'g'), used),
        text,
      ),
    back: (text) =>
      pairs.reduce((made, [said, used]) => made.replaceAll(`:${used}`, `:${said}`), text),
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}

/** In a process group of its own, so that all of it can be ended. */
function start(step: ConsoleCommand, folder: string): ChildProcess {
  return spawn('sh', ['-c', `exec ${allowed(step)}`], {
    cwd: join(folder, 'tour'),
    env: environmentOf(folder),
    stdio: 'ignore',
    detached: true,
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return
  const ended = once(child, 'exit')
  process.kill(-child.pid, 'SIGTERM')
  await ended
}

export function readPage(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export function writePage(path: string, content: string): void {
  writeFileSync(join(root, path), content)
}

function prepare(folder: string, ports: Ports): void {
  for (const example of ['gateway', 'guardrail', 'qualification']) {
    const copy = join(folder, 'tour', example)
    cpSync(join(root, 'examples', example), copy, {
      recursive: true,
      filter: (path) => !path.endsWith('/.holdfast'),
    })
    for (const name of readdirSync(copy)) {
      const path = join(copy, name)
      if (/\.(?:yaml|mjs)$/.test(name))
        writeFileSync(path, ports.inFile(readFileSync(path, 'utf8')))
    }
  }
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

/** The command as it is run, if it may be. */
function allowed(step: ConsoleCommand): string {
  const command = step.command.replace(/^npm start (?:--silent )?-- /, 'holdfast ')
  const [program = ''] = command.split(' ')
  const isHere = program !== 'curl' || /\shttp:\/\/127\.0\.0\.1:\d+\//.test(command)
  if (!allowedPrograms.includes(program) || !isHere)
    throw new Error(`line ${step.line}: \`${program}\` is not run from a page`)
  return patient(command)
}

/** A machine that is busy with tests is slower than a reader's. */
const timesSlower = 5

function patient(command: string): string {
  return command.replace(
    /(^sleep|--retry) (\d+)/g,
    (_, word: string, count: string) => `${word} ${Number(count) * timesSlower}`,
  )
}

function environmentOf(folder: string): NodeJS.ProcessEnv {
  // No NODE_ variables: a test runner's own would reach the program.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:NODE_|npm_|HOLDFAST_)/.test(name),
  )
  return {
    ...Object.fromEntries(inherited),
    ...gitEnvironment,
    PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    XDG_CACHE_HOME: join(folder, 'cache'),
    LC_ALL: 'C',
    NO_COLOR: '1',
  }
}

async function run(step: ConsoleCommand, folder: string): Promise<readonly string[]> {
  const child = spawn('sh', ['-c', `exec 2>&1; ${allowed(step)}`], {
    cwd: join(folder, 'tour'),
    env: environmentOf(folder),
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
