import {
  type CallPace,
  type Halt,
  orderedCalls,
  type PlannedCall,
  runCalls,
} from '../../qualification/index.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { Task } from '../../schema/task-set.ts'
import type { Store } from '../../store/index.ts'
import type { Answerer } from './answerer.ts'
import { nameOfCall } from './call-account.ts'
import { callId } from './open-trial.ts'
import { type KeptCall, keptCalls, trialJournal } from './trial-journal.ts'

export interface KnownCallsParts {
  readonly store: Pick<Store, 'trials'>
  /** Id of the record under which calls are kept. */
  readonly trial: string
  /** Decides the order of calls. */
  readonly seed: string
  /** This process: another one for every start. */
  readonly by: string
  readonly answererOf: (call: PlannedCall) => Answerer
  /** What is asked in a call. */
  readonly taskOf: (call: PlannedCall) => Task
  /** Whether money is left for one more. */
  readonly mayBegin: (call: PlannedCall) => boolean
  readonly concurrent: number
  readonly pace: CallPace
  /** Calls that were lost when a process ended are asked once more. */
  readonly isAskingAgain: boolean
  readonly signal: AbortSignal
}

/** An answer that was kept by a process before this one, or found at the gateway. */
export type EarlierAnswer = Pick<KeptCall, 'claimedBy'> & {
  readonly call: PlannedCall
  readonly answer: ModelAnswer
}

/** Which calls of a trial or measurement were made: those of before are found again, and those that are open are asked. */
export class KnownCalls {
  readonly #parts: KnownCallsParts
  /** Calls that were answered before this process, by their names. */
  readonly #earlier = new Set<string>()
  readonly #lost = new Map<string, PlannedCall>()

  constructor(parts: KnownCallsParts) {
    this.#parts = parts
  }

  /** Calls that perhaps were made, and whose answer is gone. */
  get lost(): readonly PlannedCall[] {
    return [...this.#lost.values()]
  }

  /** What is there of before: answers, and calls whose process ended before their answer was kept. */
  async takeStock(onAnswer: (earlier: EarlierAnswer) => void): Promise<void> {
    const { store, trial } = this.#parts
    for await (const kept of keptCalls(store, trial)) {
      const { item, arm, attempt, claimedBy } = kept
      const call = { item, arm, attempt } as PlannedCall
      const answer = kept.answer ?? (await this.#recover(call, kept))
      if (answer === null) continue
      this.#earlier.add(nameOfCall(call))
      onAnswer({ call, answer, claimedBy })
    }
  }

  /** Null: it has no answer. */
  async #recover(
    call: PlannedCall,
    { claimedAt, claimedBy }: Pick<KeptCall, 'claimedAt' | 'claimedBy'>,
  ): Promise<ModelAnswer | null> {
    const { store, trial, answererOf } = this.#parts
    const key = { trial, ...call }
    const found = await answererOf(call).find(callId(trial, call), claimedAt)
    switch (found.kind) {
      case 'answered': {
        const answer = { ...found.answer, isAskedAgain: false }
        await store.trials.keepAnswer(key, answer)
        return answer
      }
      case 'not-made':
        await store.trials.releaseAnswer(key, claimedBy)
        return null
      case 'lost':
        this.#lost.set(nameOfCall(call), call)
        return null
    }
  }

  /** Whether it was lost, and a person chose to pay for it once more. */
  isAgain(call: PlannedCall): boolean {
    return this.#parts.isAskingAgain && this.#lost.has(nameOfCall(call))
  }

  /** Asks what is open of these, in the order of the seed. Null: nothing of it is left to ask. */
  async ask(
    calls: readonly PlannedCall[],
    onAnswer: (call: PlannedCall, answer: ModelAnswer) => void,
  ): Promise<Halt | null> {
    const { store, trial, seed, by, answererOf, taskOf, ...parts } = this.#parts
    const open = calls.filter((call) => this.#isOpen(call))
    if (open.length === 0) return null
    return await runCalls(orderedCalls(seed, open), {
      ...parts,
      journal: trialJournal(store, trial, by),
      ask: (call) => answererOf(call).answer(taskOf(call), callId(trial, call)),
      onAnswer: (call, answer) => {
        this.#lost.delete(nameOfCall(call))
        onAnswer(call, answer)
      },
      isAgain: (call) => this.isAgain(call),
    })
  }

  #isOpen(call: PlannedCall): boolean {
    const name = nameOfCall(call)
    return !this.#earlier.has(name) && (!this.#lost.has(name) || this.isAgain(call))
  }
}
