import type { ConversationReferences } from '../../protocols/index.ts'

/** One request and its answer, as later requests of the same holder may take them up. */
export interface HeldTurn {
  /** Of the answer. */
  readonly id: string
  /** Id of the answer that it went on behind; null: it begins a conversation. */
  readonly previous: string | null
  /** The route whose provider keeps it as well; null: none does. */
  readonly route: string | null
  /** JSON of what was asked: a text, or items. */
  readonly input: Buffer
  /** JSON of the items that were answered. */
  readonly output: Buffer
  /** Ids of these items. */
  readonly itemIds: readonly string[]
}

/** What a request takes up, as far back as it goes. */
export interface History {
  /** What it goes on behind, the oldest first. */
  readonly turns: readonly HeldTurn[]
  /** By the id of an item that it refers to, the turn that answered it. */
  readonly turnOf: ReadonlyMap<string, HeldTurn>
}

/**
 * What requests ask of conversations that are held. Memory answers at once; where several processes share them, the one that
 * has them answers with a promise.
 */
export interface AskedConversations {
  hold(holder: string, turn: HeldTurn): void
  /** Null: not all of it is held. */
  recall(
    holder: string,
    references: ConversationReferences,
  ): History | null | Promise<History | null>
}
