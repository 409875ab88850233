import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { growthOf } from '../../bench/benchmark.ts'
import { findEntries } from '../../src/cli/ledger-entries.ts'
import { ledgerPlace } from '../../src/cli/open-ledger.ts'
import { createRandomSource } from '../oracle/random-source.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { OrderHistory } from '../support/gateway-soak-orders.ts'
import {
  caseName,
  lastServed,
  readSoak,
  sendSoak,
  type SoakAnswer,
  type SoakRequest,
} from '../support/gateway-soak-request.ts'
import {
  type SoakOrder,
  soakConfig,
  soakOrders,
  soakOrderText,
  soakWorkflows,
} from '../support/gateway-soak-world.ts'
import { ledgerKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { answerText } from '../support/provider/answer-text.ts'
import { errorClassIn } from '../support/provider/faults/fault.ts'
import { faults } from '../support/provider/faults/faults.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * Requests through faults, orders that come and go, keys that change and processes that stop or are killed: none
 * fails that a permitted fallback could serve, none is served that policy denies, and the ledger knows of each.
 */

const wanted = Number(process.env['HOLDFAST_GATEWAY_SOAK_REQUESTS'] ?? 3_000)
const seed = Number(process.env['HOLDFAST_GATEWAY_SOAK_SEED'] ?? 20_261_125)
const concurrent = 16
const stops = ['SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL'] as const
/** Stops lie in the first part; then one process goes on, whose memory is watched. */
const stoppingShare = 0.6
const changeEveryMs = 800
/** Of the gateway while it holds some thousand connections and the last verdicts of policy. */
const memoryBytesMax = 700 * 2 ** 20
const growthBytesMax = 32 * 2 ** 20

setGatewayKeys()
const folder = temporaryFolder()
const random = createRandomSource(seed)
const orderIds = Object.keys(soakOrders) as SoakOrder[]
/** Lifted by its file; the others by what holdfast.yaml loads. */
const liftable: SoakOrder = 'order-fallback'
const callers = ['cleared', 'foreign'] as const
const inbounds = ['openai-chat', 'openai-responses', 'anthropic-messages'] as const

/** What somebody else can make good, in a time that a soak has; no model here has room for more than another. */
const usable = faults.filter(
  (one) =>
    !['client', 'refusal', 'context', 'none'].includes(errorClassIn(one, 'anthropic-messages')) &&
    one.protocols.includes('anthropic-messages') &&
    one.protocols.includes('openai-chat') &&
    !['too-large', 'huge-body', 'prefill-rejected'].includes(one.id),
)
const slow = /late|stall|silen|no-response|loris|ping|drip|s06|s07|s09|h07/
const quick = usable.filter(({ errorClass, id }) => errorClass !== 'withdrawn' && !slow.test(id))
const silent = usable.filter(({ id }) => slow.test(id))
const withdrawn = usable.filter(({ errorClass }) => errorClass === 'withdrawn')

let provider: Provider
before(async () => {
  provider = await startProvider({
    seed: 0,
    timeScale: 0.02,
    keepRequests: 4_000,
    hugeBodyBytes: 2 ** 20,
  })
})
after(() => provider.close())

function anyRequest(number: number): SoakRequest {
  const workflow = random.chance(0.85) ? 'review' : 'triage'
  const isStream = random.chance(0.6)
  return {
    number,
    inbound: random.pick(inbounds),
    isStream,
    workflow,
    model: soakWorkflows[workflow],
    caller: random.pick(callers),
    words: random.between(5, 60),
    cues: [...anyFault(workflow), ...(random.chance(0.02) ? ['[[pace: 60]]'] : [])].join(' '),
  }
}

function anyFault(workflow: SoakRequest['workflow']): readonly string[] {
  if (!random.chance(0.2)) return []
  // A withdrawn model stays out until a person says otherwise: only one of the two is ever withdrawn.
  const kinds = random.chance(0.06)
    ? silent
    : workflow === 'triage' && random.chance(0.2)
      ? withdrawn
      : quick
  const model = random.chance(0.7)
    ? { review: 'claude-fable-5', triage: 'claude-opus-4-1' }[workflow]
    : 'mistral-large-2411'
  return [`[[fault: ${kinds[random.between(0, kinds.length - 1)]?.id} @${model}]]`]
}

interface Served {
  readonly id: string
  readonly endedAt: number
  readonly mode: 'strict' | 'prompt'
}

class Soak {
  readonly history = new OrderHistory()
  readonly served: Served[] = []
  readonly problems: string[] = []
  readonly outcomes = new Map<string, number>()
  readonly memory: { readonly life: number; readonly bytes: number }[] = []
  readonly #ledger: Readonly<Record<string, unknown>>
  #gateway: GatewayProcess | null = null
  #turn = 0
  #load: SoakOrder[] = [liftable]
  /** When the one order was lifted, came back, was lifted again … */
  readonly #lifts: string[] = []
  #mode: 'strict' | 'prompt' = 'strict'
  /** Keys of each caller, the newest first, with the time from which they stood in the file. */
  readonly #keys: Record<
    (typeof callers)[number],
    { readonly key: string; readonly at: number }[]
  > = { cleared: [], foreign: [] }
  /** Set while a process is stopped and started: the signal. */
  #stopping: NodeJS.Signals | null = null
  readonly killedAt: number[] = []
  /** Processes so far. */
  life = 0
  sent = 0
  done = 0
  lostByKill = 0
  refusedAtDoor = 0
  worstReloadMs = 0

  constructor(ledger: Readonly<Record<string, unknown>>) {
    this.#ledger = ledger
    for (const caller of callers) this.#newKey(caller)
  }

  async start(): Promise<void> {
    const files = Object.fromEntries(
      orderIds.map((id) => [`directives/${id}.yaml`, soakOrderText(id)]),
    )
    writeFiles(folder, files)
    await this.#begin()
    this.history.begin(this.#inForce, Date.now())
  }

  async stop(): Promise<void> {
    assert.equal(await this.#gateway?.stop(), 0)
  }

  /** Sends until enough were sent; each goes on until it is answered. */
  async work(): Promise<void> {
    while (this.sent < wanted) {
      this.sent += 1
      await this.#ask(anyRequest(this.sent))
      this.done += 1
    }
  }

  /** Changes something now and then, until all is done. */
  async change(): Promise<void> {
    const atShares = stops.map((_, index) => ((index + 1) / (stops.length + 1)) * stoppingShare)
    let stopped = 0
    while (this.done < wanted) {
      await delay(changeEveryMs / 4 + random.between(0, changeEveryMs))
      const due = atShares[stopped]
      if (due !== undefined && this.done >= wanted * due) {
        const signal = stops[stopped] ?? 'SIGTERM'
        stopped += 1
        await this.#restart(signal, stopped >= 2)
      } else if (random.chance(0.2)) await this.#rotate(random.pick(callers))
      else if (random.chance(0.4)) await this.#lift()
      else await this.#order()
      this.#sample()
    }
  }

  #sample(): void {
    const { pid = 0 } = this.#gateway ?? {}
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0)
    this.memory.push({ life: this.life, bytes: kilobytes * 1024 })
  }

  // --- what is changed

  get #config(): object {
    this.#turn += 1
    return soakConfig(provider.baseUrl, this.#ledger, {
      load: this.#load,
      ledgerMode: this.#mode,
      turn: this.#turn,
    })
  }

  async #begin(): Promise<void> {
    this.life += 1
    this.#gateway = await startGateway(folder, this.#config)
  }

  /** Waits until what is written is in force. */
  async #change(write: () => Promise<void> | undefined): Promise<void> {
    const startedAt = Date.now()
    this.history.end(this.#inForce, startedAt)
    await write()
    this.history.begin(this.#inForce, Date.now())
    this.worstReloadMs = Math.max(this.worstReloadMs, Date.now() - startedAt)
  }

  #configure(): Promise<void> {
    return this.#change(() => this.#gateway?.configure(this.#config))
  }

  async #order(): Promise<void> {
    this.#load = this.#load.filter((one) => one === liftable)
    for (const one of orderIds) if (one !== liftable && random.chance(0.4)) this.#load.push(one)
    await this.#configure()
  }

  async #lift(): Promise<void> {
    this.#lifts.push(new Date().toISOString())
    const text = soakOrderText(liftable, this.#lifts)
    await this.#change(() => this.#gateway?.change({ [`directives/${liftable}.yaml`]: text }))
  }

  get #inForce(): readonly SoakOrder[] {
    const isLifted = this.#lifts.length % 2 === 1
    return this.#load.filter((one) => one !== liftable || !isLifted)
  }

  async #rotate(caller: (typeof callers)[number]): Promise<void> {
    this.#newKey(caller)
    await this.#configure()
  }

  #newKey(caller: (typeof callers)[number]): void {
    const key = randomBytes(24).toString('hex')
    writeFiles(folder, { [`keys/${caller}`]: key })
    chmodSync(join(folder, `keys/${caller}`), 0o600)
    this.#keys[caller].unshift({ key, at: Date.now() })
  }

  async #restart(signal: 'SIGTERM' | 'SIGKILL', isPromptNext: boolean): Promise<void> {
    this.#stopping = signal
    if (signal === 'SIGKILL') this.killedAt.push(Date.now())
    const code = await this.#gateway?.kill(signal)
    if (signal === 'SIGTERM') assert.equal(code, 0)
    if (isPromptNext) this.#mode = 'prompt'
    await this.#begin()
    this.#stopping = null
  }

  // --- what is asked

  async #ask(one: SoakRequest): Promise<void> {
    for (;;) {
      const gateway = this.#gateway
      const mode = this.#mode
      const key = this.#keys[one.caller][0]
      const answer = await sendSoak(gateway?.url ?? '', key?.key ?? '', one)
      if (this.#isToBeAskedAgain(one, answer, { gateway, keyAt: key?.at ?? 0 })) {
        await delay(25)
        continue
      }
      this.#judge(one, answer, mode)
      return
    }
  }

  /** It never reached a gateway, its process was killed, or its key has just changed. */
  #isToBeAskedAgain(
    one: SoakRequest,
    answer: SoakAnswer,
    { gateway, keyAt }: { readonly gateway: GatewayProcess | null; readonly keyAt: number },
  ): boolean {
    const isChangingKeys = Date.now() - keyAt < 5_000 || this.#stopping !== null
    if (answer.status === 401 && isChangingKeys) return true
    if (answer.broken === null) return false
    const wasKilled = this.killedAt.some((at) => at >= answer.sentAt - 50 && at <= answer.endedAt)
    const hasGone = this.#stopping !== null || gateway !== this.#gateway
    if (answer.broken === 'ECONNREFUSED' && hasGone) return true
    if (wasKilled) {
      this.lostByKill += 1
      return true
    }
    const isKnown = provider.requests.some((sent) => sent.case === caseName(one.number))
    // The listening socket was closed before anybody took the connection from it.
    if (answer.status === null && hasGone && !isKnown) {
      this.refusedAtDoor += 1
      return true
    }
    return false
  }

  #judge(one: SoakRequest, answer: SoakAnswer, mode: Served['mode']): void {
    const shown = (): string =>
      `${JSON.stringify(one)}: ${answer.status} ${answer.broken ?? ''} ${answer.body.slice(0, 700)}`
    if (answer.broken !== null || answer.status !== 200) {
      this.problems.push(`failed: ${shown()}`)
      return
    }
    const read = readSoak(one, answer)
    if (read.error !== null || !read.isEnded) this.problems.push(`not whole: ${shown()}`)
    else if (read.text !== answerText(0, one.words)) this.problems.push(`other text: ${shown()}`)
    const { headers, headAt, endedAt } = answer
    const tolerance = loopDelayMs()
    // Whoever began may end a moment after the rule; who begins later may not.
    for (const [model, at] of [
      [String(headers['holdfast-served-model']), headAt ?? endedAt],
      [lastServed(answer), endedAt],
    ] as const) {
      const order = this.history.forbade({ model, caller: one.caller }, at, tolerance)
      if (order !== null) this.problems.push(`served against ${order}: ${shown()}`)
    }
    const outcome = /^: holdfast resumed /m.test(answer.body)
      ? 'resumed'
      : String(headers['holdfast-outcome'])
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1)
    this.served.push({ id: String(headers['holdfast-request-id']), endedAt, mode })
  }
}

