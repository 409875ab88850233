import { digest } from '../../base/digest.ts'
import type { SnapshotRecord } from '../../schema/snapshot-record.ts'
import { addRecord, findRecord, listRecords, nextNumber } from '../records/record-queries.ts'
import { shapes } from '../records/record-shapes.ts'
import { instantNow, type StoreContext } from './store-context.ts'

export type NewSnapshot = Omit<SnapshotRecord, 'number' | 'digest' | 'createdAt'>

/** Published policy snapshots. They are never changed; the last one published is the one to serve from. */
export interface SnapshotRepository {
  /** Published again under its id with the same content, it is the same snapshot. */
  publish(snapshot: NewSnapshot): Promise<SnapshotRecord>
  latest(): Promise<SnapshotRecord | null>
  find(id: string): Promise<SnapshotRecord | null>
  /** The last ones, the newest first. */
  list(limit: number): Promise<readonly SnapshotRecord[]>
}

export function snapshotRepository(context: StoreContext): SnapshotRepository {
  const { backend } = context
  const shape = shapes.snapshot
  const newest = ['-number']
  return {
    publish: (snapshot) =>
      backend.write(async (tx, tell) => {
        await backend.enterAlone(tx, 'snapshot')
        const there = await findRecord(tx, shape, { id: snapshot.id })
        if (there !== null && there.content === snapshot.content) return there
        const record: SnapshotRecord = {
          ...snapshot,
          number: await nextNumber(tx, 'snapshot'),
          digest: digest(snapshot.content),
          createdAt: instantNow(context),
        }
        await addRecord(tx, tell, shape, record)
        return record
      }),
    latest: async () => {
      const [last] = await backend.read((db) =>
        listRecords(db, shape, {}, { order: newest, limit: 1 }),
      )
      return last ?? null
    },
    find: (id) => backend.read((db) => findRecord(db, shape, { id })),
    list: (limit) => backend.read((db) => listRecords(db, shape, {}, { order: newest, limit })),
  }
}
