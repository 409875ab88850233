import type { ConversationReferences } from '../../protocols/index.ts'
import type { HeldTurn, History } from './held-conversations.ts'

/**
 * What requests ask of conversations that are held. Memory answers at once; where several processes share them, the one that
 * has them answers with a promise.
 */
export interface AskedConversations {
  readonly isHolding: boolean
  hold(holder: string, turn: HeldTurn): void
  /** Null: not all of it is held. */
  recall(
    holder: string,
    references: ConversationReferences,
  ): History | null | Promise<History | null>
}

/** The way to the process that holds them. */
export type ConversationLink = Pick<AskedConversations, 'hold'> & {
  recall(holder: string, references: ConversationReferences): Promise<History | null>
}
