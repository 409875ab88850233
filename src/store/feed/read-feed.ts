import type { Kysely } from 'kysely'
import { type ChangeTopic, StoredChange } from '../../schema/stored-change.ts'
import { movedFault } from '../backend/moved-store.ts'
import { storeLimits } from '../limits.ts'
import type { Tables } from '../tables.ts'

/** How far the feed was read, of which filling of the store. */
export interface FeedPosition {
  readonly epoch: string
  readonly sequence: number
}

export type FeedStep =
  | {
      readonly kind: 'changes'
      readonly changes: readonly StoredChange[]
      readonly position: FeedPosition
    }
  /** What lay between can no longer be told one by one. */
  | { readonly kind: 'everything'; readonly position: FeedPosition }

/** Where the feed ends now. */
export async function feedEnd(db: Kysely<Tables>): Promise<FeedPosition> {
  const { epoch } = await db.selectFrom('storeState').selectAll().executeTakeFirstOrThrow()
  const last = await db
    .selectFrom('change')
    .select((eb) => eb.fn.max('sequence').as('sequence'))
    .executeTakeFirst()
  return { epoch, sequence: last?.sequence ?? 0 }
}

/** One step forward. Lines are read before the mark of pruning: if any of them was pruned, the mark tells. */
export async function readFeed(db: Kysely<Tables>, from: FeedPosition): Promise<FeedStep> {
  const rows = await db
    .selectFrom('change')
    .selectAll()
    .where('sequence', '>', from.sequence)
    .orderBy('sequence')
    .limit(storeLimits.feedBatch)
    .execute()
  const state = await db.selectFrom('storeState').selectAll().executeTakeFirstOrThrow()
  if (state.movedTo !== null) throw movedFault('the store', state.movedTo)
  if (state.epoch !== from.epoch || state.prunedTo > from.sequence)
    return { kind: 'everything', position: await feedEnd(db) }
  const sequence = rows.at(-1)?.sequence ?? from.sequence
  const changes = rows.flatMap((row) => {
    // A topic of a newer holdfast concerns nobody here.
    const change = StoredChange.safeParse(row)
    return change.success ? [change.data] : []
  })
  return { kind: 'changes', changes, position: { epoch: state.epoch, sequence } }
}

export function ofTopics(
  changes: readonly StoredChange[],
  topics: ReadonlySet<ChangeTopic>,
): readonly StoredChange[] {
  return changes.filter((change) => topics.has(change.topic))
}
