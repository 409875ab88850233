import { Gauge, Histogram, Registry } from 'prom-client'
import type { Usage } from '../protocols/index.ts'
import type { AnswerFacts } from './caller-answer.ts'
import type { CallerResponse } from './caller-response.ts'
import type { AttemptResult, Circuit } from './circuits.ts'
import type { GatewayClock } from './clock.ts'
import type { GatewayState } from './gateway-state.ts'
import type { MeasuredCall } from './measured-call.ts'
import type { JudgedHop } from './plan-hops.ts'
import { Tally } from './tally.ts'

/** What is looked at when somebody asks for the figures. */
export interface MetricsSources {
  readonly state: () => GatewayState
  readonly circuits: () => readonly Circuit[]
  readonly ledgerProblem: () => string | null
  /** Of conversations that are held. */
  readonly heldBytes: () => number
}

/** How a hop of a request stands, as its evidence has it. */
interface HopEnd {
  readonly outcome: string
  readonly usage?: Usage | null
}

/** Combinations of label values of one metric; what comes later is counted under `other`. */
const seriesMax = 2_000
const durationBuckets = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
] as const
const firstTokenBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60] as const

/**
 * Figures for Prometheus. Labels name endpoints, routes, models of holdfast.yaml and directives: never a caller, a
 * workflow or a class, and no text that a caller or a provider wrote.
 */
export class GatewayMetrics {
  readonly registry = new Registry()
  readonly #clock: GatewayClock
  #underWay = 0
  readonly #series = new Map<string, Set<string>>()
  readonly #requests
  readonly #durations
  readonly #firstTokens
  readonly #attempts
  readonly #tokens

  constructor(clock: GatewayClock) {
    this.#clock = clock
    const registers = [this.registry]
    this.#requests = new Tally(this.registry, {
      name: 'holdfast_requests_total',
      help: 'Requests that have ended, by what became of them; directive: one that kept a model from the caller',
      labelNames: ['endpoint', 'outcome', 'route', 'model', 'directive'],
    })
    this.#durations = new Histogram({
      name: 'holdfast_request_duration_seconds',
      help: 'From the arrival of a request to the last byte of its answer',
      labelNames: ['endpoint', 'outcome'],
      buckets: [...durationBuckets],
      registers,
    })
    this.#firstTokens = new Histogram({
      name: 'holdfast_time_to_first_token_seconds',
      help: 'From the arrival of a request to the first content of its streamed answer',
      labelNames: ['endpoint', 'route'],
      buckets: [...firstTokenBuckets],
      registers,
    })
    this.#attempts = new Tally(this.registry, {
      name: 'holdfast_upstream_attempts_total',
      help: 'Requests to providers that have ended: served, given-up, or the class of the error',
      labelNames: ['route', 'model', 'result'],
    })
    this.#tokens = new Tally(this.registry, {
      name: 'holdfast_tokens_total',
      help: 'Tokens that providers counted',
      labelNames: ['route', 'model', 'kind'],
    })
    const underWay = () => this.#underWay
    this.registry.registerMetric(
      new Gauge({
        name: 'holdfast_requests_in_flight',
        help: 'Requests under way',
        registers: [],
        collect() {
          this.set(underWay())
        },
      }),
    )
  }

  /** Figures that are looked up when they are asked for. */
  watch(sources: MetricsSources): void {
    for (const gauge of lookedUp(sources)) this.registry.registerMetric(gauge)
  }

  began(request: {
    readonly endpoint: string
    readonly response: CallerResponse
    readonly facts: AnswerFacts
    readonly state: () => GatewayState
  }): MeasuredCall {
    const { endpoint, response, facts, state } = request
    const startedAt = this.#clock.elapsed()
    const call: MeasuredCall = { endpoint, startedAt, directive: null, openedAt: null }
    this.#underWay += 1
    response.on('close', () => this.#ended(call, response, facts, state()))
    return call
  }

  /** The first content of a streamed answer goes out. */
  opened(call: MeasuredCall): void {
    call.openedAt ??= this.#clock.elapsed()
  }

  hop(call: MeasuredCall | null, { hop, decision }: JudgedHop, { outcome, usage }: HopEnd): void {
    if (outcome === 'denied' && call !== null)
      call.directive ??= decision.reasons.find((one) => one.directive !== null)?.directive ?? null
    if (usage !== null && usage !== undefined) this.#used(hop.route.id, hop.model, usage)
  }

  attempt(model: string, route: string, result: AttemptResult): void {
    this.#attempts.add([route, model, result])
  }

  #used(route: string, model: string, usage: Usage): void {
    for (const kind of tokenKinds) {
      const count = usage[kind]
      if (count !== null && count > 0) this.#tokens.add([route, model, tokenWords[kind]], count)
    }
  }

  #ended(
    { endpoint, startedAt, openedAt, directive }: MeasuredCall,
    response: CallerResponse,
    facts: AnswerFacts,
    state: GatewayState,
  ): void {
    this.#underWay -= 1
    const outcome = outcomeOf(response, facts)
    const route = facts.route ?? 'none'
    const model = servedModel(facts, state)
    this.#requests.add([endpoint, outcome, route, model, directive ?? 'none'])
    this.#durations.observe({ endpoint, outcome }, (this.#clock.elapsed() - startedAt) / 1000)
    if (openedAt !== null)
      this.#firstTokens.observe(
        this.#bounded('firstTokens', { endpoint, route }),
        (openedAt - startedAt) / 1000,
      )
  }

  #bounded<T extends Readonly<Record<string, string>>>(metric: string, labels: T): T {
    let seen = this.#series.get(metric)
    if (seen === undefined) this.#series.set(metric, (seen = new Set()))
    let key = ''
    for (const name in labels) key += `${labels[name] ?? ''}\n`
    if (seen.has(key)) return labels
    if (seen.size < seriesMax) {
      seen.add(key)
      return labels
    }
    return Object.fromEntries(Object.keys(labels).map((name) => [name, 'other'])) as unknown as T
  }
}

