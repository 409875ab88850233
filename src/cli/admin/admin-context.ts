import type { CircuitProbes, Gateway } from '../../gateway/index.ts'
import type { LazyStore } from '../open-store.ts'
import type { MachineStanding } from '../fleet/machine-standing.ts'
import type { RecordKeeper } from '../record-keeper.ts'
import type { ServedEvidence } from '../serve-evidence.ts'
import type { LoadedState } from '../serve-state.ts'
import type { CircuitKeeper } from './circuit-keeper.ts'
import type { RunBook } from './runs/run-book.ts'

/** What a running `holdfast serve` hands to its admin API. */
export interface AdminContext {
  readonly configPath: string
  readonly version: string
  /** Another one for every process. */
  readonly instance: string
  /** RFC 3339. */
  readonly startedAt: string
  readonly gateway: Gateway
  /** Of all processes that carry traffic. */
  readonly standing: () => Promise<MachineStanding>
  readonly evidence: ServedEvidence | null
  readonly store: LazyStore
  readonly circuits: CircuitKeeper
  readonly probes: CircuitProbes
  readonly runs: RunBook
  /** What is in force. */
  readonly loaded: () => LoadedState
  /** How the last attempt to load everything anew ended. */
  readonly lastLoad: () => { readonly at: string; readonly problem: string | null }
  /** Loads everything anew, once what may be under way has ended; throws what keeps it from being in force. */
  readonly reload: () => Promise<void>
  /** Looks at what is kept of routes, and brings it into force. */
  readonly refreshRoutes: () => Promise<void>
  /** Ledger and store that this process holds open, for something that is decided. */
  readonly deciding: <T>(work: (keeper: RecordKeeper) => Promise<T>) => Promise<T>
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>
}
