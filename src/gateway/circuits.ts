import type { ErrorClass } from '../protocols/index.ts'
import type { GatewayClock } from './clock.ts'

/** A circuit over one model on one route. */
export interface Circuit {
  /** `model:vendor/name@route`. */
  readonly id: string
  readonly kind: 'withdrawn' | 'outage'
  readonly model: string
  readonly route: string
  /** `half-open`: the next request tries it. `probe-passed`: a person may close it. */
  readonly state: 'open' | 'half-open' | 'probe-passed' | 'closed'
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly openedAt: number
  readonly probedAt: number | null
  readonly closedBy: string | null
}

/** How a request to a provider ended: `given-up`: it says nothing of the route, for instance because its caller left. */
export type AttemptResult = 'served' | 'given-up' | ErrorClass

/** `try`: traffic passes. `probe`: this request may be the one that tries. */
export type Admission = 'try' | 'probe' | 'withdrawn' | 'outage'

/** What requests ask of circuits and tell them. */
export interface RouteCircuits {
  /** Asks without taking the place of a probe. */
  admits(model: string, route: string): Admission
  /**
   * The request that was admitted goes out. False: another one is trying the route; whoever has no other hop goes all
   * the same. A promise where another process has to be asked, which is only while a circuit is half open.
   */
  began(model: string, route: string, isLastResort: boolean): boolean | Promise<boolean>
  succeeded(model: string, route: string): void
  /** A request came to no end that says anything about the route, for instance because its caller left. */
  released(model: string, route: string): void
  failed(model: string, route: string, failure: RouteFailure): void
}

export interface RouteFailure {
  readonly class: ErrorClass
  readonly message: string
  readonly retryAfterMs: number | null
}

/** What happened to a request of another process. */
export type CircuitEvent =
  | {
      readonly kind: 'began' | 'succeeded' | 'released'
      readonly model: string
      readonly route: string
    }
  | {
      readonly kind: 'failed'
      readonly model: string
      readonly route: string
      readonly failure: RouteFailure
    }

/** How one model stands on one route, for other processes. */
export interface LaneStanding {
  readonly model: string
  readonly route: string
  readonly failures: number
  readonly openMs: number
  /** So long nothing is tried, from now on. */
  readonly openForMs: number
  readonly isProbing: boolean
  readonly circuit: Circuit | null
}

const failuresUntilOpen = 3
const firstOpenMs = 2_000
const openMsMax = 15_000
const retryAfterMsMax = 60_000

interface Lane {
  readonly model: string
  readonly route: string
  failures: number
  openMs: number
  /** Elapsed milliseconds until which nothing is tried; 0: closed. */
  openUntil: number
  isProbing: boolean
  circuit: Circuit | null
}

/**
 * What failed is not asked again at once. A withdrawn model stays out until a probe has passed and a person closed
 * its circuit; an outage ends by itself, with one request that tries while the others pass by.
 */
export class Circuits implements RouteCircuits {
  readonly #clock: GatewayClock
  readonly #onChange: (circuit: Circuit) => void
  readonly #onAttempt: (model: string, route: string, result: AttemptResult) => void
  readonly #lanes = new Map<string, Lane>()
  #onLane: ((standing: LaneStanding) => void) | null = null

  constructor(
    clock: GatewayClock,
    onChange: (circuit: Circuit) => void,
    onAttempt: (model: string, route: string, result: AttemptResult) => void = () => undefined,
  ) {
    this.#clock = clock
    this.#onChange = onChange
    this.#onAttempt = onAttempt
  }

  /** Is called after every change of how a model stands on a route. */
  watch(onLane: (standing: LaneStanding) => void): void {
    this.#onLane = onLane
  }

