import PQueue from 'p-queue'
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

/** Calls at the same time, and calls that begin within a minute. */
export interface CallPace {
  readonly concurrent: number
  readonly perMinute: number
}

/** Lets calls begin at their pace; one for all that a process asks. */
export function callQueue({ concurrent, perMinute }: CallPace): PQueue {
  return new PQueue({ concurrency: concurrent, intervalCap: perMinute, interval: 60_000 })
}

export interface CallsParts extends CallPace {
  readonly journal: CallJournal
  /** Makes the call. Throws `UnreachableError` when it was certainly not made. */
  readonly ask: (call: PlannedCall) => Promise<FreshAnswer>
  /** Absent: one of its own, at this pace. */
  readonly queue?: PQueue
  /** Whether one more call may be made: asked before each, with those under way counted. False: money is out. */
  readonly mayBegin: (call: PlannedCall) => boolean
  /** In the order of coming. */
  readonly onAnswer: (call: PlannedCall, answer: ModelAnswer) => void
  /** Whether its claim is taken over: it was lost when a process ended, and a person chose to ask again. */
  readonly isAgain: (call: PlannedCall) => boolean
  /** Calls under way are waited for, no other begins. */
  readonly signal: AbortSignal
}

/**
 * Makes calls, each once: claimed, asked, kept. A process that is killed leaves claims without an answer, which nobody
 * asks again unless told to. Null: all were made or are somebody else's.
 */
export async function runCalls(
  calls: readonly PlannedCall[],
  parts: CallsParts,
): Promise<Halt | null> {
  const { concurrent, signal, queue = callQueue(parts) } = parts
  let halt: Halt | null = null
  let failure: { readonly error: unknown } | null = null
  const hasEnded = (): boolean => halt !== null || failure !== null
  for (const call of calls) {
    await queue.onSizeLessThan(concurrent)
    if (signal.aborted) halt ??= { kind: 'stopped' }
    if (hasEnded()) break
    const work = async (): Promise<void> => {
      if (signal.aborted) halt ??= { kind: 'stopped' }
      if (hasEnded()) return
      if (!parts.mayBegin(call)) {
        halt = { kind: 'budget' }
        return
      }
      const end = await makeCall(call, parts)
      // Another one may have ended it meanwhile.
      halt ??= end
    }
    queue.add(work).catch((error: unknown) => (failure ??= { error }))
  }
  await queue.onIdle()
  if (failure !== null) throw (failure as { readonly error: unknown }).error
  return halt
}

async function makeCall(call: PlannedCall, parts: CallsParts): Promise<Halt | null> {
  const { journal, isAgain, ask, onAnswer } = parts
  const isAskedAgain = isAgain(call)
  if (isAskedAgain) await journal.retake(call)
  else if (!(await journal.claim(call))) return null
  try {
    const answer = { ...(await ask(call)), isAskedAgain }
    await journal.keep(call, answer)
    onAnswer(call, answer)
    return null
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error
    if (!error.isPerhapsMade) await journal.release(call)
    return { kind: 'unreachable', problem: error.message }
  }
}
