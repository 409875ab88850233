import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { messageOf } from '../../src/base/fault.ts'
import { growthOf, median, note, numberOf, reportBenchmark } from '../benchmark.ts'
import type { Load, LoadResult } from './load.ts'
import { cpuMicroseconds, rssMebibytes } from './process-figures.ts'
import { isPinned, type Program, startProgram } from './program.ts'
import { entriesIn, startSystems, type System, type SystemName, systemNames } from './systems.ts'

/**
 * What the gateway costs beside a bare relay, the least that a relay costs, and another gateway, in one run.
 *
 *   npm run bench:gateway [-- --rounds=9] [--requests=100000] [--only=relay,same] [--profiles=FOLDER] [--keep]
 *
 * Every system is a process of its own; where there are two cores, load and upstream have one and what is measured the
 * other. Rounds are interleaved, so that a slow minute of the machine meets all of them, and ratios are taken within a
 * round; figures are medians over rounds. `--requests`: how many each of ours has served when its memory is read.
 */

const aims = {
  /** Processor time of a request, as a multiple of the relay's. */
  cpuToRelay: 1.5,
  /** Requests a second over 16 connections, as a share of the relay's and as a multiple of the peer's. */
  rpsToRelay: 0.65,
  rpsToPeer: 15,
  /** Time to first token over 50 streams, above the relay's. */
  firstTokenP99AboveRelayMs: 0.5,
  /** Processor time of a translated chunk, as a multiple of one that the relay passes on. */
  translatedChunkToRaw: 3,
}

const serialRequests = 150
const crowdRequests = 1_000
const crowd = 16
const streams = 50
/** So many that the slowest hundredth are several. */
const streamRequests = 400
/** Those only take part in what a chunk costs. */
const shortStreamRequests = 150
const chunks = 64
const fewChunks = 4
const everyMs = 20

/** Until most of what a request runs through is compiled for good: a gateway runs for months. */
const warmUpRequests = 20_000

/** After each of them the memory of ours is read. */
const memorySlices = 20

/** The peer is slower by far: it gets fewer requests, so that it does not take most of the time. */
const peerShare = 0.2

interface Measured {
  readonly serialP50Ms: number
  readonly serialP99Ms: number
  readonly crowdP50Ms: number
  readonly crowdP99Ms: number
  readonly requestsPerSecond: number
  readonly cpuPerRequest: number
  readonly firstTokenP50Ms: number
  readonly firstTokenP99Ms: number
  /** Of a whole stream, divided by its chunks. */
  readonly cpuPerChunkOfStream: number
  /** Of each chunk more. */
  readonly cpuPerChunk: number
}

/** What was not measured. */
const unmeasured: Measured = {
  serialP50Ms: Number.NaN,
  serialP99Ms: Number.NaN,
  crowdP50Ms: Number.NaN,
  crowdP99Ms: Number.NaN,
  requestsPerSecond: Number.NaN,
  cpuPerRequest: Number.NaN,
  firstTokenP50Ms: Number.NaN,
  firstTokenP99Ms: Number.NaN,
  cpuPerChunkOfStream: Number.NaN,
  cpuPerChunk: Number.NaN,
}

type Round = ReadonlyMap<SystemName, Measured>

class Bench {
  readonly #load: Program
  readonly #withoutStreams = new Set<SystemName>()
  readonly served = new Map<SystemName, number>()

  constructor(load: Program) {
    this.#load = load
  }

