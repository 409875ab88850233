import type { VerdictRecord } from '../../schema/verdict.ts'
import { addRecord, changeRecord, listRecords, missingFault } from '../records/record-queries.ts'
import { fromRow } from '../records/record-shape.ts'
import { shapes } from '../records/record-shapes.ts'
import type { StoreContext } from './store-context.ts'

/** What trials found. A fallback is qualified while one of these says so. */
export interface VerdictRepository {
  /** The same verdict again is no conflict; another one of the same trial for the same key is. */
  add(verdict: VerdictRecord): Promise<void>
  /** Ends all verdicts of a trial before their time. Those that were ended before stay as they are. */
  invalidate(trial: string, reason: string): Promise<readonly VerdictRecord[]>
  /** All, or those of one workflow, in the order of their decision. */
  list(workflow?: string): Promise<readonly VerdictRecord[]>
  /** Verdicts `QUALIFIED` that count at this instant. */
  listQualified(at: string): Promise<readonly VerdictRecord[]>
}

export function verdictRepository({ backend }: StoreContext): VerdictRepository {
  const shape = shapes.verdict
  const order = ['decidedAt', 'trial', 'keyDigest']
  return {
    add: async (verdict) => {
      await backend.write((tx, tell) => addRecord(tx, tell, shape, verdict))
    },
    invalidate: (trial, reason) =>
      backend.write(async (tx, tell) => {
        const found = await listRecords(tx, shape, { trial }, { order })
        if (found.length === 0) throw missingFault(shape, trial)
        const after: VerdictRecord[] = []
        for (const verdict of found) {
          if (verdict.invalidatedBy !== null) continue
          const ended = { ...verdict, invalidatedBy: reason }
          const { keyDigest = '' } = shape.derived?.(verdict) ?? {}
          const one = { trial, keyDigest, invalidatedBy: null }
          if (await changeRecord(tx, tell, shape, one, ended)) after.push(ended)
        }
        return after
      }),
    list: (workflow) =>
      backend.read(async (db) => {
        let query = db.selectFrom('verdict').selectAll()
        if (workflow !== undefined) query = query.where('workflow', '=', workflow)
        const rows = await query
          .orderBy('decidedAt')
          .orderBy('trial')
          .orderBy('keyDigest')
          .execute()
        return rows.map((row) => fromRow(shape, row))
      }),
    listQualified: async (at) => {
      const standing = await backend.read((db) =>
        listRecords(db, shape, { verdict: 'QUALIFIED', invalidatedBy: null }, { order }),
      )
      return standing.filter((one) => Date.parse(one.validUntil) > Date.parse(at))
    },
  }
}
