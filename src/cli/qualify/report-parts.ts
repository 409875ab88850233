import type { TogetherResult } from '../../qualification/index.ts'
import type { Store } from '../../store/index.ts'
import type { FinishedTrial } from './decide-plan.ts'
import type { TrialWorkspace } from './trial-workspace.ts'

/** What a report is made from. */
export interface ReportParts {
  readonly workspace: Pick<TrialWorkspace, 'config' | 'priceOf' | 'catalogue'>
  readonly store: Pick<Store, 'trials'>
  readonly finished: FinishedTrial
  readonly together: TogetherResult
}
