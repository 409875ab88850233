import * as z from 'zod'
import { DirectiveReview, DirectiveStatus } from './directive.ts'

/**
 * What an organisation adds to a directive that ships with holdfast: directives/<id>.amendment.yaml beside
 * holdfast.yaml. It is only ever appended to, and it can change no rule: no scope, no effect, no carve-out.
 */
export const DirectiveAmendment = z.strictObject({
  directive: z.string().min(1).describe('Id of the shipped directive'),
  status: z
    .array(DirectiveStatus)
    .default([])
    .describe('Lines that follow those of the directive, only ever appended to'),
  review: DirectiveReview.optional().describe('Whether counsel of this organisation has signed'),
})
export type DirectiveAmendment = z.infer<typeof DirectiveAmendment>
