import type { RemedyAction } from '../../schema/simulation.ts'
import type { Option } from '../portfolio.ts'

/** Something that could be done, what it costs and what it changes in the portfolio. */
export interface CandidateAction {
  /** Unique and stable; plans are ordered and ties are broken by it. */
  readonly id: string
  readonly kind: RemedyAction['kind']
  readonly subject: string
  /** Workflow it is for; null: shared by all. */
  readonly workflow: string | null
  /** Over the horizon; 1 where no costs are stated and actions are counted. */
  readonly cost: number
  readonly text: string
  /**
   * Options that exist once it is done. One with the evidence `unqualified` exists only when an action that
   * qualifies it is done as well.
   */
  readonly brings: readonly BroughtOption[]
  /** Options that count as qualified once it is done. */
  readonly qualifies: readonly OptionPlace[]
  /** Lifts the denials of this directive for this model; null: none. */
  readonly authorises: { readonly directive: string; readonly model: string } | null
  /** Route whose shared capacity no longer binds; null: none. */
  readonly widens: string | null
}

export interface OptionPlace {
  readonly workflow: string
  readonly need: string
  readonly option: string
}

export interface BroughtOption {
  readonly workflow: string
  readonly need: string
  readonly option: Option
}

export function placeKey({ workflow, need, option }: OptionPlace): string {
  return `${workflow}\n${need}\n${option}`
}
