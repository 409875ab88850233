/** What one gate is tested on: a value a task in the registered order, and the clusters they come in. */
export interface GateSample {
  /** Difference candidate − incumbent, −1 to 1; for a share of bad events −1 where it happened, else 0. */
  readonly values: readonly number[]
  readonly clusters: readonly string[]
  /** Tasks of the largest cluster in the task set, and which clusters are complete: an e-process bets on whole ones. */
  readonly largestCluster: number
  readonly completeClusters: ReadonlySet<string>
}

export function isClustered(sample: GateSample): boolean {
  return sample.largestCluster > 1
}

/** Risks that were registered. */
export interface Risks {
  readonly mode: 'fixed-n' | 'e-process'
  readonly alpha: number
  readonly beta: number
}

/** What a test found; `p` is one-sided, small where the gate is passed. */
export interface Finding {
  readonly state: 'passed' | 'failed' | 'undecided'
  readonly estimate: number
  readonly lower: number
  readonly upper: number
  readonly method: string
  readonly test: string
  readonly p: number
  readonly logE: number | null
  readonly designEffect: number
}
