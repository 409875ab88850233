import * as z from 'zod'
import { PersonDefinition } from './directive.ts'
import { EligibilityClass } from './holdfast-config.ts'

/**
 * What somebody vouches for about one person: a class under one definition, on which basis, until when. There is no
 * place here for nationality, birth, residence or documents, and there must never be one: the same one question is
 * asked of everyone, and only its answer is kept.
 */

/** The one question, the same for everyone. It asks whether, never which. */
export const attestationQuestion = {
  definition: 'us-ear-772.1',
  text: 'Are you a citizen or a lawful permanent resident of the United States, or a protected individual under 8 U.S.C. 1324b(a)(3), such as a refugee or an asylee? Answer only yes, no, or that you would rather not say. Do not say which of these you are, and show no document.',
  answers: {
    yes: 'not-foreign-person',
    no: 'foreign-person-not-authorised',
    'rather not say': 'undetermined',
  },
  source: '15 CFR 772.1, `foreign person`; 8 U.S.C. 1324b(a)(3)',
} as const

export const AttestationBasis = z.enum([
  'self-attestation',
  'hr-confirmation',
  'counsel-confirmation',
  'configuration',
])
export type AttestationBasis = z.infer<typeof AttestationBasis>

export const Attestation = z.strictObject({
  class: EligibilityClass.describe('Eligibility class, one of the four'),
  definition: PersonDefinition.default('us-ear-772.1').describe(
    'Definition of persons that it follows',
  ),
  basis: AttestationBasis.describe('On what it rests'),
  attester: z.string().min(1).describe('Who vouches for it'),
  date: z.iso.date().describe('Day on which it was given'),
  expiresAt: z.iso
    .datetime()
    .nullable()
    .default(null)
    .describe('First instant at which it counts no more; null: no end was set'),
})
export type Attestation = z.infer<typeof Attestation>
