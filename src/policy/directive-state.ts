import type { CarveOut, Directive, VendorAction } from '../schema/directive.ts'

/** A directive as it stands at one instant. */
export interface DirectiveState {
  readonly directive: Directive
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string
  /** Its rule restricts now: effective, and of an instrument that can. */
  readonly isInForce: boolean
  /** Carve-outs that hold now, with the name of their clause. */
  readonly carveOuts: readonly { readonly clause: string; readonly carveOut: CarveOut }[]
  /** Models that the vendor has taken away from everybody now; `providers` null: over every provider. */
  readonly withdrawn: readonly {
    readonly model: string
    readonly providers: readonly string[] | null
    readonly action: VendorAction
  }[]
  /** The next instant at which anything above changes; null: never, as far as is known. */
  readonly changesAt: string | null
}
