import type { DecisionReason } from '../schema/decision.ts'
import type { EligibilityClass } from '../schema/holdfast-config.ts'
import type { ElementId, Option, PortfolioWorkflow } from './portfolio.ts'

/** What is lost together. */
export interface Contingency {
  /** As asked for, `kind:id`; common causes are not opened here. */
  readonly elements: readonly ElementId[]
  /**
   * Models (`model:…`) that vendors have withdrawn for everybody. Stated, also when empty, it says that a directive
   * is asked about: outcomes then carry `ruleAlone`, the word without them.
   */
  readonly withdrawn?: readonly ElementId[]
  /** What directives say of an option for a class; absent: none is part of it. */
  readonly permission?: Permission
}

/**
 * Null: permitted. Asked of options with a known model; the same policy decides at the gateway. The answer follows from
 * workflow, model, route (or provider, where no route is known) and class alone: it is kept and not asked for twice.
 */
export interface Permission {
  (
    workflow: PortfolioWorkflow,
    option: Option,
    eligibilityClass: EligibilityClass,
  ): DecisionReason | null
  /**
   * Workflows for which the answers are the same for a model, route and class, by a key: the purpose, say. Each
   * key is then asked once. Absent: every workflow is asked about.
   */
  readonly sameFor?: (workflow: PortfolioWorkflow) => string
}
