import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, type Program, startProgram, untilAnswers } from './program.ts'

/** What is measured, side by side. */
export const systemNames = ['direct', 'least', 'relay', 'same', 'translated', 'peer'] as const
export type SystemName = (typeof systemNames)[number]

export interface System {
  readonly name: SystemName
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Null: there is nothing between the load and the upstream. */
  readonly program: Program | null
  /** Folder of holdfast.yaml and ledger; null: it is none of ours. */
  readonly folder: string | null
  readonly body: (wanted: { readonly isStream: boolean; readonly prompt: string }) => string
}

const here = path.dirname(fileURLToPath(import.meta.url))
const repository = path.dirname(path.dirname(here))
const entry = path.join(repository, 'dist/command/main.js')
const peerEntry = path.join(repository, 'node_modules/@portkey-ai/gateway/build/start-server.js')

const key = 'bench-key-4c1d9e2f7a6b3085'

/** As the official client sends them. */
const clientHeaders = {
  accept: 'application/json',
  'content-type': 'application/json',
  'user-agent': 'OpenAI/JS 7.57.0',
  'x-stainless-retry-count': '0',
  'x-stainless-lang': 'js',
  'x-stainless-package-version': '7.57.0',
  'x-stainless-os': 'Linux',
  'x-stainless-arch': 'x64',
  'x-stainless-runtime': 'node',
  'x-stainless-runtime-version': 'v24.21.0',
  authorization: `Bearer ${key}`,
}

const instruction =
  'You review changes to a payment service. Answer with what is wrong, where, and what to do. '.repeat(
    4,
  )

