import { sql, type Transaction } from 'kysely'
import type { ChangeTopic } from '../../schema/stored-change.ts'
import { instantOf } from '../backend/clock.ts'
import { storeLimits } from '../limits.ts'
import type { Tables } from '../tables.ts'

export interface PendingChange {
  readonly topic: ChangeTopic
  readonly key: string
}

/**
 * Adds the changes of a transaction to the feed, as its last act. The caller holds the lock of the feed, so that a
 * lower sequence is never seen after a higher one: that is why no watcher can miss a change.
 */
export async function appendChanges(
  tx: Transaction<Tables>,
  changes: readonly PendingChange[],
  nowMs: number,
): Promise<void> {
  if (changes.length === 0) return
  const at = instantOf(nowMs)
  const added = await tx
    .insertInto('change')
    .values(changes.map((one) => ({ topic: one.topic, key: one.key, at })))
    .returning('sequence')
    .execute()
  const last = Math.max(...added.map((row) => row.sequence))
  // Pruning now and then is enough; it stands in the same transaction as the mark that tells of it.
  if (last % pruneEvery >= changes.length) return
  const prunedTo = last - storeLimits.feedLinesKept
  if (prunedTo <= 0) return
  await tx.deleteFrom('change').where('sequence', '<=', prunedTo).execute()
  await tx
    .updateTable('storeState')
    .set({ prunedTo: sql<number>`${prunedTo}` })
    .where('prunedTo', '<', prunedTo)
    .execute()
}

const pruneEvery = 1_000
