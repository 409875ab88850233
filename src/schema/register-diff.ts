import * as z from 'zod'
import { Dependency, Gap } from './register.ts'

/** What changed between two registers of the same tree. Schema version 1. */

/** One of the two registers that were compared. */
export const RegisterDiffSide = z.strictObject({
  /** Version of holdfast that made it. */
  toolVersion: z.string(),
  /** Digest over detectors, catalogue and extractors. */
  rules: z.string(),
  partial: z.boolean(),
  repositories: z.array(z.strictObject({ id: z.string(), commit: z.string().nullable() })),
})
export type RegisterDiffSide = z.infer<typeof RegisterDiffSide>

/** One fact of a dependency that is not what it was, in words that a person can read. */
export const FieldChange = z.strictObject({
  /** Name of the field in the register: `model`, `route.provider`, `fallbacks`, `owners` … */
  field: z.string(),
  /** Null when there was nothing. */
  before: z.string().nullable(),
  after: z.string().nullable(),
})
export type FieldChange = z.infer<typeof FieldChange>

export const DependencyChange = z.strictObject({
  /** The id that both registers give it. */
  id: z.string(),
  before: Dependency,
  after: Dependency,
  fields: z.array(FieldChange),
})
export type DependencyChange = z.infer<typeof DependencyChange>

export const RegisterDiff = z.strictObject({
  schemaVersion: z.literal(1),
  before: RegisterDiffSide,
  after: RegisterDiffSide,
  /** True when the two were made with different rules: a difference may come from the rules, not from the tree. */
  rulesDiffer: z.boolean(),
  /** Dependencies whose id only the later register has. */
  added: z.array(Dependency),
  /** Dependencies whose id only the earlier register has. */
  removed: z.array(Dependency),
  changed: z.array(DependencyChange),
  newGaps: z.array(Gap),
  closedGaps: z.array(Gap),
})
export type RegisterDiff = z.infer<typeof RegisterDiff>
