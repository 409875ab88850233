/** One place where a source names a model, with what it says there. Facts it does not give are absent. */
export interface Sighting {
  readonly source: string
  readonly asOf: string
  /** How much the source is believed about a vendor's own names: 0 the vendor's list, 1 a cloud, 2 a hub. */
  readonly rank: number
  readonly vendor: string
  /** Lower-case name without the vendor. */
  readonly name: string
  readonly title?: string | undefined
  readonly family?: string | undefined
  readonly openWeights?: boolean | undefined
  readonly licence?: string | undefined
  readonly contextTokens?: number | undefined
  readonly outputTokens?: number | undefined
  readonly capabilities?: readonly string[] | undefined
  readonly price?: Price | undefined
  readonly released?: string | undefined
  /** Last day that was announced. */
  readonly ends?: string | undefined
  /** The vendor's own service lists it, so that a price or last day here is the vendor's. */
  readonly own: boolean
  /** `vendor/name` that the source says it is. */
  readonly base?: string | undefined
}

export interface Price {
  readonly currency: string
  readonly inputPerMillion?: number | undefined
  readonly outputPerMillion?: number | undefined
  readonly cacheReadPerMillion?: number | undefined
}

/** A provider's name for a model. */
export interface Offer extends Sighting {
  readonly provider: string
  readonly spelling: string
}

/** Rounds away the noise of binary fractions in prices. */
export function tidyNumber(value: number): number {
  return Number(value.toPrecision(10))
}
