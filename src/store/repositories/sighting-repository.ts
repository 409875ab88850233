import type { Sighting } from '../../schema/sighting.ts'
import { addRecord, anyTables, changeRecord, findRecord } from '../records/record-queries.ts'
import { shapes } from '../records/record-shapes.ts'
import { instantNow, type StoreContext } from './store-context.ts'

/** What was last seen of things that change outside the store. */
export interface SightingRepository {
  find(subject: string): Promise<Sighting | null>
  /** Keeps what is seen now; gives back what was seen before, null for nothing. */
  note(subject: string, digest: string): Promise<Sighting | null>
  /** The next state of it is new again, whichever it is. */
  forget(subject: string): Promise<void>
}

export function sightingRepository(context: StoreContext): SightingRepository {
  const { backend } = context
  const shape = shapes.sighting
  return {
    find: (subject) => backend.read((db) => findRecord(db, shape, { subject })),
    note: (subject, digest) =>
      backend.write(async (tx, tell) => {
        await backend.enterAlone(tx, `sighting ${subject}`)
        const before = await findRecord(tx, shape, { subject })
        if (before?.digest === digest) return before
        const seen: Sighting = { subject, digest, seenAt: instantNow(context) }
        if (before === null) await addRecord(tx, tell, shape, seen)
        else await changeRecord(tx, tell, shape, { subject }, seen)
        return before
      }),
    forget: (subject) =>
      backend.write(async (tx) => {
        await anyTables(tx).deleteFrom(shape.table).where('subject', '=', subject).execute()
      }),
  }
}