const loop = monitorEventLoopDelay({ resolution: 20 })

/** What this process itself may have been late by. */
function loopDelayMs(): number {
  return loop.max / 1e6
}

test(
  `${wanted} requests through faults, orders and restarts`,
  { timeout: 3 * 3_600_000 },
  async () => {
    console.log(`seed ${seed}`)
    const keys = ledgerKeys()
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    loop.enable()
    const soak = new Soak(keys.ledger)
    await soak.start()
    const startedAt = Date.now()
    await Promise.all([soak.change(), ...Array.from({ length: concurrent }, () => soak.work())])
    const seconds = (Date.now() - startedAt) / 1_000
    await soak.stop()

    const recorded = await servedInLedger()
    const unrecorded = soak.served.filter(({ id }) => !recorded.has(id))
    const windows = unrecorded
      .filter(({ mode }) => mode === 'prompt')
      .map(({ endedAt }) => Math.min(...soak.killedAt.map((at) => Math.abs(at - endedAt))))
    const figures = {
      requests: wanted,
      seconds: Math.round(seconds),
      outcomes: Object.fromEntries(soak.outcomes),
      changesOfOrders: soak.history.changes,
      worstReloadMs: soak.worstReloadMs,
      lives: soak.life,
      inFlightWhenKilled: soak.lostByKill,
      refusedAtTheDoor: soak.refusedAtDoor,
      unrecordedInPromptMode: windows.length,
      lossWindowMs: Math.max(0, ...windows),
      memoryMiB: summary(soak),
      growthMiB: Math.round(growthBytes(soak) / 2 ** 20),
    }
    console.log(JSON.stringify(figures))
    assert.deepEqual(soak.problems.slice(0, 5), [], `${soak.problems.length} problems`)
    assert.equal(soak.served.length, wanted)
    assert.ok(soak.outcomes.get('direct') && soak.outcomes.get('failover'), 'both ways were taken')
    assert.equal(new Set(soak.served.map(({ id }) => id)).size, wanted)
    assert.deepEqual(
      unrecorded.filter(({ mode }) => mode === 'strict'),
      [],
      'in strict mode everything that was served is recorded',
    )
    assert.ok(figures.lossWindowMs <= 1_000, `${figures.lossWindowMs} ms before a kill are lost`)
    const verified = holdfast(['ledger', 'verify', '--schema'], { cwd: folder })
    assert.equal(verified.status, 0, verified.stdout + verified.stderr)
    confirmMemory(soak)
  },
)

