import type { AskedCapacity, AskedCounters, Wait } from './asked-limits.ts'
import type { Claim, Grant, Refusal } from './counters.ts'
import type { LimitAnswer, LimitQuestion } from './limit-message.ts'

export interface DeskParts {
  readonly counters: AskedCounters
  readonly capacity: AskedCapacity
  readonly answer: (answer: LimitAnswer) => void
}

/**
 * Where one other process asks for its requests: the counters are the very same that this one counts by, so limits are
 * as exact over processes as in one. What the other process holds is given back when it ends, however it does.
 */
export class LimitDesk {
  readonly #parts: DeskParts
  readonly #grants = new Map<number, Grant>()
  readonly #waits = new Map<number, Wait>()
  #isClosed = false

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  /** Requests that hold something. */
  get held(): number {
    return this.#grants.size
  }

  hear(question: LimitQuestion): void {
    switch (question.kind) {
      case 'acquire':
        return this.#later(question.id, this.#parts.counters.acquire(question.claims))
      case 'enter':
        return this.#enter(question)
      case 'room':
        return this.#tellRoom(question)
      case 'give-up':
        return this.#waits.get(question.id)?.giveUp()
      case 'settle':
        return this.#grants.get(question.id)?.settle(question.tokens)
      case 'release':
        return this.#release(question.id)
      case 'spend': {
        const { scope, id, currency, nano } = question
        return this.#parts.counters.spend(scope, id, currency, nano)
      }
    }
  }

  /** The other process has ended. What it was granted to use counts on as far as a minute goes. */
  close(): void {
    this.#isClosed = true
    for (const wait of this.#waits.values()) wait.giveUp()
    for (const id of this.#grants.keys()) this.#release(id)
  }

  #enter({ id, claim, criticality, patience }: Extract<LimitQuestion, { kind: 'enter' }>): void {
    const want = { criticality, tokens: () => claim.tokens }
    const entered = this.#parts.capacity.enter(routeOf(claim), want, patience)
    if (entered === null) return this.#tell(id, freeGrant)
    if (entered.kind !== 'waiting') return this.#tell(id, entered)
    this.#waits.set(id, entered)
    void this.#tellOutcome(id, entered)
  }

  async #tellOutcome(id: number, wait: Wait): Promise<void> {
    const answer = await wait.outcome
    this.#waits.delete(id)
    this.#tell(id, answer)
  }

  #tellRoom({ id, claim, criticality }: Extract<LimitQuestion, { kind: 'room' }>): void {
    const answer = this.#parts.capacity.hasRoom(routeOf(claim), {
      criticality,
      tokens: () => claim.tokens,
    })
    const tell = (hasRoom: boolean): void => this.#parts.answer({ kind: 'room', id, hasRoom })
    if (typeof answer === 'boolean') tell(answer)
    else void answer.then(tell)
  }

  #later(id: number, answer: Grant | Refusal | Promise<Grant | Refusal>): void {
    if (answer instanceof Promise) void answer.then((one) => this.#tell(id, one))
    else this.#tell(id, answer)
  }

  #tell(id: number, answer: Grant | Refusal | null): void {
    if (answer?.kind === 'granted') {
      // Nobody is there any more to give it back.
      if (this.#isClosed) return answer.release()
      this.#grants.set(id, answer)
    }
    if (this.#isClosed) return
    if (answer?.kind === 'refused') this.#parts.answer({ kind: 'refused', id, refusal: answer })
    else this.#parts.answer({ kind: answer === null ? 'given-up' : 'granted', id })
  }

  #release(id: number): void {
    this.#grants.get(id)?.release()
    this.#grants.delete(id)
  }
}

function routeOf({ id, limits }: Claim) {
  return { id, capacity: limits }
}

/** The route has no limits. */
const freeGrant: Grant = {
  kind: 'granted',
  settle: () => undefined,
  release: () => undefined,
}
