import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { Fault, messageOf } from '../base/fault.ts'
import { type Circuit, Gateway, type GatewayClock } from '../gateway/index.ts'
import { codecs } from '../protocols/index.ts'
import type { Store } from '../store/index.ts'
import { loadConfig } from './load-config.ts'
import { lazyStore, storeSettings } from './open-store.ts'
import { openEvidence, type ServedEvidence } from './serve-evidence.ts'
import { filesMark, type LoadedState, renewMs, StateLoader } from './serve-state.ts'

export interface ServeFlags {
  readonly config?: string | undefined
  readonly listen?: string | undefined
}

/** Between two looks at the files that a state is made from: a change must be in force within a second. */
const lookMs = 250
/** Requests under way may end for so long after a signal. */
const drainMs = 30_000
/** Longest wait that a timer takes. */
const timerMsMax = 2 ** 31 - 1

const clock: GatewayClock = {
  now: Date.now,
  elapsed: () => performance.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, Math.min(ms, timerMsMax))
    return { refresh: () => void timer.refresh(), cancel: () => clearTimeout(timer) }
  },
}

/** `holdfast serve`: runs until it is told to stop. */
export async function serve(flags: ServeFlags): Promise<void> {
  const configPath = resolve(flags.config ?? 'holdfast.yaml')
  const config = await loadConfig(configPath, true)
  if (config === null) throw new TypeError('a configuration that must exist is there')
  const lazy = lazyStore(storeSettings(config, configPath, 'holdfast-gateway'))
  const store = await lazy.ifThere()
  const evidence = await openEvidence(configPath, config, warn)
  const loader = new StateLoader({ configPath, store, evidence, warn })
  const first = await loader.load()
  for (const notice of first.notices) warn(notice)
  const gateway = new Gateway({
    state: first.state,
    codecs,
    clock,
    evidence: evidence?.evidence ?? null,
    randomBytes,
    random: Math.random,
    warn,
    onCircuit: (circuit) => tellCircuit(circuit, evidence),
  })
  const address = await listen(gateway, flags.listen ?? config.gateway?.listen ?? '127.0.0.1:8700')
  const keeper = new StateKeeper(gateway, loader, configPath)
  await keeper.start(first, store)
  tell({ event: 'ready', gateway: address })
  await untilStopped(() => keeper.changed())
  tell({ event: 'stopping', underWay: gateway.underWay })
  keeper.stop()
  await gateway.close(drainMs)
  await evidence?.close()
  await lazy.close()
  tell({ event: 'stopped' })
}

/** Keeps the state in force true to files, store and clock. A state that cannot be loaded leaves the last good one. */
class StateKeeper {
  readonly #gateway: Gateway
  readonly #loader: StateLoader
  readonly #configPath: string
  #mark = ''
  #looking: NodeJS.Timeout | null = null
  #alarm: NodeJS.Timeout | null = null
  #loading: Promise<void> | null = null
  #isAskedAgain = false
  #isStopped = false
  #told = new Set<string>()

  constructor(gateway: Gateway, loader: StateLoader, configPath: string) {
    this.#gateway = gateway
    this.#loader = loader
    this.#configPath = configPath
  }

  async start(first: LoadedState, store: Store | null): Promise<void> {
    this.#told = new Set(first.notices)
    this.#mark = await filesMark(this.#configPath)
    this.#setAlarm(first.changesAt)
    this.#look()
    await store?.watch(['principals', 'keys', 'attestations', 'directives', 'verdicts'], () =>
      this.changed(),
    )
  }

