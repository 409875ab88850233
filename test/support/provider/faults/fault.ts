import type { Answer } from '../answer.ts'
import type { AnswerOrder } from '../prompt-cues.ts'
import { type Mode, modes, type Protocol, protocols } from '../protocol.ts'
import type { Step } from '../step.ts'
import type { Served, Wire } from '../wire.ts'

/** How the gateway is to read the fault; `none` where an answer is to reach the caller as if nothing were wrong. */
export type ErrorClass =
  | 'withdrawn'
  | 'auth'
  | 'quota'
  | 'overload'
  | 'transport'
  | 'client'
  | 'context'
  | 'refusal'
  | 'mismatch'
  | 'none'

/** What the caller may have seen of the answer when the fault strikes. */
export type Strikes = 'before-headers' | 'before-content' | 'mid-content' | 'after-content'

/** For how long a fault lasts: attempts and time count from the first request for the model and case. */
export type Until =
  | { readonly kind: 'always' }
  | { readonly kind: 'attempts'; readonly count: number }
  | { readonly kind: 'elapsed'; readonly ms: number }

export const always: Until = { kind: 'always' }

export function attempts(count: number): Until {
  return { kind: 'attempts', count }
}

/** One request being answered. */
export interface Turn {
  readonly served: Served
  readonly wire: Wire
  /** Null where nothing is generated: embeddings, counts. */
  readonly answer: Answer | null
  /** Counts from 1, per model and case. */
  readonly attempt: number
  readonly nowMs: number
  /** A time of the catalogue as this provider lives it. */
  readonly scaled: (ms: number) => number
  /** Another origin, which must not hear of a credential. */
  readonly strangerUrl: string
  readonly hugeBodyBytes: number
  readonly retryAfterSeconds: number
}

export interface Fault {
  readonly id: string
  /** What the provider does. */
  readonly title: string
  readonly errorClass: ErrorClass
  /** Where a protocol lets it be read otherwise. */
  readonly errorClassOf?: Partial<Readonly<Record<Protocol, ErrorClass>>>
  readonly strikes: Strikes
  readonly protocols: readonly Protocol[]
  readonly modes: readonly Mode[]
  readonly until: Until
  /** The fault that a scenario wants of the fallback model. */
  readonly fallbackFault?: string
  readonly order?: (order: AnswerOrder, turn: Pick<Turn, 'scaled'>) => AnswerOrder
  readonly answer?: (answer: Answer, served: Served) => Answer
  readonly served?: (served: Served) => Served
  /** Changes what goes over the wire. */
  readonly reply?: (healthy: readonly Step[], turn: Turn) => readonly Step[]
}

type Named = Pick<Fault, 'id' | 'title' | 'errorClass' | 'strikes'>

/** A fault of every protocol, streamed or not, on every attempt, unless it says otherwise. */
export function fault(named: Named & Partial<Fault>): Fault {
  return { protocols, modes, until: always, ...named }
}

export function errorClassIn(one: Fault, protocol: Protocol): ErrorClass {
  return one.errorClassOf?.[protocol] ?? one.errorClass
}
