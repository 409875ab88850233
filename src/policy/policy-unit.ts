import { canonicalJson } from '../base/canonical-json.ts'
import { digest } from '../base/digest.ts'
import type { ReasonCode } from '../schema/decision.ts'
import type { CedarPolicy } from './cedar-engine.ts'

/** Why a policy decides as it does, ready for a decision. */
export interface UnitReason {
  readonly code: ReasonCode
  readonly directive: string | null
  readonly clause: string | null
  readonly source: string | null
  readonly review: 'unverified' | 'verified' | null
  readonly text: string
  /** What would have to be so for it to be allowed. */
  readonly needed: readonly string[]
}

/** A policy that decides. */
export interface UnitRule {
  readonly id: string
  readonly policy: CedarPolicy
  readonly reason: UnitReason
}

/**
 * A policy that decides nothing: it is asked beside the rules when a table is filled, to tell which clause held.
 * It is a forbid in form only, since Cedar names every forbid that holds.
 */
export interface UnitMarker {
  readonly id: string
  readonly policy: CedarPolicy
  readonly reason: UnitReason
  /** `lead` and `detail`: said when a rule of the unit denies, before or after it; `spare`: when none does. */
  readonly said: 'lead' | 'detail' | 'spare'
}

/** Policies that are read, asked and tabulated together, apart from all others. Plain data: snapshots carry it. */
export interface PolicyUnit {
  /** `directive:ID`, `invalid:ID`, `workflow:ID`, `no-workflow` or `own:FILE:ID`. */
  readonly id: string
  readonly kind: 'directive' | 'invalid-directive' | 'workflow' | 'no-workflow' | 'own'
  readonly title: string
  readonly rules: readonly UnitRule[]
  readonly markers: readonly UnitMarker[]
}

/** A unit with the digest by which it is known again: what has not changed is not asked again. */
export interface SealedUnit extends PolicyUnit {
  readonly digest: string
}

export function sealUnit(unit: PolicyUnit): SealedUnit {
  return { ...unit, digest: digest(canonicalJson(unit)) }
}