  stop(): void {
    this.#isStopped = true
    if (this.#looking !== null) clearTimeout(this.#looking)
    if (this.#alarm !== null) clearTimeout(this.#alarm)
  }

  /** Something may have changed: everything is loaded anew, once more if it changes meanwhile. */
  changed(): void {
    if (this.#isStopped) return
    if (this.#loading !== null) {
      this.#isAskedAgain = true
      return
    }
    this.#loading = this.#load()
  }

  async #load(): Promise<void> {
    try {
      const loaded = await this.#loader.load()
      this.#gateway.swap(loaded.state)
      for (const notice of loaded.notices) if (!this.#told.has(notice)) warn(notice)
      this.#told = new Set(loaded.notices)
      this.#setAlarm(loaded.changesAt)
      tell({ event: 'reloaded', snapshot: loaded.state.snapshot.version })
    } catch (error) {
      warn(`not reloaded, the last good state stays in force: ${textOf(error)}`)
      this.#setAlarm(null)
    } finally {
      this.#loading = null
    }
    if (!this.#isAskedAgain) return
    this.#isAskedAgain = false
    this.changed()
  }

  #look(): void {
    this.#looking = setTimeout(() => void this.#compareMark(), lookMs)
  }

  async #compareMark(): Promise<void> {
    const mark = await filesMark(this.#configPath)
    if (this.#isStopped) return
    if (mark !== this.#mark) {
      this.#mark = mark
      this.changed()
    }
    this.#look()
  }

  /** At the instant at which a directive changes what is permitted; and now and then, so that no snapshot expires. */
  #setAlarm(changesAt: string | null): void {
    if (this.#alarm !== null) clearTimeout(this.#alarm)
    const until = changesAt === null ? renewMs : Date.parse(changesAt) - Date.now()
    this.#alarm = setTimeout(() => this.changed(), Math.max(0, Math.min(until, renewMs)))
  }
}

async function listen({ server }: Gateway, wanted: string): Promise<string> {
  const { host, port } = addressOf(wanted)
  await new Promise<void>((done, failed) => {
    server.once('error', (error) =>
      failed(
        new Fault('HF_LISTEN_FAILED', `cannot listen on \`${wanted}\`: ${messageOf(error)}`, {
          expected: 'a free address and port of this machine',
          advice: '`gateway.listen` in holdfast.yaml or --listen names another one',
          cause: error,
        }),
      ),
    )
    server.listen(port, host, () => done())
  })
  const address = server.address() as AddressInfo
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${shown}:${address.port}`
}

function addressOf(wanted: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:[\]]+)):(?<port>\d{1,5})$/.exec(wanted)?.groups
  const port = Number(found?.['port'])
  if (found === undefined || port > 65_535)
    throw new Fault('HF_CONFIG_INVALID', `\`${wanted}\` is no address to listen on`, {
      expected: 'a host and a port, such as `127.0.0.1:8700` or `[::1]:8700`',
    })
  return { host: found['six'] ?? found['four'] ?? '127.0.0.1', port }
}

/** Resolves at the first SIGTERM or SIGINT; SIGHUP asks to load everything anew. */
function untilStopped(reload: () => void): Promise<void> {
  process.on('SIGHUP', reload)
  return new Promise((stopped) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopped())
  })
}

function tellCircuit(circuit: Circuit, evidence: ServedEvidence | null): void {
  tell({ event: 'circuit', ...circuit, openedAt: new Date(circuit.openedAt).toISOString() })
  try {
    evidence?.ledger.record({
      kind: 'circuit',
      subject: circuit.id,
      change: `${circuit.kind}: ${circuit.state}`,
      by: circuit.closedBy ?? 'gateway',
      before: null,
      after: null,
    })
  } catch (error) {
    warn(`a circuit could not be recorded: ${messageOf(error)}`)
  }
}

/** One line of JSON an event, on stderr. */
function tell(event: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify(event)}\n`)
}

function warn(message: string): void {
  tell({ event: 'warning', message })
}

function textOf(error: unknown): string {
  if (!(error instanceof Fault) || error.place === undefined) return messageOf(error)
  const { path, line } = error.place
  return `${path}${line === undefined ? '' : `:${line}`}: ${error.message}`
}
