import * as z from 'zod'

/** The form that `digest` of base gives. */
export const Sha256Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, '`sha256:` and 64 hex digits')
export type Sha256Digest = z.infer<typeof Sha256Digest>
