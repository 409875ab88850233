import type { DecisionReason } from '../schema/decision.ts'
import type { EligibilityClass } from '../schema/holdfast-config.ts'
import type { ElementId, Option, PortfolioWorkflow } from './portfolio.ts'

/** What is lost together. */
export interface Contingency {
  /** As asked for, `kind:id`; common causes are not opened here. */
  readonly elements: readonly ElementId[]
  /** What a directive says of an option for a class; absent: no directive is part of it. */
  readonly permission?: Permission
}

/** Null: permitted. Asked of options that elements leave alive. The same policy decides at the gateway. */
export type Permission = (
  workflow: PortfolioWorkflow,
  option: Option,
  eligibilityClass: EligibilityClass,
) => DecisionReason | null
