import { randomBytes, randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { dirname, resolve } from 'node:path'
import { Fault, messageOf } from '../base/fault.ts'
import {
  type Circuit,
  CircuitProbes,
  Gateway,
  GatewayMetrics,
  MemoryCounters,
  ObservedTraffic,
  RouteCapacity,
} from '../gateway/index.ts'
import { codecs } from '../protocols/index.ts'
import { durationMs } from '../base/duration.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { AdminContext } from './admin/admin-context.ts'
import { CircuitKeeper } from './admin/circuit-keeper.ts'
import { processMetrics } from './admin/process-metrics.ts'
import { disabledIn, keepOrigins, standingsIn } from './admin/route-book.ts'
import { runningServe } from './admin/admin-client.ts'
import { announceServe, withdrawServe } from './admin/running-serve.ts'
import { RunBook } from './admin/runs/run-book.ts'
import { startAdmin } from './admin/start-admin.ts'
import { TaskCapture } from './capture/task-capture.ts'
import { Fleet } from './fleet/fleet.ts'
import { MachineFigures } from './fleet/machine-figures.ts'
import { standingOf, standingOfFleet } from './fleet/machine-standing.ts'
import { version } from './installation.ts'
import { storeProblem } from './admin/store-problem.ts'
import { endAll } from './end-all.ts'
import { listenOn } from './listen.ts'
import { loadConfig } from './load-config.ts'
import type { WithLocal } from './local/engine-wish.ts'
import { LocalEngine } from './local/local-engine.ts'
import { withLocalStanding } from './local/local-route.ts'
import { Oidc } from './oidc.ts'
import { lazyStore, storeSettings } from './open-store.ts'
import { durably, type RecordKeeper, recordKeeper } from './record-keeper.ts'
import { openEvidence, type ServedEvidence } from './serve-evidence.ts'
import { StateKeeper } from './serve-keeper.ts'
import { checkInThread } from './qualify/schedule/check-in-thread.ts'
import { servedTrials } from './qualify/schedule/served-trials.ts'
import { TrialMetrics } from './qualify/schedule/trial-metrics.ts'
import { type LoadedState, StateLoader } from './serve-state.ts'
import { VerdictWatch, type WatchedState } from './qualify/verdict-watch.ts'
import { isSpendLimited, SpendKeeper } from './spend-keeper.ts'
import { systemClock } from './system-clock.ts'
import { TrafficVerdicts } from './traffic-verdicts.ts'
import { openTraces } from './traces/open-traces.ts'
import { ObservedFlush } from './usage-observed.ts'

export interface ServeFlags {
  readonly config?: string | undefined
  readonly listen?: string | undefined
  readonly adminListen?: string | undefined
  readonly withLocal?: WithLocal | undefined
  readonly processes?: string | undefined
}

/** Requests under way may end for so long after a signal. */
const drainMs = 30_000
/** A store that could not be opened is tried again after this. */
const storeAgainMs = 1_000
const probeMsMin = 1_000
const processesMax = 256

/** `holdfast serve`: runs until it is told to stop. */
export async function serve(flags: ServeFlags): Promise<void> {
  const configPath = resolve(flags.config ?? 'holdfast.yaml')
  const config = await loadConfig(configPath, true)
  if (config === null) throw new TypeError('a configuration that must exist is there')
  await confirmAlone(configPath)
  const processes = processCount(flags.processes ?? config.gateway?.processes ?? 1)
  const listen = flags.listen ?? config.gateway?.listen ?? '127.0.0.1:8700'
  const { withLocal } = flags
  const refreshRoutes = () =>
    keeper.refreshRoutes().catch((error: unknown) => warn(messageOf(error)))
  const onChange = () => void refreshRoutes()
  const local =
    withLocal === undefined
      ? null
      : new LocalEngine(config, { configPath, withLocal, onChange, tell, warn })
  const store = lazyStore(storeSettings(config, configPath, 'holdfast-gateway'), storeAgainMs)
  const evidence = await openEvidence(configPath, config, warn)
  const deciding = <T>(work: (keeper: RecordKeeper) => Promise<T>): Promise<T> =>
    work(
      recordKeeper({
        config,
        configPath,
        lazyStore: store,
        recordDurable: evidence === null ? undefined : (entry) => durably(evidence.ledger, entry),
      }),
    )
  const oidc = new Oidc({ folder: dirname(configPath), evidence, warn })
  const routesOf = async (wanted: Pick<typeof config, 'routes' | 'local'>) => {
    const standings = await standingsIn(wanted, store)
    const notices = await deciding((keeper) => keepOrigins(standings, keeper))
    return { ...withLocalStanding(wanted, disabledIn(standings), local), notices }
  }
  const loader = new StateLoader({ configPath, store, evidence, oidc, local, routesOf, warn })
  const first = await loader.load()
  for (const notice of first.notices) warn(notice)
  const circuits = new CircuitKeeper({ store, warn, onAdopted: tellCircuit })
  const metrics = new GatewayMetrics(systemClock)
  const instance = randomUUID()
  let isOpen = false
  let isStopping = false
  const { registry } = metrics
  const traces = await openTraces({ configPath, config, registry, instance, warn })
  const observed = new ObservedTraffic()
  const capture = processes === 1 ? new TaskCapture({ configPath, warn }) : null
  await capture?.configure(config)
  const counters = new MemoryCounters(systemClock)
  const limits = { counters, capacity: new RouteCapacity(counters, systemClock) }
  const seen = new ObservedFlush({ configPath, observed, warn })
  const trialMetrics = new TrialMetrics(registry)
  const onEnded = (reason: string) => trialMetrics.invalidated(reason)
  const traffic = new TrafficVerdicts({ store, deciding, onEnded, warn })
  const watch = new VerdictWatch(
    { configPath, check: () => checkInThread(configPath), onEnded, warn },
    watchedBy(first),
  )
  const trials = servedTrials({
    configPath,
    config: () => keeper.loaded.workspace.config,
    store,
    deciding,
    metrics: trialMetrics,
    worker: instance,
    warn,
  })
  const gateway = new Gateway({
    state: first.state,
    // Another machine may carry traffic of the same address where they share a store.
    isAlone: processes === 1 && (config.store ?? 'embedded') === 'embedded',
    onVerdictEnded: (verdict, servedNow) => traffic.refuted(verdict, servedNow),
    limits,
    codecs,
    clock: systemClock,
    evidence: evidence?.evidence ?? null,
    metrics,
    traces,
    observed,
    capture: capture ?? undefined,
    randomBytes,
    random: Math.random,
    warn,
    onCircuit: (circuit) => {
      tellCircuit(circuit)
      recordCircuit(circuit, evidence)
      circuits.changed(circuit)
    },
  })
  await circuits.start(gateway.circuits)
  const keeper = new StateKeeper(
    {
      gateway,
      loader,
      store,
      configPath,
      routesOf,
      refreshCircuits: () => circuits.refresh(),
      onLoaded: async (loaded) => {
        const { workspace, adminTokens } = loaded
        watch.loaded(watchedBy(loaded))
        await fleet?.order()
        for (const problem of await admin.configure(workspace.config, adminTokens)) warn(problem)
        await traces.configure(workspace.config)
        await reconfigured(capture, workspace.config)
        // Before, they could reach no gateway.
        if (isOpen) trials.changed()
      },
      onCallers: async () => fleet?.order(),
      onRoutes: async () => fleet?.orderRoutes(),
      tell,
      warn,
    },
    first,
  )
  if (config.local?.required === true) await startOrThrow(local)
  else void local?.start()
  const probes = new CircuitProbes({
    circuits: gateway.circuits,
    clock: systemClock,
    everyMs: () => {
      const every = keeper.loaded.workspace.config.gateway?.probes?.every ?? '5m'
      return Math.max(probeMsMin, durationMs(every))
    },
    probe: ({ model, route }) => gateway.probe(model, route, keeper.loaded.probe),
    claim: (circuit) => circuits.claim(circuit),
    warn,
  })
  const figures = new MachineFigures(metrics.registry)
  const fleet =
    processes === 1
      ? null
      : new Fleet({
          count: processes,
          configPath,
          limits,
          circuits: gateway.circuits,
          conversations: gateway.conversations,
          observed,
          order: () => keeper.loaded.order,
          onFigures: (ended) => figures.keep(ended),
          tell,
          warn,
        })
  const spends = new SpendKeeper({
    store,
    counters,
    keeper: instance,
    isLimited: () => isSpendLimited(keeper.loaded.workspace.config),
    now: Date.now,
    warn,
  })
  const ownFigures = processMetrics(
    metrics.registry,
    () => keeper.lastLoad.problem !== null,
    async () => (await storeProblem(store)) !== null,
  )
  const runs = new RunBook(configPath)
  const context: AdminContext = {
    configPath,
    version: version(),
    instance,
    startedAt: new Date().toISOString(),
    gateway,
    evidence,
    store,
    circuits,
    probes,
    runs,
    loaded: () => keeper.loaded,
    lastLoad: () => keeper.lastLoad,
    reload: () => keeper.reload(),
    refreshRoutes: () => keeper.refreshRoutes(),
    deciding,
    standing: async () => {
      const own = standingOf(gateway, evidence)
      if (fleet !== null) return await standingOfFleet(own, fleet)
      // The admin port opens first.
      return gateway.server.listening || isStopping
        ? own
        : {
            ...own,
            unreadiness: ['the port for model traffic is not open yet', ...own.unreadiness],
          }
    },
    metrics: () => (fleet === null ? ownFigures() : figures.read(fleet)),
  }
  const admin = await startAdmin({
    context,
    config,
    issued: first.adminTokens,
    listen: flags.adminListen,
    warn,
  })
  await spends.start()
  await keeper.start()
  const opening =
    fleet === null ? listenOn(gateway.server, listen, 'gateway.listen') : fleet.start(listen)
  const address = await opening.catch(async (error: unknown) => {
    keeper.stop()
    await fleet?.stop(0)
    await spends.stop()
    await admin.close()
    // What watches it would keep the process.
    await store.close()
    throw error
  })
  isOpen = true
  watch.start()
  probes.start()
  const { startedAt } = context
  const running = { pid: process.pid, instance, admin: admin.address, gateway: address, startedAt }
  await announceServe(configPath, running).catch((error: unknown) =>
    warn(`commands will not find this process and will act on the store: ${messageOf(error)}`),
  )
  seen.start()
  trials.changed()
  if (local === null && config.local !== undefined)
    warn('holdfast.yaml has `local`, which takes no traffic without --with-local')
  // Whoever is told that it is ready may send a signal at once.
  process.on('SIGHUP', () => keeper.changed())
  const stopped = stopSignal()
  tell({ event: 'ready', gateway: address, admin: admin.address, processes })
  await stopped
  isStopping = true
  void hurryAtSignal([gateway, fleet])
  tell({ event: 'stopping', underWay: (await context.standing()).underWay })
  keeper.stop()
  probes.stop()
  oidc.close()
  const withdrawn = withdrawServe(configPath, instance).catch(() => undefined)
  await endAll([
    // Nothing is waited for before: whoever was told `stopping` gets no request in any more.
    () =>
      Promise.all([
        gateway.close(drainMs),
        fleet?.stop(drainMs),
        trials.stop(),
        runs.stop(),
        withdrawn,
      ]),
    () => traces.close(),
    () => capture?.stop(),
    () => local?.stop(),
    () => spends.stop(),
    () => watch.stop(),
    () => traffic.settled(),
    () => seen.stop(),
    () => admin.close(),
    () => circuits.stop(),
    () => evidence?.close(),
    () => store.close(),
  ])
  tell({ event: 'stopped' })
}

function watchedBy({ workspace, order, catalogue }: LoadedState): WatchedState {
  return { config: workspace.config, catalogue, verdicts: order.verdicts }
}

/** What it is captured with stays as it was where the new keys cannot be read: that keeps nothing else from being in force. */
async function reconfigured(capture: TaskCapture | null, config: HoldfastConfig): Promise<void> {
  await capture?.configure(config).catch((error: unknown) => warn(messageOf(error)))
}

async function startOrThrow(local: LocalEngine | null): Promise<void> {
  const problem = (await local?.start()) ?? null
  if (problem === null) return
  await local?.stop()
  throw problem
}

/** Two of them would take turns at their folder, and commands would reach one of them. */
async function confirmAlone(configPath: string): Promise<void> {
  const other = await runningServe(configPath)
  if (other === null) return
  const { pid, gateway, admin, startedAt } = other
  throw new Fault(
    'HF_SERVE_RUNNING',
    `\`holdfast serve\` runs on this folder already, as process ${pid}`,
    {
      place: { path: configPath },
      expected: 'one `holdfast serve` for each folder',
      others: [`it listens on ${gateway} and ${admin}, since ${startedAt}`],
    },
  )
}

/** `per-core`: as many as the machine lets this process use. */
function processCount(wanted: string | number): number {
  const count = wanted === 'per-core' ? availableParallelism() : Number(wanted)
  if (Number.isInteger(count) && count >= 1 && count <= processesMax) return count
  throw new Fault('HF_USAGE', `\`${wanted}\` is no number of processes`, {
    expected: `a whole number from 1 to ${processesMax}, or \`per-core\``,
  })
}

const stopSignals = ['SIGTERM', 'SIGINT'] as const

/** Resolves at the next SIGTERM or SIGINT. While nobody waits for one, it ends the process as it ends any. */
function stopSignal(): Promise<void> {
  return new Promise((told) => {
    const hear = (): void => {
      for (const signal of stopSignals) process.off(signal, hear)
      told()
    }
    for (const signal of stopSignals) process.on(signal, hear)
  })
}

/** A second signal: what is waited for ends now. */
async function hurryAtSignal(parts: readonly ({ hurry(): void } | null)[]): Promise<void> {
  await stopSignal()
  tell({ event: 'hurried' })
  for (const part of parts) part?.hurry()
}

function tellCircuit(circuit: Circuit): void {
  const { openedAt, probedAt } = circuit
  tell({
    event: 'circuit',
    ...circuit,
    openedAt: new Date(openedAt).toISOString(),
    probedAt: probedAt === null ? null : new Date(probedAt).toISOString(),
  })
}

function recordCircuit(circuit: Circuit, evidence: ServedEvidence | null): void {
  try {
    evidence?.ledger.record({
      kind: 'circuit',
      subject: circuit.id,
      change: `${circuit.kind}: ${circuit.state}`,
      by: 'gateway',
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
