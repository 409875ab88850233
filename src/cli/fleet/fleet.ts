import cluster, { type Worker } from 'node:cluster'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { Fault, messageOf } from '../../base/fault.ts'
import type {
  Circuits,
  GatewayLimits,
  HeldConversations,
  ObservedTraffic,
} from '../../gateway/index.ts'
import type { FromWorker, ProcessStanding, StateOrder, ToldFault } from './fleet-message.ts'
import { listenOn } from '../listen.ts'
import { hasEndedSoon, restartWait } from './restart-wait.ts'
import { noAnswer, Seat } from './seat.ts'

export interface FleetParts {
  /** Processes that carry traffic, beside this one. */
  readonly count: number
  readonly configPath: string
  readonly limits: GatewayLimits
  readonly circuits: Circuits
  readonly conversations: HeldConversations
  readonly observed: ObservedTraffic
  /** What is in force now. */
  readonly order: () => StateOrder
  /** The last figures of a process that has ended. */
  readonly onFigures: (figures: unknown) => Promise<void>
  readonly tell: (event: Readonly<Record<string, unknown>>) => void
  readonly warn: (message: string) => void
}

const fleetLimits = {
  /** Until a process has taken up what it was told; a change is to be in force within a second. */
  orderMs: 5_000,
  /** Before a process that could not is told again. */
  againMs: 1_000,
  /** Until a process answers a question. */
  answerMs: 2_000,
  /** Beyond the time for requests under way, until a process that does not end is ended. */
  stopMs: 10_000,
  /** The same warning of several processes is told once within this. */
  sameWarningMs: 10_000,
} as const

/**
 * The processes that carry traffic. This one holds the address, and hands each connection to the next of them; it
 * counts their limits, decides about circuits and tells them what is in force. One that ends is replaced.
 */
export class Fleet {
  readonly #parts: FleetParts
  readonly #seats = new Map<number, Seat>()
  readonly #endedSoon = new Map<number, number>()
  readonly #warned = new Map<string, number>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #serving: PromiseWithResolvers<void> | null = null
  #stopping: PromiseWithResolvers<void> | null = null
  #number = 0
  /** Of the newest order: what says only which routes take traffic does not replace it. */
  #newestOrder = 0
  #listen = ''

