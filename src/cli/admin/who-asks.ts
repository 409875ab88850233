import * as z from 'zod'
import { shorten, visibleText } from '../../base/visible-text.ts'
import type { AdminCaller } from './admin-tokens.ts'

const nameCharactersMax = 100

/** Who says to be asking: a name beside the token, which proves no more than that its holder wrote it. */
export const WhoAsks = z.strictObject({
  by: z
    .string()
    .trim()
    .min(1)
    .max(nameCharactersMax)
    .optional()
    .describe('Name of whoever does this; stands in the ledger beside the token'),
})

/** As the ledger names them. */
export function byOf({ name }: AdminCaller, { by }: z.infer<typeof WhoAsks>): string {
  return by === undefined ? name : `${shorten(visibleText(by), nameCharactersMax)} (${name})`
}
