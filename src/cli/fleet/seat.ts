import type { Worker } from 'node:cluster'
import {
  type Circuits,
  type GatewayLimits,
  type HeldConversations,
  LimitDesk,
} from '../../gateway/index.ts'
import type { Catalogue } from '../../schema/catalogue.ts'
import type { FromWorker, StateOrder, ToWorker } from './fleet-message.ts'

export interface SeatParts {
  readonly worker: Worker
  /** From 1; the same for whoever takes the place of one that has ended. */
  readonly number: number
  readonly limits: GatewayLimits
  readonly circuits: Circuits
  readonly conversations: HeldConversations
}

/** How a question came out: nobody answers any more, or not in time. */
export const noAnswer = Symbol('no answer')

/** One other process, as the first one sees it: what it holds of limits and circuits, and what it was asked. */
export class Seat {
  readonly number: number
  /** Milliseconds, as `performance.now` counts them; null: it does not serve yet. */
  servingSince: number | null = null
  /** It was told what is in force; before, nothing reaches it. */
  isBegun = false
  /** Figures that it told last. */
  figures: unknown = null
  readonly #parts: SeatParts
  readonly #desk: LimitDesk
  readonly #questions = new Map<number, (answer: unknown) => void>()
  readonly #done = new Map<number, (problem: string | null) => void>()
  /** Half-open circuits that a request of this process tries. */
  readonly #tries = new Map<string, { readonly model: string; readonly route: string }>()
  #catalogue: Catalogue | null = null
  #lastQuestion = 0

  constructor(parts: SeatParts) {
    this.#parts = parts
    this.number = parts.number
    this.#desk = new LimitDesk({
      ...parts.limits,
      answer: (answer) => this.send({ kind: 'limits', answers: [answer] }),
    })
  }

  get pid(): number {
    return this.#parts.worker.process.pid ?? 0
  }

  send(message: ToWorker): void {
    const { worker } = this.#parts
    // One that has just ended is told of by its exit.
    if (worker.isConnected()) worker.send(message, () => undefined)
  }

  /** The catalogue is sent where it is another one than before: it is most of an order. */
  orderFor(order: StateOrder): StateOrder {
    const isKnown = this.#catalogue === order.catalogue
    this.#catalogue = order.catalogue
    return isKnown ? { ...order, catalogue: null } : order
  }

  /** Null once the process has done it; else why it has not. */
  done(number: number, message: ToWorker, waitMs: number): Promise<string | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle('it has not answered in time'), waitMs)
      const settle = (problem: string | null): void => {
        clearTimeout(timer)
        this.#done.delete(number)
        resolve(problem)
      }
      this.#done.set(number, settle)
      this.send(message)
    })
  }

  ask(about: 'metrics' | 'standing', waitMs: number): Promise<unknown> {
    this.#lastQuestion += 1
    const id = this.#lastQuestion
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(noAnswer), waitMs)
      const settle = (answer: unknown): void => {
        clearTimeout(timer)
        this.#questions.delete(id)
        resolve(answer)
      }
      this.#questions.set(id, settle)
      this.send({ kind: 'question', id, about })
    })
  }

  /** False: it is not for the seat. */
  hear(message: FromWorker): boolean {
    switch (message.kind) {
      case 'limits':
        for (const question of message.questions) this.#desk.hear(question)
        return true
      case 'circuit': {
        const { event } = message
        const id = `${event.model}@${event.route}`
        if (event.kind === 'began') this.#tries.set(id, event)
        else this.#tries.delete(id)
        this.#parts.circuits.heard(event)
        return true
      }
      case 'claim':
        this.#claim(message)
        return true
      case 'hold':
        this.#parts.conversations.hold(message.holder, message.turn)
        return true
      case 'recall': {
        const { id, holder, references } = message
        const history = this.#parts.conversations.recall(holder, references)
        this.send({ kind: 'recalled', id, history })
        return true
      }
      case 'answer':
        this.#questions.get(message.id)?.(message.answer)
        return true
      case 'done':
        this.#done.get(message.number)?.(message.problem)
        return true
      case 'up':
      case 'serving':
      case 'failed':
      case 'observed':
      case 'warning':
        return false
    }
  }

  /** The process has ended: what it held is free, and nobody waits for it. */
  close(): void {
    this.#desk.close()
    for (const { model, route } of this.#tries.values())
      this.#parts.circuits.heard({ kind: 'released', model, route })
    for (const settle of this.#done.values()) settle(null)
    for (const settle of this.#questions.values()) settle(noAnswer)
  }

  #claim({ id, model, route }: Extract<FromWorker, { kind: 'claim' }>): void {
    const { circuits } = this.#parts
    const admission = circuits.admits(model, route)
    const isMine = admission === 'try' || admission === 'probe'
    if (admission === 'probe') {
      circuits.began(model, route, false)
      this.#tries.set(`${model}@${route}`, { model, route })
    }
    this.send({ kind: 'claimed', id, isMine })
  }
}