  /** How models stand on routes of which anything is known. */
  get standings(): readonly LaneStanding[] {
    return [...this.#lanes.values()].map((lane) => this.#standingOf(lane))
  }

  /** Takes over how a model stands on a route from the process that decides it. */
  mirror({ model, route, failures, openMs, openForMs, isProbing, circuit }: LaneStanding): void {
    const lane = this.#lane(model, route)
    const openUntil = openForMs === 0 ? 0 : this.#clock.elapsed() + openForMs
    Object.assign(lane, { failures, openMs, openUntil, isProbing, circuit })
  }

  /** Whether a success would change anything. */
  isMarked(model: string, route: string): boolean {
    const lane = this.#lanes.get(laneId(model, route))
    return lane !== undefined && (lane.failures > 0 || lane.isProbing || lane.circuit !== null)
  }

  /** A request of another process; it is counted there. */
  heard(event: CircuitEvent): void {
    const { model, route } = event
    switch (event.kind) {
      case 'began':
        return void this.began(model, route, true)
      case 'succeeded':
        return this.#succeeded(model, route)
      case 'released':
        return this.#release(model, route)
      case 'failed':
        return this.#failed(model, route, event.failure)
    }
  }

  admits(model: string, route: string): Admission {
    const lane = this.#lanes.get(laneId(model, route))
    if (lane === undefined || lane.circuit === null || lane.circuit.state === 'closed') return 'try'
    if (lane.circuit.kind === 'withdrawn') return 'withdrawn'
    if (this.#clock.elapsed() < lane.openUntil || lane.isProbing) return 'outage'
    return 'probe'
  }

  began(model: string, route: string, isLastResort: boolean): boolean {
    const lane = this.#lanes.get(laneId(model, route))
    if (lane?.circuit?.kind !== 'outage' || lane.circuit.state === 'closed') return true
    if (lane.isProbing && !isLastResort) return false
    lane.isProbing = true
    this.#tell(lane, { ...lane.circuit, state: 'half-open', probedAt: this.#clock.now() })
    return true
  }

  succeeded(model: string, route: string): void {
    this.#onAttempt(model, route, 'served')
    this.#succeeded(model, route)
  }

  released(model: string, route: string): void {
    this.#onAttempt(model, route, 'given-up')
    this.#release(model, route)
  }

  failed(model: string, route: string, failure: RouteFailure): void {
    this.#onAttempt(model, route, failure.class)
    this.#failed(model, route, failure)
  }

  #succeeded(model: string, route: string): void {
    const lane = this.#lanes.get(laneId(model, route))
    if (lane === undefined) return
    lane.failures = 0
    lane.isProbing = false
    if (lane.circuit === null || lane.circuit.kind === 'withdrawn') return this.#changed(lane)
    lane.openMs = firstOpenMs
    lane.openUntil = 0
    if (lane.circuit.state !== 'closed') this.#tell(lane, { ...lane.circuit, state: 'closed' })
    lane.circuit = null
    this.#changed(lane)
  }

  #failed(model: string, route: string, failure: RouteFailure): void {
    if (failure.class === 'withdrawn') return this.withdraw(model, route, failure.message)
    if (!isOutage(failure.class)) return this.#release(model, route)
    const lane = this.#lane(model, route)
    lane.failures += 1
    const isRefusedCredential = failure.class === 'auth'
    const waits = Math.min(failure.retryAfterMs ?? 0, retryAfterMsMax)
    const isLong = waits > firstOpenMs
    if (!isRefusedCredential && !isLong && !lane.isProbing && lane.failures < failuresUntilOpen)
      return this.#changed(lane)
    lane.isProbing = false
    lane.openUntil =
      this.#clock.elapsed() + Math.max(isRefusedCredential ? openMsMax : lane.openMs, waits)
    lane.openMs = Math.min(lane.openMs * 2, openMsMax)
    // Some servers repeat the key that they refuse.
    const told = isRefusedCredential ? 'the credential is refused' : failure.message
    this.#tell(lane, this.#opened(lane, 'outage', `${failure.class}: ${told}`))
  }

