import { type Halt, orderedCalls, type PlannedCall, runCalls } from '../../qualification/index.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { Task } from '../../schema/task-set.ts'
import type { Store } from '../../store/index.ts'
import type { Answerer } from './answerer.ts'
import { CallAccount, nameOfCall } from './call-account.ts'
import { callId } from './open-trial.ts'
import { keptCalls, trialJournal } from './trial-journal.ts'

export interface KeptRunParts {
  readonly store: Pick<Store, 'trials'>
  /** Id of the record under which calls are kept. */
  readonly trial: string
  /** Decides the order of calls. */
  readonly seed: string
  /** This process: another one for every start. */
  readonly by: string
  readonly answererOf: (call: PlannedCall) => Answerer
  /** Billionths of a currency that an answer has cost, and that one may cost; null: nobody knows. */
  readonly costOf: (call: PlannedCall, answer: ModelAnswer) => number | null
  readonly costAtMost: (call: PlannedCall, request: Task['request']) => number | null
  /** Billionths of a currency; null: no limit. */
  readonly budget: number | null
  readonly concurrent: number
  readonly perMinute: number
  /** Calls that were lost when a process ended are asked once more. */
  readonly isAskingAgain: boolean
  readonly signal: AbortSignal
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
  readonly #answers = new Map<string, ModelAnswer>()
  readonly #lost = new Map<string, PlannedCall>()
  /** What is asked, as far as it is known yet. */
  readonly #requests = new Map<string, Task['request']>()
  readonly account: CallAccount

  constructor(parts: KeptRunParts) {
    this.#parts = parts
    const { costOf, costAtMost, budget } = parts
    const atMost = (call: PlannedCall): number | null =>
      costAtMost(call, this.#requests.get(nameOfCall(call)) ?? { messages: [] })
    this.account = new CallAccount({ costOf, atMost }, budget)
  }

  /** Null: it was not made, or its answer was lost. */
  answer(call: PlannedCall): ModelAnswer | null {
    return this.#answers.get(nameOfCall(call)) ?? null
  }

  get lost(): readonly PlannedCall[] {
    return [...this.#lost.values()]
  }

  /** What is there of before: answers, and calls whose process ended before their answer was kept. */
  async takeStock(): Promise<void> {
    const { store, trial } = this.#parts
    for await (const { item, arm, attempt, answer, claimedAt, claimedBy } of keptCalls(
      store,
      trial,
    )) {
      const call = { item, arm, attempt } as PlannedCall
      if (answer === null) await this.#recover(call, claimedAt, claimedBy)
      else this.#keep(call, answer)
    }
  }

  async #recover(call: PlannedCall, claimedAt: string, claimedBy: string): Promise<void> {
    const { store, trial, answererOf } = this.#parts
    const key = { trial, ...call }
    const found = await answererOf(call).find(callId(trial, call), claimedAt)
    switch (found.kind) {
      case 'answered': {
        const answer = { ...found.answer, isAskedAgain: false }
        await store.trials.keepAnswer(key, answer)
        return this.#keep(call, answer)
      }
      case 'not-made':
        return await store.trials.releaseAnswer(key, claimedBy)
      case 'lost':
        this.#lost.set(nameOfCall(call), call)
    }
  }

  /** Asks what is open of these, in the order of the seed. Null: nothing of it is left to ask. */
  async ask(questions: readonly KeptQuestion[]): Promise<Halt | null> {
    const { store, trial, seed, by, answererOf, isAskingAgain, ...pace } = this.#parts
    for (const { call, request } of questions) this.#requests.set(nameOfCall(call), request)
    const isLost = (call: PlannedCall): boolean => this.#lost.has(nameOfCall(call))
    const open = questions
      .map(({ call }) => call)
      .filter((call) => this.answer(call) === null && (isAskingAgain || !isLost(call)))
    if (open.length === 0) return null
    return await runCalls(orderedCalls(seed, open), {
      journal: trialJournal(store, trial, by),
      ask: async (call) => {
        const request = this.#requests.get(nameOfCall(call))
        if (request === undefined) throw new TypeError(`nothing is asked in \`${call.item}\``)
        return await answererOf(call).answer({ id: call.item, request }, callId(trial, call))
      },
      mayBegin: (call) => this.account.mayBegin(call),
      onAnswer: (call, answer) => {
        this.#lost.delete(nameOfCall(call))
        this.#keep(call, answer)
        pace.onAnswer(this.account)
      },
      isAgain: (call) => isAskingAgain && isLost(call),
      concurrent: pace.concurrent,
      perMinute: pace.perMinute,
      signal: pace.signal,
    })
  }

  #keep(call: PlannedCall, answer: ModelAnswer): void {
    this.#answers.set(nameOfCall(call), answer)
    this.account.count(call, answer)
  }
}
