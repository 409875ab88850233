import * as z from 'zod'
import { type NoteVerifier, parseVerifierKey } from '../note/signed-note.ts'

/** `log.json`: what a log is called, and whose signatures count from which size on. */
export const LogDescription = z.strictObject({
  version: z.literal(1),
  origin: z.string().min(1).describe('Name of the log, the first line of its checkpoints'),
  keys: z
    .array(
      z.strictObject({
        verifier: z.string().describe('`NAME+KEYID+BASE64`, as in C2SP signed notes'),
        from: z.int().nonnegative().describe('Entries from which on it signs'),
      }),
    )
    .min(1),
  created: z.iso.datetime(),
})
export type LogDescription = z.infer<typeof LogDescription>

export function verifiersOf(description: LogDescription): readonly NoteVerifier[] {
  return description.keys
    .map(({ verifier }) => parseVerifierKey(verifier))
    .filter((one) => one !== null)
}
