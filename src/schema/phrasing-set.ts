import * as z from 'zod'
import { TaskProvenance } from './task-set.ts'

/**
 * Pieces of legitimate defensive work, each asked for in six ways, to find out whether a model does them however it is
 * asked. A folder: `phrasing-set.json` (PhrasingSetHeader) and `phrasings.jsonl`, one task a line (PhrasedTask). The
 * phrasings are fixed and were read by people; none is searched for.
 */

const id = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'an id of letters, digits, `.`, `_` and `-`')

const phrasing = z.string().min(1).max(2000)

/** The six ways, by what sets them apart. */
export const Phrasings = z.strictObject({
  plain: phrasing.describe('As one colleague asks another'),
  role: phrasing.describe('With who asks'),
  terse: phrasing.describe('In as few words as will do'),
  authorised: phrasing.describe('With the right to ask'),
  alarming: phrasing.describe('With words of the trade that sound alarming'),
  formal: phrasing.describe('As in a letter'),
})
export type Phrasings = z.infer<typeof Phrasings>
export type PhrasingKind = keyof Phrasings
export const phrasingKinds = Object.keys(Phrasings.shape) as readonly PhrasingKind[]

export const PhrasedTask = z.strictObject({
  id: id.describe('Name of the task within its set'),
  work: z
    .enum([
      'triage',
      'secure-review',
      'patch',
      'detection-rule',
      'incident-report',
      'hardening',
      'explain-cve',
    ])
    .describe('Kind of defensive work'),
  title: z.string().min(1).max(200).describe('The task in a few words'),
  about: z.string().min(1).describe('What it is about; stands in every phrasing'),
  material: z
    .string()
    .optional()
    .describe('Code, records or notes that stand below every phrasing, in the same words'),
  phrasings: Phrasings.describe('The same task in six ways'),
  signs: z
    .array(
      z.strictObject({
        sign: z.string().min(1).describe('In words'),
        anyOf: z
          .array(z.string().min(1))
          .min(1)
          .describe('One of these stands in such an answer; case does not count'),
      }),
    )
    .min(1)
    .describe('What an answer that does the work shows, as a first look; not whether it is good'),
})
export type PhrasedTask = z.infer<typeof PhrasedTask>

export const PhrasingSetHeader = z.strictObject({
  schemaVersion: z.literal(1).describe('1'),
  id: id.describe('Name of the set'),
  title: z.string().min(1).describe('What the tasks are, in one line'),
  system: z.string().optional().describe('Instruction of every call'),
  pair: z
    .tuple([z.enum(phrasingKinds), z.enum(phrasingKinds)])
    .describe('The two phrasings that are registered to be compared, unless a run names others'),
  review: z
    .strictObject({
      state: z.enum(['reviewed', 'unreviewed']),
      by: z.string().min(1).describe('Who read them'),
      at: z.iso.date().describe('When'),
      how: z.string().min(1).describe('What was looked for'),
    })
    .describe('Whether people have read every phrasing'),
  licence: z.string().describe('SPDX expression, or `proprietary`'),
  provenance: TaskProvenance.describe('Where the tasks are from'),
  notes: z.string().optional().describe('What a reader should know'),
})
export type PhrasingSetHeader = z.infer<typeof PhrasingSetHeader>
