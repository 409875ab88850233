import type { Criticality } from '../../schema/vocabulary.ts'
import type { Patience } from './asked-limits.ts'
import type { Claim, Refusal, Scope } from './counters.ts'

/** What a process asks of the one that has the counters; `id` numbers its questions. */
export type LimitQuestion =
  | { readonly kind: 'acquire'; readonly id: number; readonly claims: readonly Claim[] }
  | {
      readonly kind: 'enter'
      readonly id: number
      readonly claim: Claim
      readonly criticality: Criticality
      readonly patience: Patience
    }
  | {
      readonly kind: 'room'
      readonly id: number
      readonly claim: Claim
      readonly criticality: Criticality
    }
  /** Of one that waits. */
  | { readonly kind: 'give-up'; readonly id: number }
  /** Of one that was granted. */
  | { readonly kind: 'settle'; readonly id: number; readonly tokens: number }
  | { readonly kind: 'release'; readonly id: number }
  | {
      readonly kind: 'spend'
      readonly scope: Scope
      readonly id: string
      readonly currency: string
      readonly nano: number
    }

export type LimitAnswer =
  | { readonly kind: 'granted' | 'given-up'; readonly id: number }
  | { readonly kind: 'refused'; readonly id: number; readonly refusal: Refusal }
  | { readonly kind: 'room'; readonly id: number; readonly hasRoom: boolean }