/** Requests whose answer the ledger knows of. */
async function servedInLedger(): Promise<ReadonlySet<string>> {
  const place = await ledgerPlace(join(folder, 'holdfast.yaml'))
  const found = new Set<string>()
  for await (const { parsed } of findEntries(place, {})) {
    const { entry } = parsed
    if (entry.kind === 'decision' && ['direct', 'failover', 'resumed'].includes(entry.outcome))
      found.add(entry.request)
  }
  return found
}

function lastLife({ life, memory }: Soak): readonly number[] {
  return memory.filter((one) => one.life === life).map(({ bytes }) => bytes)
}

function summary(soak: Soak): readonly number[] {
  const bytes = lastLife(soak)
  const step = Math.max(1, Math.floor(bytes.length / 8))
  return bytes.filter((_, index) => index % step === 0).map((one) => Math.round(one / 2 ** 20))
}

/** What the second half of the last process's life gained; the first half is warm-up. */
function growthBytes(soak: Soak): number {
  const bytes = lastLife(soak)
  return growthOf(bytes.slice(bytes.length / 2))
}

/** Flat: what is judged needs a life that is long beside its warm-up. */
function confirmMemory(soak: Soak): void {
  const most = Math.max(...lastLife(soak))
  assert.ok(most < memoryBytesMax, `${most} bytes`)
  if (wanted < 50_000) return
  const growth = growthBytes(soak)
  assert.ok(growth < growthBytesMax, `${growth} bytes were gained in the second half`)
}