const tokenKinds = ['input', 'output', 'cacheRead', 'cacheWrite', 'reasoning'] as const
const tokenWords = {
  input: 'input',
  output: 'output',
  cacheRead: 'cache-read',
  cacheWrite: 'cache-write',
  reasoning: 'reasoning',
} as const satisfies Record<(typeof tokenKinds)[number], string>

/** A name that a provider made up is no label. */
function servedModel({ servedModel: served }: AnswerFacts, state: GatewayState): string {
  if (served === null) return 'none'
  return state.snapshot.table.models.has(served) ? served : 'other'
}

function outcomeOf(response: CallerResponse, facts: AnswerFacts): string {
  if (!response.writableFinished) return 'left'
  const { statusCode: status } = response
  if (facts.isBroken || status >= 500) return 'failed'
  if (status >= 400) return facts.outcome === 'denied' ? 'denied' : 'refused'
  return facts.outcome ?? 'direct'
}

function lookedUp({ state, circuits, ledgerProblem, heldBytes }: MetricsSources): readonly Gauge[] {
  return [
    new Gauge({
      name: 'holdfast_circuits',
      help: 'Circuits that are not closed',
      labelNames: ['kind', 'state', 'route', 'model'],
      aggregator: 'max',
      registers: [],
      collect() {
        this.reset()
        for (const { kind, state: now, route, model } of circuits().slice(0, seriesMax))
          this.set({ kind, state: now, route, model }, 1)
      },
    }),
    new Gauge({
      name: 'holdfast_route_disabled',
      help: '1: the route takes no traffic, by an operator or since its origin is not accepted',
      labelNames: ['route'],
      aggregator: 'max',
      registers: [],
      collect() {
        this.reset()
        for (const { id, disabled } of [...state().routes.values()].slice(0, seriesMax))
          this.set({ route: id }, disabled === null ? 0 : 1)
      },
    }),
    gauge('holdfast_ledger_problem', '1: nothing can be recorded now', 'max', () =>
      ledgerProblem() === null ? 0 : 1,
    ),
    gauge(
      'holdfast_held_conversation_bytes',
      'Memory of conversations of which callers send only what is new',
      'sum',
      heldBytes,
    ),
    gauge(
      'holdfast_snapshot_version',
      'Version of the policy that decides, counted since the start; of several processes the oldest',
      'min',
      () => state().snapshot.version,
    ),
    gauge(
      'holdfast_snapshot_expiry_timestamp_seconds',
      'From then on the policy decides no more about restricted models',
      'min',
      () => Date.parse(state().snapshot.expiresAt) / 1000,
    ),
  ]
}

/** `aggregator`: what several processes of one machine say together. */
function gauge(
  name: string,
  help: string,
  aggregator: 'max' | 'min' | 'sum',
  value: () => number,
): Gauge {
  return new Gauge({
    name,
    help,
    aggregator,
    registers: [],
    collect() {
      this.set(value())
    },
  })
}
