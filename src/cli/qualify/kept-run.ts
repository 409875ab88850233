import type { Halt, PlannedCall } from '../../qualification/index.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { Task } from '../../schema/task-set.ts'
import { CallAccount, nameOfCall } from './call-account.ts'
import { KnownCalls, type KnownCallsParts } from './known-calls.ts'

export interface KeptRunParts extends Omit<KnownCallsParts, 'taskOf' | 'mayBegin'> {
  /** Billionths of a currency that an answer has cost, and that one may cost; null: nobody knows. */
  readonly costOf: (call: PlannedCall, answer: ModelAnswer) => number | null
  readonly costAtMost: (call: PlannedCall, request: Task['request']) => number | null
  /** Billionths of a currency; null: no limit. */
  readonly budget: number | null
  readonly onAnswer: (account: CallAccount) => void
}

/** What is asked in a call. */
export interface KeptQuestion {
  readonly call: PlannedCall
  readonly request: Task['request']
}

/**
 * Calls of a measurement, all of whose answers fit into memory: each is claimed, asked and kept, and what was answered
 * before is not asked again. Trials, which may be large, have a run of their own (`run-trial.ts`).
 */
export class KeptRun {
  readonly #parts: KeptRunParts
  readonly #known: KnownCalls
  readonly #answers = new Map<string, ModelAnswer>()
  /** What is asked, as far as it is known yet. */
  readonly #requests = new Map<string, Task['request']>()
  readonly account: CallAccount

  constructor(parts: KeptRunParts) {
    this.#parts = parts
    const { costOf, costAtMost, budget, onAnswer: _tell, ...known } = parts
    const atMost = (call: PlannedCall): number | null =>
      costAtMost(call, this.#requests.get(nameOfCall(call)) ?? { messages: [] })
    this.account = new CallAccount({ costOf, atMost }, budget)
    this.#known = new KnownCalls({
      ...known,
      taskOf: (call) => this.#taskOf(call),
      mayBegin: (call) => this.account.mayBegin(call),
    })
  }

  /** Null: it was not made, or its answer was lost. */
  answer(call: PlannedCall): ModelAnswer | null {
    return this.#answers.get(nameOfCall(call)) ?? null
  }

  get lost(): readonly PlannedCall[] {
    return this.#known.lost
  }

  /** What is there of before: answers, and calls whose process ended before their answer was kept. */
  async takeStock(): Promise<void> {
    await this.#known.takeStock(({ call, answer }) => this.#keep(call, answer))
  }

  /** Asks what is open of these, in the order of the seed. Null: nothing of it is left to ask. */
  async ask(questions: readonly KeptQuestion[]): Promise<Halt | null> {
    for (const { call, request } of questions) this.#requests.set(nameOfCall(call), request)
    const open = questions.map(({ call }) => call).filter((call) => this.answer(call) === null)
    return await this.#known.ask(open, (call, answer) => {
      this.#keep(call, answer)
      this.#parts.onAnswer(this.account)
    })
  }

  #taskOf(call: PlannedCall): Task {
    const request = this.#requests.get(nameOfCall(call))
    if (request === undefined) throw new TypeError(`nothing is asked in \`${call.item}\``)
    return { id: call.item, request }
  }

  #keep(call: PlannedCall, answer: ModelAnswer): void {
    this.#answers.set(nameOfCall(call), answer)
    this.account.count(call, answer)
  }
}
