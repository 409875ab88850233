import type { VerdictRecord } from '../schema/verdict.ts'
import type { CallCapture } from './call-capture.ts'
import type { AskedConversations } from './conversations/asked-conversations.ts'
import type { QueueTools } from './hop-queue.ts'
import type { PlaceTools } from './limits/call-places.ts'
import type { Upstreams } from './upstream.ts'

/** What every call works with. */
export interface CallTools extends QueueTools, PlaceTools {
  readonly upstreams: Upstreams
  /** A share between 0 and 1, for waits that should not fall together. */
  readonly random: () => number
  /** Models that have made vectors, whatever the catalogue knows of them: no more than routes name. */
  readonly vectorModels: Set<string>
  /** A provider serves a model under another name than when it was tried. */
  readonly verdictEnded: (verdict: VerdictRecord, servedNow: string) => void
  /** Of callers who send only what is new. */
  readonly conversations: AskedConversations
  /** Where calls go that become tasks; null: none do. */
  readonly capture: CallCapture | null
}
