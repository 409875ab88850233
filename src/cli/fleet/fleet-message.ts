import type { FaultCode } from '../../base/fault-codes.ts'
import type {
  CircuitEvent,
  HeldTurn,
  History,
  LaneStanding,
  LimitAnswer,
  LimitQuestion,
  ObservedUse,
  RouteStandings,
} from '../../gateway/index.ts'
import type { ConversationReferences } from '../../protocols/index.ts'
import type { SnapshotContent } from '../../policy/index.ts'
import type { Catalogue } from '../../schema/catalogue.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'

/** What is in force at every process, as the first one has loaded it. */
export interface StateOrder {
  readonly config: HoldfastConfig
  /** Null: that of before. */
  readonly catalogue: Catalogue | null
  /** The same for all, its version among it. */
  readonly content: SnapshotContent
  readonly verdicts: readonly VerdictRecord[]
  readonly standings: RouteStandings
  /** Made anew at each start for the local model alone; null: there is none. */
  readonly localKey: string | null
}

/** How a process stands, when it is asked. */
export interface ProcessStanding {
  readonly underWay: number
  readonly unreadiness: readonly string[]
  /** Why nothing can be recorded there; null: all is well. */
  readonly ledgerProblem: string | null
  /** Entries of its log; null: there is no ledger. */
  readonly entries: number | null
}

/** A fault on its way from process to process. */
export interface ToldFault {
  readonly code: FaultCode
  readonly message: string
  readonly expected: string | undefined
  readonly advice: string | undefined
}

/** What the first process tells the others. */
export type ToWorker =
  | {
      readonly kind: 'begin'
      readonly configPath: string
      /** Host and port. */
      readonly listen: string
      /** Role of its log in the ledger. */
      readonly role: string
      readonly order: StateOrder
      readonly lanes: readonly LaneStanding[]
    }
  | { readonly kind: 'order'; readonly number: number; readonly order: StateOrder }
  | {
      readonly kind: 'routes'
      readonly number: number
      readonly standings: RouteStandings
    }
  | { readonly kind: 'lane'; readonly standing: LaneStanding }
  | { readonly kind: 'limits'; readonly answers: readonly LimitAnswer[] }
  | { readonly kind: 'claimed'; readonly id: number; readonly isMine: boolean }
  /** Null: not all of it is held. */
  | { readonly kind: 'recalled'; readonly id: number; readonly history: History | null }
  | { readonly kind: 'question'; readonly id: number; readonly about: 'metrics' | 'standing' }
  | { readonly kind: 'stop'; readonly drainMs: number }
  /** What it still waits for ends now. */
  | { readonly kind: 'hurry' }

/** What they tell the first one. */
export type FromWorker =
  /** It hears. */
  | { readonly kind: 'up' }
  /** It takes traffic. */
  | { readonly kind: 'serving' }
  /** It cannot begin. */
  | { readonly kind: 'failed'; readonly fault: ToldFault | null; readonly message: string }
  /** Null: what the order says is in force. */
  | { readonly kind: 'done'; readonly number: number; readonly problem: string | null }
  | { readonly kind: 'limits'; readonly questions: readonly LimitQuestion[] }
  | { readonly kind: 'circuit'; readonly event: CircuitEvent }
  | {
      readonly kind: 'claim'
      readonly id: number
      readonly model: string
      readonly route: string
    }
  /** Of a conversation that another process may go on with. */
  | { readonly kind: 'hold'; readonly holder: string; readonly turn: HeldTurn }
  | {
      readonly kind: 'recall'
      readonly id: number
      readonly holder: string
      readonly references: ConversationReferences
    }
  | { readonly kind: 'observed'; readonly uses: readonly ObservedUse[]; readonly unkept: number }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'warning'; readonly message: string }
