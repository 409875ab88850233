import { randomBytes, randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import { collectDefaultMetrics } from 'prom-client'
import { messageOf } from '../base/fault.ts'
import {
  Gateway,
  GatewayMetrics,
  ObservedTraffic,
  RemoteLimits,
  SharedCircuits,
  withRouteStandings,
} from '../gateway/index.ts'
import { codecs } from '../protocols/index.ts'
import { TaskCapture } from './capture/task-capture.ts'
import { FirstProcess } from './fleet/first-process.ts'
import type { ProcessStanding, ToWorker } from './fleet/fleet-message.ts'
import { StateFollower } from './fleet/state-follower.ts'
import { leaveIfBusy } from './leave.ts'
import { listenOn } from './listen.ts'
import { Oidc } from './oidc.ts'
import { lazyStore, storeSettings } from './open-store.ts'
import { durably, recordKeeper } from './record-keeper.ts'
import { openEvidence } from './serve-evidence.ts'
import { systemClock } from './system-clock.ts'
import { TrialMetrics } from './qualify/schedule/trial-metrics.ts'
import { TrafficVerdicts } from './traffic-verdicts.ts'
import { openTraces } from './traces/open-traces.ts'
import { endAll } from './end-all.ts'

/**
 * One of the processes of `holdfast serve` that carry traffic. It has a log of its own in the ledger; everything else
 * that lasts, and all that is shared, is with the process that started it.
 */

type Begin = Extract<ToWorker, { kind: 'begin' }>

/** Between two times at which traffic that was seen is told. */
const observedMs = 1_000

const first = new FirstProcess()
const warn = (message: string): void => first.warn(message)

async function begin({ configPath, listen, role, order, lanes }: Begin) {
  const { config } = order
  const evidence =
    config.ledger === undefined ? null : await openEvidence(configPath, config, warn, role)
  const store = lazyStore(storeSettings(config, configPath, `holdfast-${role}`))
  const oidc = new Oidc({ folder: dirname(configPath), evidence, warn })
  const follower = new StateFollower({ configPath, store, evidence, oidc, warn })
  const limits = new RemoteLimits((questions) => first.limits(questions))
  const metrics = new GatewayMetrics(systemClock)
  collectDefaultMetrics({ register: metrics.registry })
  const { registry } = metrics
  const traces = await openTraces({ configPath, config, registry, instance: randomUUID(), warn })
  const observed = new ObservedTraffic()
  const keeper = recordKeeper({
    config,
    configPath,
    lazyStore: store,
    recordDurable: evidence === null ? undefined : (entry) => durably(evidence.ledger, entry),
  })
  const trialMetrics = new TrialMetrics(registry)
  const traffic = new TrafficVerdicts({
    store,
    deciding: (work) => work(keeper),
    onEnded: (reason) => trialMetrics.invalidated(reason),
    warn,
  })
  const capture = new TaskCapture({ configPath, warn })
  await capture.configure(config)
  const gateway = new Gateway({
    onVerdictEnded: (verdict, servedNow) => traffic.refuted(verdict, servedNow),
    state: await follower.follow(order),
    limits: { counters: limits, capacity: limits },
    circuits: (copy) => new SharedCircuits(copy, first),
    conversations: first,
    codecs,
    clock: systemClock,
    evidence: evidence?.evidence ?? null,
    metrics,
    traces,
    observed,
    capture,
    randomBytes,
    random: Math.random,
    warn,
    // The first process decides, and tells what has changed.
    onCircuit: () => undefined,
  })
  for (const lane of lanes) gateway.circuits.mirror(lane)
  await listenOn(gateway.server, listen, 'gateway.listen')
  const tellObserved = (): void => {
    const { unkept } = observed
    first.observed(observed.take(), unkept)
  }
  const timer = setInterval(tellObserved, observedMs)
  return {
    gateway,
    limits,
    metrics: () => metrics.registry.getMetricsAsJSON(),
    standing: (): ProcessStanding => ({
      underWay: gateway.underWay,
      unreadiness: gateway.unreadiness,
      ledgerProblem: evidence?.ledger.problem ?? null,
      entries: evidence?.ledger.head().size ?? null,
    }),
    follow: async (wanted: Begin['order']) => {
      gateway.swap(await follower.follow(wanted))
      await traces.configure(wanted.config)
      await capture.configure(wanted.config).catch((error: unknown) => warn(messageOf(error)))
    },
    stop: async (drainMs: number) => {
      clearInterval(timer)
      oidc.close()
      await endAll([
        () => gateway.close(drainMs),
        () => traces.close(),
        () => traffic.settled(),
        () => capture.stop(),
        async () => tellObserved(),
        () => evidence?.close(),
        () => store.close(),
      ])
    },
  }
}

type Running = Awaited<ReturnType<typeof begin>>

async function answer(running: Running, message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'order':
      return await done(message.number, () => running.follow(message.order))
    case 'routes':
      return await done(message.number, () => {
        const { gateway } = running
        gateway.swap(withRouteStandings(gateway.state, message.standings))
      })
    case 'stop':
      await running.stop(message.drainMs)
      first.leave()
      return leaveIfBusy(0)
    case 'hurry':
      return running.gateway.hurry()
    case 'question': {
      const { id, about } = message
      return first.answer(id, about === 'metrics' ? await running.metrics() : running.standing())
    }
    case 'lane':
      return running.gateway.circuits.mirror(message.standing)
    case 'limits':
      return running.limits.hear(message.answers)
    case 'claimed':
      return first.claimed(message.id, message.isMine)
    case 'recalled':
      return first.recalled(message.id, message.history)
    case 'begin':
  }
}

async function done(number: number, work: () => void | Promise<void>): Promise<void> {
  try {
    await work()
    first.done(number, null)
  } catch (error) {
    first.done(number, messageOf(error))
  }
}

/** What may come in any order, and what has to wait for its turn. */
const inTurn: ReadonlySet<ToWorker['kind']> = new Set(['order', 'routes', 'stop'])

function start(): void {
  let running: Running | null = null
  /** Messages that come before it has begun, or while another change is under way, wait. */
  let turn: Promise<void> = Promise.resolve()
  const beginOrTell = async (message: Begin): Promise<void> => {
    try {
      running = await begin(message)
      first.serving()
    } catch (error) {
      first.failed(error)
      first.leave()
    }
  }
  first.listen((message) => {
    if (message.kind === 'begin') {
      turn = beginOrTell(message)
      return
    }
    const work = async (): Promise<void> => {
      if (running !== null) await answer(running, message)
    }
    if (running === null || inTurn.has(message.kind)) turn = turn.then(work)
    else work().catch((error: unknown) => warn(messageOf(error)))
  })
}

// They reach the whole group of processes; the first one tells what is to be done.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined)
start()
