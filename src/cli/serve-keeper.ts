import { Fault, messageOf } from '../base/fault.ts'
import { type Gateway, type RouteStandings, withRouteStandings } from '../gateway/index.ts'
import type { ChangeTopic } from '../schema/stored-change.ts'
import type { WatchNotice } from '../store/index.ts'
import type { LazyStore } from './open-store.ts'
import { filesMark, type LoadedState, renewMs, type StateLoader } from './serve-state.ts'

export interface StateKeeperParts {
  readonly gateway: Gateway
  readonly loader: StateLoader
  readonly store: LazyStore
  readonly configPath: string
  readonly routesOf: (config: LoadedState['workspace']['config']) => Promise<RouteStandings>
  /** Circuits that another process changed. */
  readonly refreshCircuits: () => Promise<void>
  /** What is in force now is another. */
  readonly onLoaded: (loaded: LoadedState) => Promise<void>
  /** Other callers may call now than before, and all else is as it was. */
  readonly onCallers: () => Promise<void>
  /** Other routes take traffic now than before. */
  readonly onRoutes: () => Promise<void>
  readonly tell: (event: Readonly<Record<string, unknown>>) => void
  readonly warn: (message: string) => void
}

/** Between two looks at the files that a state is made from: a change must be in force within a second. */
const lookMs = 100

/** A load that takes longer is told of, once: until it ends, no later change comes into force either. */
const longLoadMs = 5_000

/** Topics after whose change everything is loaded anew. */
const stateTopics: ReadonlySet<ChangeTopic> = new Set([
  'principals',
  'keys',
  'attestations',
  'directives',
  'verdicts',
])

/** Keeps the state in force true to files, store and clock. A state that cannot be loaded leaves the last good one. */
export class StateKeeper {
  readonly #parts: StateKeeperParts
  #mark = ''
  #looking: NodeJS.Timeout | null = null
  #alarm: NodeJS.Timeout | null = null
  #loading: Promise<void> | null = null
  #loaded: LoadedState
  #lastLoad: { readonly at: string; readonly problem: string | null }
  #lastError: unknown = null
  #isAskedAgain = false
  #isStopped = false
  #isWatching = false
  /** The load of the start is no news where it comes out well: `ready` is told. */
  #isFirstLoad = true
  #told = new Set<string>()

  constructor(parts: StateKeeperParts, first: LoadedState) {
    this.#parts = parts
    this.#loaded = first
    this.#told = new Set(first.notices)
    this.#lastLoad = { at: first.workspace.now, problem: null }
  }

  get loaded(): LoadedState {
    return this.#loaded
  }

  get lastLoad(): { readonly at: string; readonly problem: string | null } {
    return this.#lastLoad
  }

