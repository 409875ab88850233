import * as z from 'zod'
import { checkAreas } from '../check-finding.ts'

/** What `holdfast check` finds, as the admin API tells it. */
export const CheckedAll = z.object({
  at: z.string().describe('When it was looked at'),
  isOffline: z.boolean().describe('Whether no provider was asked'),
  findings: z
    .array(
      z.object({
        area: z.enum(checkAreas).describe('What was looked at'),
        severity: z
          .enum(['problem', 'warning', 'note'])
          .describe('`problem`: something does not work or does not count'),
        message: z.string().describe('What was found'),
        place: z.string().nullable().describe('File, line and column, as far as known'),
        code: z.string().nullable().describe('Code of docs/reference/error-codes.md'),
        advice: z.string().nullable().describe('What to do'),
      }),
    )
    .describe('What was found'),
  policy: z
    .object({
      units: z.int().describe('Units that decide'),
      perRequest: z
        .array(
          z.object({
            id: z.string().describe('A unit'),
            because: z.array(z.string()).describe('Why it is evaluated at each request'),
          }),
        )
        .describe('Units that no table can hold'),
    })
    .nullable()
    .describe('null: policy could not be compiled'),
  routes: z
    .array(
      z.object({
        route: z.string().describe('Route of holdfast.yaml'),
        model: z.string().describe('Model that was asked over it'),
        wireModel: z.string().describe('Its name on the wire'),
        listing: z
          .enum(['listed', 'not-listed', 'failed', 'none'])
          .describe('What the list of the route says, which decides nothing'),
        result: z.string().describe('What a real request of one token came to'),
        message: z.string().describe('The same in words'),
        servedModel: z.string().nullable().describe('Model that answered'),
        notices: z.array(z.string()).describe('What vendor or provider announces about it'),
        ms: z.number().nullable().describe('Milliseconds that it took'),
      }),
    )
    .describe('Empty: no provider was asked'),
  notices: z.array(z.string()).describe('What whoever asks should know'),
})
