import type {
  AskedConversations,
  CircuitEvent,
  HeldTurn,
  History,
  LimitQuestion,
  ObservedUse,
} from '../../gateway/index.ts'
import { Fault, messageOf } from '../../base/fault.ts'
import type { ConversationReferences } from '../../protocols/index.ts'
import type { FromWorker, ToWorker } from './fleet-message.ts'
import { OpenQuestions } from './open-questions.ts'

/** The way to the process that started this one. When that one is gone, however it went, this one ends at once. */
export class FirstProcess implements AskedConversations {
  readonly #claims = new OpenQuestions<boolean>()
  readonly #recalls = new OpenQuestions<History | null>()

  /** From now on messages come in; before, none is sent. */
  listen(hear: (message: ToWorker) => void): void {
    process.on('message', hear)
    this.#send({ kind: 'up' })
  }

  serving(): void {
    this.#send({ kind: 'serving' })
  }

  failed(error: unknown): void {
    const fault =
      error instanceof Fault
        ? {
            code: error.code,
            message: error.message,
            expected: error.expected,
            advice: error.advice,
          }
        : null
    this.#send({ kind: 'failed', fault, message: messageOf(error) })
  }

  done(number: number, problem: string | null): void {
    this.#send({ kind: 'done', number, problem })
  }

  answer(id: number, answer: unknown): void {
    this.#send({ kind: 'answer', id, answer })
  }

  warn(message: string): void {
    this.#send({ kind: 'warning', message })
  }

  observed(uses: readonly ObservedUse[], unkept: number): void {
    if (uses.length > 0 || unkept > 0) this.#send({ kind: 'observed', uses, unkept })
  }

  limits(questions: readonly LimitQuestion[]): void {
    this.#send({ kind: 'limits', questions })
  }

  tell(event: CircuitEvent): void {
    this.#send({ kind: 'circuit', event })
  }

  claim(model: string, route: string): Promise<boolean> {
    return this.#claims.ask((id) => this.#send({ kind: 'claim', id, model, route }))
  }

  claimed(id: number, isMine: boolean): void {
    this.#claims.answered(id, isMine)
  }

  hold(holder: string, turn: HeldTurn): void {
    this.#send({ kind: 'hold', holder, turn })
  }

  recall(holder: string, references: ConversationReferences): Promise<History | null> {
    return this.#recalls.ask((id) => this.#send({ kind: 'recall', id, holder, references }))
  }

  recalled(id: number, history: History | null): void {
    this.#recalls.answered(id, history)
  }

  /** All is said: without this way the process ends. */
  leave(): void {
    if (process.connected) process.disconnect()
  }

  #send(message: FromWorker): void {
    // What can no longer be told is told to nobody: this process is about to end.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
  }
}
