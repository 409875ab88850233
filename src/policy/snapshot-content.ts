import { canonicalJson } from '../base/canonical-json.ts'
import { digest } from '../base/digest.ts'
import type { SealedUnit } from './policy-unit.ts'
import type { PolicyWorld } from './principal.ts'

/** A directive as a snapshot knows it, in force or not. */
export interface SnapshotDirective {
  readonly id: string
  readonly digest: string
  readonly title: string
  readonly source: string | null
  /** Day on which its text was read. */
  readonly asOf: string | null
  readonly review: 'unverified' | 'verified'
  readonly isInForce: boolean
  /** False: its file could not be read, and the models it names are denied. */
  readonly isValid: boolean
}

/** What a snapshot decides from: plain data, the same bytes for the same data. */
export interface SnapshotContent {
  readonly schemaVersion: 1
  /** Grows with every snapshot of an organisation. */
  readonly version: number
  /** First instant at which it holds. */
  readonly at: string
  /** First instant at which it holds no more. */
  readonly expiresAt: string
  /** Next instant at which a directive or an authorisation changes what it says; null: none is known. */
  readonly changesAt: string | null
  readonly onExpiry: 'deny-restricted' | 'deny-all'
  readonly world: PolicyWorld
  readonly directives: readonly SnapshotDirective[]
  /** Models that some directive, in force or not, may concern: denied once the snapshot has expired. */
  readonly restricted: readonly string[]
  readonly units: readonly SealedUnit[]
}

/** Names a content whatever its version is. */
export function contentDigest({ version: _version, units, ...rest }: SnapshotContent): string {
  return digest(canonicalJson({ ...rest, units: units.map((unit) => unit.digest) }))
}
