import type { Attestation } from '../schema/attestation.ts'
import type { EligibilityClass } from '../schema/holdfast-config.ts'

/** The class that an attestation still vouches for; none, not yet given or expired: nothing is known. */
export function attestedClass(attestation: Attestation | null, at: string): EligibilityClass {
  const now = Date.parse(at)
  if (attestation === null || Number.isNaN(now)) return 'undetermined'
  // The day is known, not the hour: it may have begun at UTC+14.
  const firstMs = Date.parse(`${attestation.date}T00:00:00Z`) - 14 * 3_600_000
  if (now < firstMs) return 'undetermined'
  if (attestation.expiresAt !== null && now >= Date.parse(attestation.expiresAt)) {
    return 'undetermined'
  }
  return attestation.class
}
