/** A request under way, as far as figures want to know it. */
export interface MeasuredCall {
  readonly endpoint: string
  readonly startedAt: number
  /** Directive that kept a model from the caller; null: none so far. */
  directive: string | null
  openedAt: number | null
}
