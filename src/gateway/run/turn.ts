import type { Attempt, Failure } from '../attempt.ts'
import type { AttemptPlace } from '../limits/attempt-place.ts'
import type { JudgedHop } from '../plan-hops.ts'
import type { TracedAttempt } from '../traces/traced-attempt.ts'

/** A hop whose turn has come. */
export interface Turn {
  judged: JudgedHop
  /** Of the hops of the call, from 0. */
  readonly number: number
  /** It is asked beside another one, which has said nothing yet. */
  readonly isBeside: boolean
  /** Fields that its provider does not get. */
  readonly lost: string[]
  /** What its provider says that it serves. */
  servedModel: string | null
  /** The same as it stands in its answer. */
  writtenModel: string | null
}

/** A request to a provider that is under way. */
export interface Asked {
  readonly turn: Turn
  readonly attempt: Attempt
  readonly place: AttemptPlace
  readonly startedAt: number
  /** Null: the call is not traced. */
  readonly trace: TracedAttempt | null
}

/** What came of one attempt. */
export type AttemptEnd =
  | { readonly kind: 'served' }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** A turn that is over. */
export interface Tried {
  readonly turn: Turn
  readonly end: AttemptEnd
}