  constructor(parts: FleetParts) {
    this.#parts = parts
    parts.circuits.watch((standing) => {
      for (const seat of this.#begun) seat.send({ kind: 'lane', standing })
    })
  }

  /**
   * Gives back the address once all processes take traffic there; throws what keeps one of them from it. The port is
   * settled first: a process that comes later must find the same one.
   */
  async start(wanted: string): Promise<string> {
    const address = await freeAddress(wanted)
    this.#listen = new URL(address).host
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const place = extension === 'ts' ? '../serve-worker.ts' : './serve-worker.js'
    cluster.setupPrimary({
      exec: fileURLToPath(new URL(place, import.meta.url)),
      args: [],
      serialization: 'advanced',
    })
    this.#serving = Promise.withResolvers()
    for (let number = 1; number <= this.#parts.count; number += 1) this.#fork(number)
    try {
      await this.#serving.promise
    } finally {
      this.#serving = null
    }
    return address
  }

  /** Brings what is in force to every process; resolves when it is in force there, or is told not to be. */
  async order(): Promise<void> {
    const number = this.#next()
    this.#newestOrder = number
    await Promise.all(this.#begun.map((seat) => this.#orderAt(seat, number)))
  }

  /** Which routes take traffic, without anything else. */
  async orderRoutes(): Promise<void> {
    const number = this.#next()
    const { standings } = this.#parts.order()
    await Promise.all(
      this.#begun.map(async (seat) => {
        const message = { kind: 'routes', number, standings } as const
        const problem = await seat.done(number, message, fleetLimits.orderMs)
        if (problem !== null) this.#tellProblem(seat, problem)
      }),
    )
  }

  async standings(): Promise<
    readonly { readonly number: number; readonly standing: ProcessStanding | null }[]
  > {
    return await Promise.all(
      Array.from({ length: this.#parts.count }, async (_, index) => {
        const number = index + 1
        const seat = this.#seats.get(number)
        if (seat === undefined || seat.servingSince === null) return { number, standing: null }
        const answer = await seat.ask('standing', fleetLimits.answerMs)
        return { number, standing: answer === noAnswer ? null : (answer as ProcessStanding) }
      }),
    )
  }

  /** Figures of each process as they are now; of one that does not answer the last ones. */
  async figures(): Promise<readonly unknown[]> {
    const serving = [...this.#seats.values()].filter(({ servingSince }) => servingSince !== null)
    await Promise.all(
      serving.map(async (seat) => {
        const answer = await seat.ask('metrics', fleetLimits.answerMs)
        if (answer !== noAnswer) seat.figures = answer
      }),
    )
    return serving.flatMap(({ figures }) => (figures === null ? [] : [figures]))
  }

  /** Lets requests under way end, at most so long; resolves when every process has ended. */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = Promise.withResolvers()
    for (const timer of this.#timers) clearTimeout(timer)
    for (const seat of this.#seats.values()) seat.send({ kind: 'stop', drainMs })
    const timer = setTimeout(() => {
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL')
    }, drainMs + fleetLimits.stopMs)
    if (this.#seats.size > 0) await this.#stopping.promise
    clearTimeout(timer)
  }

  /** While they stop: requests under way end now. */
  hurry(): void {
    for (const seat of this.#seats.values()) seat.send({ kind: 'hurry' })
  }

  /** Processes that hear: one that begins is told all that is so then. */
  get #begun(): readonly Seat[] {
    return [...this.#seats.values()].filter(({ isBegun }) => isBegun)
  }

  #fork(number: number): void {
    const worker = cluster.fork()
    const { limits, circuits, conversations } = this.#parts
    const seat = new Seat({ worker, number, limits, circuits, conversations })
    this.#seats.set(number, seat)
    worker.on('message', (message: FromWorker) => this.#hear(seat, message))
    worker.on('error', (error) => this.#warn(`process ${number}: ${error.message}`))
    worker.once('exit', (code, signal) => this.#ended(seat, worker, code, signal))
  }

  #hear(seat: Seat, message: FromWorker): void {
    if (seat.hear(message)) return
    switch (message.kind) {
      case 'up':
        return this.#begin(seat)
      case 'serving':
        return this.#isServing(seat)
      case 'failed':
        if (this.#serving === null) this.#warn(`process ${seat.number}: ${message.message}`)
        return this.#serving?.reject(errorOf(message.fault, message.message))
      case 'observed':
        return this.#parts.observed.giveBack(message.uses, message.unkept)
      case 'warning':
        return this.#warn(message.message)
      case 'limits':
      case 'circuit':
      case 'claim':
      case 'hold':
      case 'recall':
      case 'answer':
      case 'done':
    }
  }

  #begin(seat: Seat): void {
    const { configPath, circuits } = this.#parts
    seat.isBegun = true
    seat.send({
      kind: 'begin',
      configPath,
      listen: this.#listen,
      role: `gateway-${seat.number}`,
      order: seat.orderFor(this.#parts.order()),
      lanes: circuits.standings,
    })
  }

  #isServing(seat: Seat): void {
    const { tell, count } = this.#parts
    seat.servingSince = performance.now()
    if (this.#serving === null)
      return tell({ event: 'process-serving', process: seat.number, pid: seat.pid })
    const serving = [...this.#seats.values()].filter(({ servingSince }) => servingSince !== null)
    if (serving.length === count) this.#serving.resolve()
  }

  #ended(seat: Seat, worker: Worker, code: number | null, signal: string | null): void {
    const { tell, onFigures } = this.#parts
    this.#seats.delete(seat.number)
    seat.close()
    if (seat.figures !== null)
      onFigures(seat.figures).catch((error: unknown) => this.#warn(messageOf(error)))
    if (this.#stopping !== null) {
      if (this.#seats.size === 0) this.#stopping.resolve()
      return
    }
    const how = signal === null ? `with ${code}` : `by ${signal}`
    this.#serving?.reject(
      new Fault('HF_SERVE_PROCESS', `process ${seat.number} of the gateway ended ${how}`),
    )
    const { servingSince } = seat
    const servedMs = servingSince === null ? null : performance.now() - servingSince
    const before = this.#endedSoon.get(seat.number) ?? 0
    const waitMs = restartWait(before)
    this.#endedSoon.set(seat.number, hasEndedSoon(servedMs) ? before + 1 : 0)
    const { pid } = worker.process
    tell({ event: 'process-ended', process: seat.number, pid, code, signal, againInMs: waitMs })
    this.#warn(
      `process ${seat.number} ended ${how}: its requests under way are lost, and it is replaced${waitMs === 0 ? '' : ` in ${waitMs} ms`}`,
    )
    this.#later(waitMs, () => this.#fork(seat.number))
  }

  /** Each time with what is in force then: how routes stand may change before a process is told again. */
  async #orderAt(seat: Seat, number: number): Promise<void> {
    const order = seat.orderFor(this.#parts.order())
    const message = { kind: 'order', number, order } as const
    const problem = await seat.done(number, message, fleetLimits.orderMs)
    if (problem === null) return
    this.#tellProblem(seat, problem)
    this.#later(fleetLimits.againMs, () => {
      const isNewest = number === this.#newestOrder
      if (isNewest && this.#seats.get(seat.number) === seat) void this.#orderAt(seat, number)
    })
  }

  /** Numbers what processes have to say that they have done. */
  #next(): number {
    this.#number += 1
    return this.#number
  }

  #tellProblem({ number }: Seat, problem: string): void {
    this.#warn(`process ${number} has not taken up what is in force, and is told again: ${problem}`)
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (this.#stopping === null) work()
    }, ms)
    this.#timers.add(timer)
  }

  #warn(message: string): void {
    const now = performance.now()
    const before = this.#warned.get(message)
    for (const [one, at] of this.#warned)
      if (now - at >= fleetLimits.sameWarningMs) this.#warned.delete(one)
    if (before !== undefined && now - before < fleetLimits.sameWarningMs) return
    this.#warned.set(message, now)
    this.#parts.warn(message)
  }
}

async function freeAddress(wanted: string): Promise<string> {
  const server = createServer()
  const address = await listenOn(server, wanted, 'gateway.listen')
  await new Promise<void>((closed) => server.close(() => closed()))
  return address
}

function errorOf(fault: ToldFault | null, message: string): Error {
  if (fault === null) return new Fault('HF_SERVE_PROCESS', message)
  const { code, expected, advice } = fault
  return new Fault(code, message, { expected, advice })
}