  withdraw(model: string, route: string, reason: string): void {
    const lane = this.#lane(model, route)
    lane.isProbing = false
    if (lane.circuit?.kind === 'withdrawn' && lane.circuit.state !== 'closed')
      return this.#changed(lane)
    this.#tell(lane, this.#opened(lane, 'withdrawn', reason))
  }

  /** Of a withdrawn model: whether a one-token request was served. */
  probed(id: string, hasPassed: boolean): void {
    const lane = this.#lanes.get(id)
    if (lane?.circuit?.kind !== 'withdrawn' || lane.circuit.state === 'closed') return
    const state = hasPassed ? 'probe-passed' : 'open'
    const isNew = state !== lane.circuit.state
    const circuit: Circuit = { ...lane.circuit, state, probedAt: this.#clock.now() }
    if (isNew) this.#tell(lane, circuit)
    else {
      lane.circuit = circuit
      this.#changed(lane)
    }
  }

  /** What another process decided, or this one before it was started anew: taken over, and not told again. */
  adopt(circuit: Circuit): void {
    const lane = this.#lane(circuit.model, circuit.route)
    const isOver = circuit.state === 'closed'
    if (isOver && lane.circuit?.kind !== circuit.kind) return
    lane.isProbing = false
    lane.failures = 0
    lane.circuit = isOver ? null : circuit
    this.#changed(lane)
  }

  /** One that is not closed; null: there is none. */
  find(id: string): Circuit | null {
    const circuit = this.#lanes.get(id)?.circuit ?? null
    return circuit?.state === 'closed' ? null : circuit
  }

  /** `false`: there is no such circuit, or no probe has passed yet. */
  close(id: string, by: string): boolean {
    const lane = this.#lanes.get(id)
    if (lane?.circuit?.state !== 'probe-passed') return false
    this.#tell(lane, { ...lane.circuit, state: 'closed', closedBy: by })
    lane.circuit = null
    lane.failures = 0
    this.#changed(lane)
    return true
  }

  /** Circuits that are not closed, by id. */
  list(): readonly Circuit[] {
    return [...this.#lanes.values()].flatMap(({ circuit }) =>
      circuit === null || circuit.state === 'closed' ? [] : [circuit],
    )
  }

  #release(model: string, route: string): void {
    const lane = this.#lanes.get(laneId(model, route))
    if (lane === undefined || !lane.isProbing) return
    lane.isProbing = false
    this.#changed(lane)
  }

  #lane(model: string, route: string): Lane {
    const id = laneId(model, route)
    const known = this.#lanes.get(id)
    if (known !== undefined) return known
    const lane: Lane = {
      model,
      route,
      failures: 0,
      openMs: firstOpenMs,
      openUntil: 0,
      isProbing: false,
      circuit: null,
    }
    this.#lanes.set(id, lane)
    return lane
  }

  #opened({ model, route, circuit }: Lane, kind: Circuit['kind'], reason: string): Circuit {
    const isSame = circuit?.kind === kind
    return {
      id: laneId(model, route),
      kind,
      model,
      route,
      state: 'open',
      reason: reason.slice(0, 500),
      openedAt: isSame ? circuit.openedAt : this.#clock.now(),
      probedAt: isSame ? circuit.probedAt : null,
      closedBy: null,
    }
  }

  #tell(lane: Lane, circuit: Circuit): void {
    lane.circuit = circuit
    this.#onChange(circuit)
    this.#changed(lane)
  }

  #changed(lane: Lane): void {
    this.#onLane?.(this.#standingOf(lane))
  }

  #standingOf({ openUntil, ...lane }: Lane): LaneStanding {
    return { ...lane, openForMs: Math.max(0, openUntil - this.#clock.elapsed()) }
  }
}

function laneId(model: string, route: string): string {
  return `model:${model}@${route}`
}

/** Classes that say something about the route, not about the request. */
export function isOutage(kind: ErrorClass): boolean {
  return kind === 'auth' || kind === 'quota' || kind === 'overload' || kind === 'transport'
}