  async send(
    system: System,
    wanted: Pick<Load, 'connections' | 'requests'> & { readonly chunks?: number },
  ): Promise<LoadResult & { readonly cpuPerRequest: number }> {
    const { connections, requests, chunks } = wanted
    const pid = system.program?.pid ?? null
    const isStream = chunks !== undefined
    const load: Load = {
      origin: system.origin,
      path: system.path,
      headers: system.headers,
      body: system.body({ isStream, prompt: promptOf(chunks ?? 0) }),
      connections,
      requests,
      spreadMs: isStream ? chunks * everyMs : 0,
    }
    const before = pid === null ? 0 : cpuMicroseconds(pid)
    this.#load.child.send(load)
    const [result] = (await once(this.#load.child, 'message')) as [
      LoadResult | { readonly failure: string },
    ]
    if ('failure' in result) throw new Error(`${system.name}: ${result.failure}`)
    const spent = pid === null ? 0 : cpuMicroseconds(pid) - before
    this.served.set(system.name, (this.served.get(system.name) ?? 0) + requests)
    return { ...result, cpuPerRequest: spent / requests }
  }

  async warmUp(system: System): Promise<void> {
    const share = system.name === 'peer' ? peerShare : 1
    await this.send(system, { connections: crowd, requests: warmUpRequests * share })
    try {
      await this.send(system, { connections: streams, requests: 400 * share, chunks: fewChunks })
      await this.send(system, { connections: streams, requests: 500 * share, chunks })
    } catch (error) {
      // With what npm installs beside it today the peer may answer streams with 500: then it has no figures of them.
      if (system.name !== 'peer') throw error
      note(`the peer is not measured with streams: ${messageOf(error)}`)
      this.#withoutStreams.add(system.name)
    }
  }

  async measure(system: System): Promise<Measured> {
    const share = system.name === 'peer' ? peerShare : 1
    const serial = await this.send(system, { connections: 1, requests: serialRequests * share })
    const many = await this.send(system, { connections: crowd, requests: crowdRequests * share })
    const whole = {
      serialP50Ms: share50(serial.wholeMs),
      serialP99Ms: share99(serial.wholeMs),
      crowdP50Ms: share50(many.wholeMs),
      crowdP99Ms: share99(many.wholeMs),
      requestsPerSecond: (crowdRequests * share) / many.seconds,
      cpuPerRequest: many.cpuPerRequest,
    }
    if (this.#withoutStreams.has(system.name)) return { ...unmeasured, ...whole }
    const long = await this.send(system, { connections: streams, requests: streamRequests, chunks })
    const short = await this.send(system, {
      connections: streams,
      requests: shortStreamRequests,
      chunks: fewChunks,
    })
    return {
      ...whole,
      firstTokenP50Ms: share50(long.firstMs),
      firstTokenP99Ms: share99(long.firstMs),
      cpuPerChunkOfStream: long.cpuPerRequest / chunks,
      cpuPerChunk: (long.cpuPerRequest - short.cpuPerRequest) / (chunks - fewChunks),
    }
  }
}

/** Tells the upstream what to stream; the rest is what a prompt is made of. */
function promptOf(count: number): string {
  return `chunks=${count} everyMs=${everyMs}\n${'+  if (amount > limit) return refuse(amount)\n'.repeat(10)}`
}

async function main(words: readonly string[]): Promise<void> {
  const rounds = numberOf(words, 'rounds', 9)
  const requests = numberOf(words, 'requests', 100_000)
  const names = systemsOf(words)
  const scratch = mkdtempSync(path.join(tmpdir(), 'holdfast-gateway-'))
  const load = await startProgram('measuring', [path.join(import.meta.dirname, 'load.ts')], {
    isForked: true,
  })
  const started = await startSystems(scratch, names, textOf(words, 'profiles'))
  const { systems } = started
  const bench = new Bench(load)
  const end = async () => {
    await started.stop()
    await load.stop()
  }
  try {
    const loadBefore = loadavg()
    for (const system of systems) await bench.warmUp(system)
    const rssAtFirst = rssOf(systems)
    const runs: Round[] = []
    for (let round = 0; round < rounds; round += 1) {
      runs.push(await measureRound(bench, systems, round))
      note(`round ${round + 1}: ${JSON.stringify(Object.fromEntries(runs.at(-1) ?? []))}`)
    }
    const memory = await measureMemory(bench, systems, { requests, rssAtFirst })
    const loadAfter = loadavg()
    await end()
    const settings = { rounds, requests, isPinned, ledgerEntries: entriesOf(bench, systems) }
    report(runs, { memory, settings, load: { before: loadBefore, after: loadAfter } })
  } finally {
    await end()
    if (words.includes('--keep')) note(`kept ${scratch}`)
    else rmSync(scratch, { recursive: true, force: true })
  }
}

/** Each round begins with another system: whoever comes first has no advantage. */
async function measureRound(
  bench: Bench,
  systems: readonly System[],
  round: number,
): Promise<Round> {
  const measured = new Map<SystemName, Measured>()
  const first = round % systems.length
  for (const system of [...systems.slice(first), ...systems.slice(0, first)])
    measured.set(system.name, await bench.measure(system))
  return measured
}

interface Memory {
  readonly requests: number
  readonly rssMib: number
  readonly rssMibAtFirst: number
  /** Of ours: after each slice of the requests that follow the rounds. */
  readonly rssMibs?: readonly number[]
  /** What the second half of those slices gained, by the line through them. */
  readonly growthMib?: number
}

/** Ours up to the number that was asked for, the others as far as the rounds have brought them. */
async function measureMemory(
  bench: Bench,
  systems: readonly System[],
  {
    requests,
    rssAtFirst,
  }: { readonly requests: number; readonly rssAtFirst: ReadonlyMap<SystemName, number> },
): Promise<ReadonlyMap<SystemName, Memory>> {
  const slices = new Map<SystemName, readonly number[]>()
  for (const system of systems) {
    const left = requests - (bench.served.get(system.name) ?? 0)
    if (left <= 0 || system.folder === null || system.program === null) continue
    const rss: number[] = []
    for (let slice = 0; slice < memorySlices; slice += 1) {
      await bench.send(system, { connections: crowd, requests: Math.ceil(left / memorySlices) })
      rss.push(rssMebibytes(system.program.pid))
    }
    slices.set(system.name, rss)
  }
  return new Map(
    [...rssOf(systems)].map(([name, rssMib]) => [
      name,
      {
        requests: bench.served.get(name) ?? 0,
        rssMib,
        rssMibAtFirst: rssAtFirst.get(name) ?? Number.NaN,
        ...grownIn(slices.get(name)),
      },
    ]),
  )
}

/** The first half of the slices is warm-up: the heap grows to what the collector finds right for the load. */
function grownIn(rssMibs: readonly number[] | undefined): Partial<Memory> {
  if (rssMibs === undefined) return {}
  const half = rssMibs.slice(rssMibs.length / 2)
  return { rssMibs: rssMibs.map(Math.round), growthMib: Number(growthOf(half).toPrecision(3)) }
}

/** Every request of ours must have left its entry: without evidence the figures were those of something else. */
function entriesOf(bench: Bench, systems: readonly System[]): number {
  let all = 0
  for (const { name, folder } of systems) {
    if (folder === null) continue
    const entries = entriesIn(folder)
    const served = bench.served.get(name) ?? 0
    if (entries < served) throw new Error(`${name}: ${served} requests, ${entries} entries`)
    all += entries
  }
  return all
}

function rssOf(systems: readonly System[]): ReadonlyMap<SystemName, number> {
  return new Map(
    systems.flatMap(({ name, program }) =>
      program === null ? [] : [[name, rssMebibytes(program.pid)] as const],
    ),
  )
}

function report(
  runs: readonly Round[],
  others: {
    readonly memory: ReadonlyMap<SystemName, Memory>
    readonly settings: object
    /** Programs that ran or wanted to, over 1, 5 and 15 minutes. */
    readonly load: { readonly before: readonly number[]; readonly after: readonly number[] }
  },
): void {
  const { memory, settings, load } = others
  const ratios = ratiosOf(runs)
  const grown = [...memory.values()].flatMap(({ growthMib }) => growthMib ?? [])
  const memoryGrowthMib = grown.length === 0 ? Number.NaN : Math.max(...grown)
  const figures = {
    ...settings,
    ...ratios,
    memoryGrowthMib,
    systems: Object.fromEntries(
      [...(runs[0]?.keys() ?? [])].map((name) => [
        name,
        { ...figuresOf(runs, name), ...memory.get(name) },
      ]),
    ),
    load,
  }
  reportBenchmark(import.meta.dirname, {
    bench: 'gateway',
    figures,
    aims,
    metEach: {
      cpuToRelay: ratios.cpuToRelay <= aims.cpuToRelay,
      rpsToRelay: ratios.rpsToRelay >= aims.rpsToRelay,
      rpsToPeer: ratios.rpsToPeer >= aims.rpsToPeer,
      firstTokenP99AboveRelayMs: ratios.firstTokenP99AboveRelayMs <= aims.firstTokenP99AboveRelayMs,
      translatedChunkToRaw: ratios.translatedChunkToRaw <= aims.translatedChunkToRaw,
    },
    kept: { runs: runs.map((round) => Object.fromEntries(round)) },
  })
}

/** What the aims speak of: taken within each round, then the median over rounds. */
function ratiosOf(runs: readonly Round[]) {
  const over = (name: SystemName, other: SystemName, figure: keyof Measured) =>
    acrossRounds(runs, (round) => of(round, name)[figure] / of(round, other)[figure])
  return {
    cpuToRelay: over('same', 'relay', 'cpuPerRequest'),
    cpuToRelayTranslated: over('translated', 'relay', 'cpuPerRequest'),
    rpsToRelay: over('same', 'relay', 'requestsPerSecond'),
    rpsToPeer: over('same', 'peer', 'requestsPerSecond'),
    /** What relays reach, which do nothing but pass bytes on. */
    rpsOfRelayToPeer: over('relay', 'peer', 'requestsPerSecond'),
    rpsOfLeastToPeer: over('least', 'peer', 'requestsPerSecond'),
    cpuToLeast: over('same', 'least', 'cpuPerRequest'),
    rpsToLeast: over('same', 'least', 'requestsPerSecond'),
    translatedChunkToLeast: over('translated', 'least', 'cpuPerChunk'),
    cpuOfPeerToOurs: over('peer', 'same', 'cpuPerRequest'),
    firstTokenP50AboveRelayMs: acrossRounds(
      runs,
      (round) => of(round, 'same').firstTokenP50Ms - of(round, 'relay').firstTokenP50Ms,
    ),
    firstTokenP99AboveRelayMs: acrossRounds(
      runs,
      (round) => of(round, 'same').firstTokenP99Ms - of(round, 'relay').firstTokenP99Ms,
    ),
    firstTokenP99AboveLeastMs: acrossRounds(
      runs,
      (round) => of(round, 'same').firstTokenP99Ms - of(round, 'least').firstTokenP99Ms,
    ),
    translatedChunkToRaw: over('translated', 'relay', 'cpuPerChunk'),
    byteLaneChunkToRaw: over('same', 'relay', 'cpuPerChunk'),
  }
}

/** Medians of one system, and what it adds to going direct. */
function figuresOf(runs: readonly Round[], name: SystemName): Readonly<Record<string, number>> {
  const middle = (figure: keyof Measured) => acrossRounds(runs, (round) => of(round, name)[figure])
  const added = (figure: keyof Measured) =>
    acrossRounds(runs, (round) => of(round, name)[figure] - of(round, 'direct')[figure])
  return {
    cpuMicrosecondsPerRequest: middle('cpuPerRequest'),
    requestsPerSecond: middle('requestsPerSecond'),
    addedP50MsAt1: added('serialP50Ms'),
    addedP99MsAt1: added('serialP99Ms'),
    addedP50MsAt16: added('crowdP50Ms'),
    addedP99MsAt16: added('crowdP99Ms'),
    firstTokenP50Ms: middle('firstTokenP50Ms'),
    firstTokenP99Ms: middle('firstTokenP99Ms'),
    cpuMicrosecondsPerChunk: middle('cpuPerChunk'),
    cpuMicrosecondsPerChunkOfStream: middle('cpuPerChunkOfStream'),
  }
}

function acrossRounds(runs: readonly Round[], figure: (round: Round) => number): number {
  return Number(median(runs.map(figure)).toPrecision(4))
}

/** With `--only` some systems are left out, and what speaks of them is no number. */
function of(round: Round, name: SystemName): Measured {
  return round.get(name) ?? unmeasured
}

function share50(values: readonly number[]): number {
  return median(values)
}

/** The value below which 99 of 100 lie. */
function share99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.NaN
}

function textOf(words: readonly string[], name: string): string | null {
  return words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? null
}

function systemsOf(words: readonly string[]): readonly SystemName[] {
  const only = textOf(words, 'only')?.split(',')
  return systemNames.filter((name) => only === undefined || only.includes(name))
}

await main(process.argv.slice(2))