function chatBody(wanted: { readonly isStream: boolean; readonly prompt: string }): string {
  return JSON.stringify({
    model: 'bench-model',
    messages: [
      { role: 'system', content: instruction },
      { role: 'user', content: wanted.prompt },
    ],
    temperature: 0.2,
    max_tokens: 1000,
    ...(wanted.isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
  })
}

function messagesBody(wanted: { readonly isStream: boolean; readonly prompt: string }): string {
  return JSON.stringify({
    model: 'bench-model',
    system: instruction,
    messages: [{ role: 'user', content: wanted.prompt }],
    temperature: 0.2,
    max_tokens: 1000,
    ...(wanted.isStream ? { stream: true } : {}),
  })
}

/** The upstream, and every system in a process of its own. `scratch`: for configuration and ledger; `profiles`: where ours write theirs. */
export async function startSystems(
  scratch: string,
  names: readonly SystemName[],
  profiles: string | null,
): Promise<{
  readonly systems: readonly System[]
  /** Of the upstream. */
  readonly origin: string
  stop(): Promise<void>
}> {
  const upstreamPort = await freePort()
  const upstream = await startProgram(
    'measuring',
    [path.join(here, 'upstream.ts'), String(upstreamPort)],
    { isForked: true },
  )
  const origin = `http://127.0.0.1:${upstreamPort}`
  const systems: System[] = []
  for (const name of names) systems.push(await startSystem(name, origin, { scratch, profiles }))
  return {
    systems,
    origin,
    stop: async () => {
      for (const { program } of systems) await program?.stop()
      await upstream.stop()
    },
  }
}

async function startSystem(
  name: SystemName,
  upstream: string,
  { scratch, profiles }: { readonly scratch: string; readonly profiles: string | null },
): Promise<System> {
  const chat = {
    name,
    folder: null,
    path: '/v1/chat/completions',
    headers: clientHeaders,
    body: chatBody,
  }
  if (name === 'direct') return { ...chat, origin: upstream, program: null }
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  if (name === 'relay' || name === 'least') {
    const program = name === 'relay' ? 'bare-relay.ts' : 'least-relay.ts'
    const words = [path.join(here, program), String(port), upstream]
    return { ...chat, origin, program: await startProgram('measured', words, { isForked: true }) }
  }
  if (name === 'peer') {
    const words = [peerEntry, '--headless', `--port=${port}`]
    const program = await startProgram('measured', words, {
      isForked: false,
      environment: { NODE_ENV: 'production' },
    })
    await untilAnswers(`${origin}/`, program)
    const headers = {
      ...clientHeaders,
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${upstream}/v1`,
    }
    return { ...chat, origin, headers, program }
  }
  const folder = path.join(scratch, name)
  const flags =
    profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${path.join(profiles, name)}`]
  const program = await startGateway(upstream, { folder, port, flags, main: entry })
  if (name === 'same') return { ...chat, folder, origin, program }
  const { authorization: _bearer, ...others } = clientHeaders
  return {
    ...chat,
    folder,
    path: '/v1/messages',
    origin,
    headers: { ...others, 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    body: messagesBody,
    program,
  }
}

/** A gateway of ours, over a folder that is written for it. `main`: file of the command. */
async function startGateway(
  upstream: string,
  {
    folder,
    port,
    flags,
    main,
  }: {
    readonly folder: string
    readonly port: number
    readonly flags: readonly string[]
    readonly main: string
  },
): Promise<Program> {
  writeFolder(folder, upstream)
  const words = [...flags, main, 'serve', '--config', path.join(folder, 'holdfast.yaml')]
  const program = await startProgram('measured', [...words, '--listen', `127.0.0.1:${port}`], {
    isForked: false,
    environment: { HOLDFAST_BENCH_CALLER: key, HOLDFAST_BENCH_UPSTREAM: 'upstream-key-2b7e1516' },
  })
  await untilAnswers(`http://127.0.0.1:${port}/readyz`, program)
  return program
}

/** A build of the command as a system like any other; `build`: its file and flags of Node, apart by spaces. */
export async function startBuild(
  build: string,
  upstream: string,
  folder: string,
): Promise<Omit<System, 'name' | 'program'> & { readonly program: Program }> {
  const [main = '', ...flags] = build.split(' ')
  const port = await freePort()
  const program = await startGateway(upstream, { folder, port, flags, main: path.resolve(main) })
  return {
    folder,
    path: '/v1/chat/completions',
    headers: clientHeaders,
    body: chatBody,
    origin: `http://127.0.0.1:${port}`,
    program,
  }
}

/** Entries of a ledger that nobody writes to any more; it must be whole. */
export function entriesIn(folder: string): number {
  const words = [entry, 'ledger', 'verify', '--format', 'json']
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the ledger is not whole: ${stdout} ${stderr}`)
  const { logs } = JSON.parse(stdout) as { readonly logs: readonly { readonly entries: number }[] }
  return logs.reduce((sum, log) => sum + log.entries, 0)
}

/**
 * A folder as an organisation would have it: a workflow with a fallback, a directive in force on the model that is
 * asked for, a caller who may use it all the same, and a ledger with every key.
 */
function writeFolder(folder: string, upstream: string): void {
  mkdirSync(path.join(folder, 'directives'), { recursive: true })
  const keys = spawnSync(
    process.execPath,
    [entry, 'ledger', 'keys', 'init', '--directory', 'keys'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  if (keys.status !== 0) throw new Error(`keys of the ledger: ${keys.stderr}`)
  writeFileSync(path.join(folder, 'holdfast.yaml'), `${configuration(upstream)}${keys.stdout}`)
  writeFileSync(path.join(folder, 'directives/bench-order.yaml'), directive)
}

function configuration(upstream: string): string {
  return `version: 1
organisation: { name: Bench }
routes:
  - id: first
    provider: openai
    protocol: openai-chat
    baseUrl: ${upstream}/v1
    credential: env:HOLDFAST_BENCH_UPSTREAM
    region: us
    models: { openai/gpt-5: bench-model }
  - id: second
    provider: mistral
    protocol: openai-chat
    baseUrl: ${upstream}/v1
    credential: env:HOLDFAST_BENCH_UPSTREAM
    region: fr
    models: { mistral/mistral-large-2411: mistral-large-2411 }
workflows:
  - id: review
    task: code-review
    criticality: critical
    audience: [staff]
    model: openai/gpt-5
    fallbacks: [mistral/mistral-large-2411]
groups: { staff: {} }
principals:
  - { id: robin, kind: person, key: env:HOLDFAST_BENCH_CALLER, class: not-foreign-person, groups: [staff] }
eligibility: { definition: us-ear-772.1, reviewedBy: counsel, legalBasis: benchmark }
directives: { load: [bench-order] }
`
}

const directive = `id: bench-order
title: An order on the model that is asked for
instrument: regulation
issuer: xx/bench
authority: [Bench Act 1]
publication: published
source: { url: https://authority.example/order, retrieved: 2026-11-01 }
effect: forbid
scope: { models: [openai/gpt-5], routes: all, persons: foreign-person, definition: us-ear-772.1 }
status:
  - { at: 2026-01-01T00:00:00Z, is: effective, source: { url: https://authority.example/order, retrieved: 2026-11-01 } }
review: { state: unverified, by: null, at: null }
`
