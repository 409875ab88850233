import type {
  AskedCapacity,
  AskedCounters,
  LimitedRoute,
  Patience,
  Wait,
  Want,
} from './asked-limits.ts'
import type { Claim, Grant, Refusal, Scope } from './counters.ts'
import type { LimitAnswer, LimitQuestion } from './limit-message.ts'
import { claimOf } from './route-capacity.ts'

/**
 * Limits as a process knows them that another one counts for. Nothing is asked where nothing is limited, so requests
 * without limits cost what they cost in one process.
 */
export class RemoteLimits implements AskedCounters, AskedCapacity {
  readonly #ask: (questions: readonly LimitQuestion[]) => void
  readonly #waiting = new Map<number, (answer: LimitAnswer) => void>()
  #outgoing: LimitQuestion[] = []
  #lastId = 0

  /** `ask`: carries questions to the process that counts. */
  constructor(ask: (questions: readonly LimitQuestion[]) => void) {
    this.#ask = ask
  }

  hear(answers: readonly LimitAnswer[]): void {
    for (const answer of answers) {
      this.#waiting.get(answer.id)?.(answer)
      this.#waiting.delete(answer.id)
    }
  }

  acquire(claims: readonly Claim[]): Grant | Promise<Grant | Refusal> {
    if (claims.length === 0) return nothingHeld
    const { id, outcome } = this.#question()
    this.#send({ kind: 'acquire', id, claims })
    return outcome.then((answer) => answer ?? nothingHeld)
  }

  spend(scope: Scope, id: string, currency: string, nano: number): void {
    this.#send({ kind: 'spend', scope, id, currency, nano })
  }

  hasRoom(route: LimitedRoute, want: Want): boolean | Promise<boolean> {
    const claim = claimOf(route, want)
    if (claim === null) return true
    const id = this.#nextId()
    this.#send({ kind: 'room', id, claim, criticality: want.criticality })
    return new Promise((tell) => {
      this.#waiting.set(id, (answer) => tell(answer.kind === 'room' && answer.hasRoom))
    })
  }

  enter(route: LimitedRoute, want: Want, patience: Patience): Wait | null {
    const claim = claimOf(route, want)
    if (claim === null) return null
    const { id, outcome } = this.#question()
    this.#send({ kind: 'enter', id, claim, criticality: want.criticality, patience })
    const giveUp = (): void => {
      // An answer that is on its way is taken: a grant has an owner then who releases it.
      if (this.#waiting.has(id)) this.#send({ kind: 'give-up', id })
    }
    return { kind: 'waiting', outcome, giveUp }
  }

  #question(): { readonly id: number; readonly outcome: Promise<Grant | Refusal | null> } {
    const id = this.#nextId()
    const outcome = new Promise<Grant | Refusal | null>((tell) => {
      this.#waiting.set(id, (answer) => {
        if (answer.kind === 'refused') tell(answer.refusal)
        else tell(answer.kind === 'granted' ? this.#grant(id) : null)
      })
    })
    return { id, outcome }
  }

  #grant(id: number): Grant {
    let isReleased = false
    return {
      kind: 'granted',
      settle: (tokens) => this.#send({ kind: 'settle', id, tokens }),
      release: () => {
        if (!isReleased) this.#send({ kind: 'release', id })
        isReleased = true
      },
    }
  }

  /** What is said in one breath goes out as one message. */
  #send(question: LimitQuestion): void {
    this.#outgoing.push(question)
    if (this.#outgoing.length > 1) return
    queueMicrotask(() => {
      const questions = this.#outgoing
      this.#outgoing = []
      this.#ask(questions)
    })
  }

  #nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }
}

const nothingHeld: Grant = {
  kind: 'granted',
  settle: () => undefined,
  release: () => undefined,
}
