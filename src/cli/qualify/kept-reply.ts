import * as z from 'zod'
import { jsonOrNull } from '../../base/json-or-null.ts'
import type { GatewayAnswer } from '../../qualification/index.ts'

/** What the gateway says of a call by its id. */
export type KeptReply =
  | { readonly kind: 'kept'; readonly answer: GatewayAnswer }
  | {
      readonly kind: 'unknown'
      /** It keeps all calls since before this one: one that it does not know has never come. */
      readonly isSurelyNew: (claimedAt: string) => boolean
    }

const KeptCall = z.object({
  askedAt: z.iso.datetime(),
  answeredAt: z.iso.datetime(),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  encoding: z.enum(['utf8', 'base64']),
  body: z.string(),
})

/** Clocks of two machines may differ by so much before it is taken into account. */
const sameClockMs = 2_000

/** Null: it is still under way, or the reply is none. */
export function keptReply({
  status,
  header,
  body,
  tries,
}: Omit<GatewayAnswer, 'at' | 'ms'>): KeptReply | null {
  if (status === 404) {
    const since = Date.parse(header('holdfast-kept-since') ?? '')
    const ahead = Date.parse(header('date') ?? '') - Date.now()
    const isSurelyNew = (claimedAt: string): boolean =>
      Date.parse(claimedAt) + (Math.abs(ahead) > sameClockMs ? ahead : 0) > since
    return { kind: 'unknown', isSurelyNew }
  }
  // It is kept, and policy no longer lets it out.
  if (status === 403) return { kind: 'unknown', isSurelyNew: () => false }
  const read = KeptCall.safeParse(jsonOrNull(body))
  if (status !== 200 || !read.success) return null
  const kept = read.data
  return {
    kind: 'kept',
    answer: {
      status: kept.status,
      header: (name) => kept.headers[name] ?? null,
      body:
        kept.encoding === 'utf8' ? kept.body : Buffer.from(kept.body, 'base64').toString('utf8'),
      // Another clock may be ahead; nothing has come later than now.
      at: new Date(Math.min(Date.parse(kept.answeredAt), Date.now())).toISOString(),
      ms: Date.parse(kept.answeredAt) - Date.parse(kept.askedAt),
      tries,
    },
  }
}