  /**
   * Files and store may have changed since the first state was loaded: everything is loaded anew, now that they are watched.
   * To be waited for before traffic is taken.
   */
  async start(): Promise<void> {
    this.#mark = await filesMark(this.#parts.configPath)
    this.#setAlarm(this.#loaded.changesAt)
    await this.#watchStore()
    if (!this.#isWatching) this.changed()
    await this.#loading
    this.#look()
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

  /** Loads everything as it is now; throws what keeps it from being in force. */
  async reload(): Promise<void> {
    await this.#loading
    this.changed()
    await this.#loading
    if (this.#lastError !== null) throw this.#lastError
  }

  /** How routes stand, without anything else being read: also while the rest cannot be loaded. */
  async refreshRoutes(): Promise<void> {
    await this.#applyStandings()
    // What is being loaded may have looked before the change.
    if (this.#loading === null) return
    await this.#loading
    await this.#applyStandings()
  }

  async #applyStandings(): Promise<void> {
    const { gateway, routesOf, onRoutes } = this.#parts
    const standings = await routesOf(this.#loaded.workspace.config)
    gateway.swap(withRouteStandings(gateway.state, standings))
    this.#loaded = { ...this.#loaded, order: { ...this.#loaded.order, standings } }
    await onRoutes()
  }

  async #load(): Promise<void> {
    const { loader, gateway, tell, warn, onLoaded } = this.#parts
    const at = new Date().toISOString()
    const long = setTimeout(
      () => warn(`loading since ${at}, the last good state stays in force until that ends`),
      longLoadMs,
    )
    try {
      const loaded = await loader.load()
      this.#loaded = loaded
      gateway.swap(loaded.state)
      await onLoaded(loaded)
      for (const notice of loaded.notices) if (!this.#told.has(notice)) warn(notice)
      this.#told = new Set(loaded.notices)
      this.#setAlarm(loaded.changesAt)
      this.#lastLoad = { at, problem: null }
      this.#lastError = null
      if (!this.#isFirstLoad)
        tell({ event: 'reloaded', at, snapshot: loaded.state.snapshot.version })
    } catch (error) {
      this.#lastLoad = { at, problem: textOf(error) }
      this.#lastError = error
      warn(`not reloaded, the last good state stays in force: ${textOf(error)}`)
      this.#setAlarm(await this.#refreshCallers())
    } finally {
      clearTimeout(long)
      this.#isFirstLoad = false
      this.#loading = null
    }
    if (!this.#isAskedAgain) return
    this.#isAskedAgain = false
    this.changed()
  }

  /**
   * Whoever was revoked is out, whatever keeps the rest from being loaded. Gives back when callers change by
   * themselves; null: never, or they cannot be read either, and those that are known stay.
   */
  async #refreshCallers(): Promise<string | null> {
    const { gateway, loader, onCallers, warn } = this.#parts
    try {
      const { callers, changesAt } = await loader.callersOf(
        this.#loaded.workspace,
        gateway.state.callers,
      )
      gateway.swap({ ...gateway.state, callers })
      await onCallers()
      return changesAt
    } catch (error) {
      warn(`callers are not read anew either: ${textOf(error)}`)
      return null
    }
  }

  #look(): void {
    this.#looking = setTimeout(() => void this.#compareMark(), lookMs)
  }

  async #compareMark(): Promise<void> {
    const mark = await filesMark(this.#parts.configPath)
    if (this.#isStopped) return
    if (mark !== this.#mark) {
      this.#mark = mark
      this.changed()
    }
    // A store that takes its time to open holds up no look at the files.
    void this.#watchStore()
    this.#look()
  }

  /** The embedded store may be made while the process runs. */
  async #watchStore(): Promise<void> {
    if (this.#isWatching) return
    const store = await this.#parts.store.ifThere().catch(() => null)
    if (store === null || this.#isStopped || this.#isWatching) return
    this.#isWatching = true
    try {
      await store.watch([...stateTopics, 'circuits', 'routes'], (notice) => this.#heard(notice))
      // Something may have been written before anybody watched.
      this.changed()
      await this.#parts.refreshCircuits()
      await this.refreshRoutes()
    } catch (error) {
      this.#isWatching = false
      this.#parts.warn(`the store is not watched: ${messageOf(error)}`)
    }
  }

  #heard(notice: WatchNotice): void {
    if (this.#isStopped || notice.kind === 'away') return
    const topics = notice.kind === 'changes' ? notice.changes.map(({ topic }) => topic) : null
    if (topics === null || topics.some((topic) => stateTopics.has(topic))) this.changed()
    if (topics === null || topics.includes('routes')) this.#inBackground(this.refreshRoutes())
    if (topics === null || topics.includes('circuits'))
      this.#inBackground(this.#parts.refreshCircuits())
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) =>
      this.#parts.warn(`what has changed in the store is not in force: ${messageOf(error)}`),
    )
  }

  /** At the instant at which a directive changes what is permitted; and now and then, so that no snapshot expires. */
  #setAlarm(changesAt: string | null): void {
    // A load that ends after the stop must not keep the process alive.
    if (this.#isStopped) return
    if (this.#alarm !== null) clearTimeout(this.#alarm)
    const until = changesAt === null ? renewMs : Date.parse(changesAt) - Date.now()
    this.#alarm = setTimeout(() => this.changed(), Math.max(0, Math.min(until, renewMs)))
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Fault) || error.place === undefined) return messageOf(error)
  const { path, line } = error.place
  return `${path}${line === undefined ? '' : `:${line}`}: ${error.message}`
}
