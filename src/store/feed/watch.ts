import type { ChangeTopic, StoredChange } from '../../schema/stored-change.ts'

/** What a watcher is told. */
export type WatchNotice =
  | {
      readonly kind: 'changes'
      /** In the order in which they became visible, only of the topics asked for. */
      readonly changes: readonly StoredChange[]
    }
  /** The store was filled anew, or the watcher was away for too long: read everything again. */
  | { readonly kind: 'everything' }
  /** The store cannot be read now: go on with what is known. What changes meanwhile is told afterwards. */
  | { readonly kind: 'away'; readonly reason: string }
  | { readonly kind: 'back' }

export type WatchListener = (notice: WatchNotice) => void

export interface Watch {
  /** No notice comes after this. */
  close(): Promise<void>
}

export interface Watcher {
  readonly topics: ReadonlySet<ChangeTopic>
  readonly listener: WatchListener
}
