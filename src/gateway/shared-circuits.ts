import {
  type Admission,
  type CircuitEvent,
  type Circuits,
  isOutage,
  type RouteCircuits,
  type RouteFailure,
} from './circuits.ts'

/** The way to the process that decides about circuits. */
export interface CircuitLink {
  tell(event: CircuitEvent): void
  /** Whether this process's request is the one that tries a half-open circuit. */
  claim(model: string, route: string): Promise<boolean>
}

/**
 * Circuits of a process that shares them. What happens here counts here at once, then it is told to the process that
 * decides; what that one decides is mirrored in the copy and has the last word. A request that changes nothing is not told: so nobody is asked
 * while all is well.
 */
export class SharedCircuits implements RouteCircuits {
  readonly #copy: Circuits
  readonly #link: CircuitLink

  constructor(copy: Circuits, link: CircuitLink) {
    this.#copy = copy
    this.#link = link
  }

  admits(model: string, route: string): Admission {
    return this.#copy.admits(model, route)
  }

  began(model: string, route: string, isLastResort: boolean): boolean | Promise<boolean> {
    if (!isLastResort && this.#copy.admits(model, route) === 'probe')
      return this.#link.claim(model, route)
    const isMarked = this.#copy.isMarked(model, route)
    const begins = this.#copy.began(model, route, isLastResort)
    if (isMarked && begins) this.#link.tell({ kind: 'began', model, route })
    return begins
  }

  succeeded(model: string, route: string): void {
    const isMarked = this.#copy.isMarked(model, route)
    this.#copy.succeeded(model, route)
    if (isMarked) this.#link.tell({ kind: 'succeeded', model, route })
  }

  released(model: string, route: string): void {
    const isMarked = this.#copy.isMarked(model, route)
    this.#copy.released(model, route)
    if (isMarked) this.#link.tell({ kind: 'released', model, route })
  }

  failed(model: string, route: string, failure: RouteFailure): void {
    const { class: kind, message, retryAfterMs } = failure
    const isNews = kind === 'withdrawn' || isOutage(kind) || this.#copy.isMarked(model, route)
    this.#copy.failed(model, route, failure)
    if (!isNews) return
    const told = { class: kind, message, retryAfterMs }
    this.#link.tell({ kind: 'failed', model, route, failure: told })
  }
}
