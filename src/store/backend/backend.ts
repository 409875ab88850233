import type { Kysely, Transaction } from 'kysely'
import type { ChangeTopic } from '../../schema/stored-change.ts'
import type { Tables } from '../tables.ts'

export type BackendKind = 'embedded' | 'postgres'

/** Tells the change feed, at the end of the transaction, that a record is new. */
export type Tell = (topic: ChangeTopic, key: string) => void

/** Where the tables lie. Every failure of either leaves here as a `Fault`. */
export interface Backend {
  readonly kind: BackendKind
  /** The location in words, without a password. */
  readonly place: string
  /** Milliseconds since 1970, by the one clock that all processes of this store share. */
  now(): Promise<number>
  /** Runs once, outside a transaction. */
  read<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  /**
   * Runs in one transaction that is durable when this returns. It may run more than once: a transaction that was
   * undone in favour of another begins anew. A store that was moved refuses it.
   */
  write<T>(work: (tx: Transaction<Tables>, tell: Tell) => Promise<T>): Promise<T>
  /** The same for what concerns whole tables: in a store that was moved too, and told to nobody. */
  change<T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T>
  /** Lets one transaction at a time pass this point, until it ends. */
  enterAlone(tx: Transaction<Tables>, name: string): Promise<void>
  close(): Promise<void>
}
