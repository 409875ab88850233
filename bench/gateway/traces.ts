import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { median, note, numberOf, reportBenchmark } from '../benchmark.ts'
import type { Load, LoadResult } from './load.ts'
import { cpuMicroseconds } from './process-figures.ts'
import { freePort, isPinned, type Program, startProgram, untilAnswers } from './program.ts'

/**
 * What traces cost a request: none, all calls, one of ten, and all with a receiver that is not there, side by side.
 *
 *   npm run build && node bench/gateway/traces.ts [--rounds=9] [--requests=3000]
 *
 * Each way is a `holdfast serve` of its own on one core; load, provider and receiver have the other. Rounds are
 * interleaved, ratios are taken within a round. What is sent after the last answer counts as well: processor time is read
 * when nothing waits any more.
 */

const aims = {
  /** Processor time of a request, to that without traces. */
  all: 1.3,
  tenth: 1.1,
  away: 1.3,
}
const connections = 16
/** Longer than spans wait for company. */
const settleMs = 1_500

const repository = path.resolve(import.meta.dirname, '../..')
const entry = path.join(repository, 'dist/command/main.js')
const key = 'bench-key-4c1d9e2f7a6b3085'

interface Way {
  readonly name: 'off' | 'all' | 'tenth' | 'away'
  readonly program: Program
  readonly origin: string
}

async function main(words: readonly string[]): Promise<void> {
  const rounds = numberOf(words, 'rounds', 9)
  const requests = numberOf(words, 'requests', 3_000)
  const scratch = mkdtempSync(path.join(tmpdir(), 'holdfast-traces-'))
  const loadBefore = loadavg()
  let received = 0
  const receiver = createServer((request, response) => {
    request.on('data', (bytes: Buffer) => (received += bytes.length))
    request.on('end', () => response.writeHead(200).end())
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const address = receiver.address()
  if (address === null || typeof address === 'string') throw new Error('no receiver')
  const endpoint = `http://127.0.0.1:${address.port}/v1/traces`
  const upstreamPort = await freePort()
  const programs = [
    await startProgram(
      'measuring',
      [path.join(import.meta.dirname, 'upstream.ts'), String(upstreamPort)],
      { isForked: true },
    ),
    await startProgram('measuring', [path.join(import.meta.dirname, 'load.ts')], {
      isForked: true,
    }),
  ]
  const load = programs[1]
  if (load === undefined) throw new Error('no load')
  try {
    const traces = {
      off: '',
      all: `gateway: { traces: { endpoint: '${endpoint}' } }`,
      tenth: `gateway: { traces: { endpoint: '${endpoint}', sampleRatio: 0.1 } }`,
      away: `gateway: { traces: { endpoint: 'http://127.0.0.1:1/v1/traces' } }`,
    }
    const ways: Way[] = []
    for (const name of ['off', 'all', 'tenth', 'away'] as const) {
      const way = await start(name, { scratch, upstreamPort, traces: traces[name] })
      programs.push(way.program)
      ways.push(way)
      await measure(way, load, requests)
    }
    const runs: Record<Way['name'], { readonly cpu: number; readonly p50Ms: number }>[] = []
    for (let round = 0; round < rounds; round += 1) {
      const measured = new Map<string, { readonly cpu: number; readonly p50Ms: number }>()
      const first = round % ways.length
      for (const way of [...ways.slice(first), ...ways.slice(0, first)])
        measured.set(way.name, await measure(way, load, requests))
      runs.push(Object.fromEntries(measured) as (typeof runs)[number])
      note(`round ${round + 1}: ${JSON.stringify(runs.at(-1))}`)
    }
    const ratioOf = (name: Way['name']) => median(runs.map((run) => run[name].cpu / run.off.cpu))
    const ratios = { all: ratioOf('all'), tenth: ratioOf('tenth'), away: ratioOf('away') }
    const of = (name: Way['name']) => ({
      cpuMicroseconds: Math.round(median(runs.map((run) => run[name].cpu))),
      p50Ms: Number(median(runs.map((run) => run[name].p50Ms)).toPrecision(3)),
    })
    const figures = {
      rounds,
      requests,
      connections,
      isPinned,
      ratios,
      ways: { off: of('off'), all: of('all'), tenth: of('tenth'), away: of('away') },
      receivedBytes: received,
      load: { before: loadBefore, after: loadavg() },
    }
    const metEach = {
      all: ratios.all <= aims.all,
      tenth: ratios.tenth <= aims.tenth,
      away: ratios.away <= aims.away,
    }
    reportBenchmark(import.meta.dirname, {
      bench: 'traces',
      figures,
      aims,
      metEach,
      kept: { runs },
    })
  } finally {
    for (const program of programs.toReversed()) await program.stop()
    receiver.closeAllConnections()
    receiver.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function start(
  name: Way['name'],
  parts: { readonly scratch: string; readonly upstreamPort: number; readonly traces: string },
): Promise<Way> {
  const folder = path.join(parts.scratch, name)
  mkdirSync(folder)
  const keys = ['ledger', 'keys', 'init', '--directory', 'keys']
  const made = spawnSync(process.execPath, [entry, ...keys], { cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`keys of the ledger: ${made.stderr}`)
  writeFileSync(path.join(folder, 'holdfast.yaml'), `${configuration(parts)}${made.stdout}`)
  const port = await freePort()
  const words = ['serve', '--config', path.join(folder, 'holdfast.yaml')]
  const program = await startProgram(
    'measured',
    [entry, ...words, '--listen', `127.0.0.1:${port}`],
    {
      isForked: false,
      environment: { HOLDFAST_BENCH_CALLER: key, HOLDFAST_BENCH_UPSTREAM: 'upstream-key-2b7e1516' },
    },
  )
  const origin = `http://127.0.0.1:${port}`
  await untilAnswers(`${origin}/readyz`, program)
  return { name, program, origin }
}

async function measure(
  { origin, program }: Way,
  load: Program,
  requests: number,
): Promise<{ readonly cpu: number; readonly p50Ms: number }> {
  const wanted: Load = {
    origin,
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'bench-model',
      messages: [{ role: 'user', content: 'Review this change.' }],
    }),
    connections,
    requests,
    spreadMs: 0,
  }
  const before = cpuMicroseconds(program.pid)
  load.child.send(wanted)
  const [result] = (await once(load.child, 'message')) as [
    LoadResult | { readonly failure: string },
  ]
  if ('failure' in result) throw new Error(result.failure)
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  const cpu = (cpuMicroseconds(program.pid) - before) / requests
  return { cpu, p50Ms: median(result.wholeMs) }
}

function configuration(parts: { readonly upstreamPort: number; readonly traces: string }): string {
  return `version: 1
organisation: { name: Bench }
routes:
  - id: first
    provider: openai
    protocol: openai-chat
    baseUrl: http://127.0.0.1:${parts.upstreamPort}/v1
    credential: env:HOLDFAST_BENCH_UPSTREAM
    models: { openai/gpt-5: bench-model }
workflows:
  - { id: review, task: code-review, criticality: critical, audience: [staff], model: openai/gpt-5 }
groups: { staff: {} }
principals:
  - { id: robin, kind: person, key: env:HOLDFAST_BENCH_CALLER, class: not-foreign-person, groups: [staff] }
${parts.traces}
`
}

await main(process.argv.slice(2))
