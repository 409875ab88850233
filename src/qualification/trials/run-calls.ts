import type { FreshAnswer, ModelAnswer } from '../../schema/model-answer.ts'
import type { PlannedCall } from './planned-calls.ts'

/** Where calls are claimed before they are made and answers kept after, so that no call is paid for twice. */
export interface CallJournal {
  /** False: somebody has claimed it before; it must not be made. */
  claim(call: PlannedCall): Promise<boolean>
  /** Takes a claim over that ended without an answer. */
  retake(call: PlannedCall): Promise<void>
  /** The call was not made after all. */
  release(call: PlannedCall): Promise<void>
  keep(call: PlannedCall, answer: ModelAnswer): Promise<void>
}

/** Why no more calls are made, though some are left. */
export type Halt =
  | { readonly kind: 'budget' }
  | { readonly kind: 'stopped' }
  /** Nobody can be asked now: the reason, in words. */
  | { readonly kind: 'unreachable'; readonly problem: string }

/** A call could not be made, and no other would be either. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
  /** The call may have been made all the same: it stays claimed until somebody finds out. */
  readonly isPerhapsMade: boolean

  constructor(message: string, { isPerhapsMade = false } = {}) {
    super(message)
    this.isPerhapsMade = isPerhapsMade
  }
}

/** When calls may begin: one for all that a process asks. */
export interface CallPace {
  /** Resolves when one more may begin, and at once when nothing is to begin any more. */
  turn(signal: AbortSignal): Promise<void>
}

export interface CallsParts {
  readonly journal: CallJournal
  /** Makes the call. Throws `UnreachableError` when it was certainly not made. */
  readonly ask: (call: PlannedCall) => Promise<FreshAnswer>
  /** Calls at the same time, at most. */
  readonly concurrent: number
  readonly pace: CallPace
  /** Whether one more call may be made: asked before each, with those under way counted. False: money is out. */
  readonly mayBegin: (call: PlannedCall) => boolean
  /** In the order of coming; the answer is being kept meanwhile. */
  readonly onAnswer: (call: PlannedCall, answer: ModelAnswer) => void
  /** Whether its claim is taken over: it was lost when a process ended, and a person chose to ask again. */
  readonly isAgain: (call: PlannedCall) => boolean
  /** Calls under way are waited for, no other begins. */
  readonly signal: AbortSignal
}

/**
 * Makes calls, each once: claimed, asked, kept. A process that is killed leaves claims without an answer, which nobody
 * asks again unless told to. Null: all were made or are somebody else's. All answers are kept when it returns.
 */
export async function runCalls(
  calls: readonly PlannedCall[],
  parts: CallsParts,
): Promise<Halt | null> {
  const run = new CallRun(calls, parts)
  await Promise.all(Array.from({ length: parts.concurrent }, () => run.work()))
  return await run.end()
}

class CallRun {
  readonly #parts: CallsParts
  readonly #open: Iterator<PlannedCall>
  /** Answers that are there and not kept yet. */
  readonly #keeping = new Set<Promise<void>>()
  #halt: Halt | null = null
  #failure: { readonly error: unknown } | null = null

  constructor(calls: readonly PlannedCall[], parts: CallsParts) {
    this.#parts = parts
    this.#open = calls.values()
  }

  /** One call after the other until none is left; so many of these go on at the same time. */
  async work(): Promise<void> {
    const { pace, mayBegin, signal } = this.#parts
    try {
      while (!this.#hasEnded()) {
        const { value: call } = this.#open.next()
        if (call === undefined) return
        await pace.turn(signal)
        if (this.#hasEnded()) return
        if (mayBegin(call)) await this.#make(call)
        else this.#halt ??= { kind: 'budget' }
      }
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  async end(): Promise<Halt | null> {
    await Promise.all(this.#keeping)
    if (this.#failure !== null) throw this.#failure.error
    return this.#halt
  }

  #hasEnded(): boolean {
    if (this.#parts.signal.aborted) this.#halt ??= { kind: 'stopped' }
    return this.#halt !== null || this.#failure !== null
  }

  async #make(call: PlannedCall): Promise<void> {
    const { journal, isAgain, ask, onAnswer } = this.#parts
    const isAskedAgain = isAgain(call)
    if (isAskedAgain) await journal.retake(call)
    else if (!(await journal.claim(call))) return
    try {
      const answer = { ...(await ask(call)), isAskedAgain }
      onAnswer(call, answer)
      this.#keep(call, answer)
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error
      if (!error.isPerhapsMade) await journal.release(call)
      // Another one may have ended it meanwhile.
      this.#halt ??= { kind: 'unreachable', problem: error.message }
    }
  }

  /** The next call is claimed meanwhile, so that both share one wait for the disk. */
  #keep(call: PlannedCall, answer: ModelAnswer): void {
    const kept = this.#parts.journal
      .keep(call, answer)
      .catch((error: unknown) => void (this.#failure ??= { error }))
      .finally(() => this.#keeping.delete(kept))
    this.#keeping.add(kept)
  }
}
