import type { Resolution } from '../catalogue/index.ts'
import type { Hop, Place, RegisterRoute } from '../schema/register.ts'
import type { FileContext, ResolutionState, Role } from '../schema/vocabulary.ts'
import type { UseFact } from './fact.ts'

/** One use fact with one of the models that it may mean. */
export interface Finding {
  readonly use: UseFact
  readonly repository: string
  readonly context: FileContext
  readonly role: Role
  readonly model: string | null
  readonly modelAsWritten: string
  readonly vendor: string | null
  readonly route: RegisterRoute
  readonly resolution: Resolution | null
  readonly state: ResolutionState
  readonly stateReason: string
  readonly hops: readonly Hop[]
  /** Where the model is written, when that is another place than the use. */
  readonly written: Place | null
  readonly overridableBy: readonly string[]
  readonly environment: string | null
}
