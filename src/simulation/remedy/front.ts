import type { Contingency, Permission } from '../contingency.ts'
import type { ElementId } from '../portfolio.ts'

/** One part of a target: what is lost, and what directives say meanwhile. */
export type Front = {
  /** The state before: directives in force, models withdrawn under them. It holds on under `any`. */
  readonly before: Contingency
  /** What directives would say if all authorisations among the candidate actions were held. */
  readonly authorised: Permission | undefined
} & (
  | { readonly kind: 'any'; readonly depth: 1 | 2 }
  | { readonly kind: 'contingency'; readonly contingency: Contingency }
)

export function permissionUnder(front: Front): Permission | undefined {
  return front.kind === 'any' ? front.before.permission : front.contingency.permission
}

export function lostIn({ elements, withdrawn }: Contingency): readonly ElementId[] {
  return [...elements, ...(withdrawn ?? [])]
}
