import * as z from 'zod'
import { Directive } from './directive.ts'

/**
 * `.holdfast/directives/<id>.json`: the version of an enforced directive that was last accepted, as it was kept before
 * there was a store. It is read until it is taken over.
 */
export const AcceptedDirective = z.strictObject({
  schemaVersion: z.literal(1),
  acceptedAt: z.iso.datetime().describe('When this version was accepted'),
  digest: z.string().describe('SHA-256 of the directive in canonical JSON'),
  directive: Directive.describe('The version in force'),
  earlier: z
    .array(
      z.strictObject({
        acceptedAt: z.iso.datetime().describe('When it was accepted'),
        digest: z.string().describe('SHA-256 of it in canonical JSON'),
      }),
    )
    .default([])
    .describe('Versions before it, oldest first'),
})
export type AcceptedDirective = z.infer<typeof AcceptedDirective>
