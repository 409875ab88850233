import type { SpendRecord } from '../../schema/spend-record.ts'
import { anyTables } from '../records/record-queries.ts'
import { toRow } from '../records/record-shape.ts'
import { shapes } from '../records/record-shapes.ts'
import type { StoreContext } from './store-context.ts'

/** What was counted elsewhere, all other processes together. */
export type SpendTotal = Omit<SpendRecord, 'keeper'>

/** Spend of a day, a row a process: written again it says the same, so nothing counts twice. */
export interface SpendRepository {
  /** Keeps what a process has counted so far, instead of what it kept before. Nobody is told: it changes all the time. */
  keep(records: readonly SpendRecord[]): Promise<void>
  /** What processes other than this one have counted. */
  elsewhere(day: string, keeper: string): Promise<readonly SpendTotal[]>
  /** Removes days before this one. */
  forgetBefore(day: string): Promise<void>
}

export function spendRepository({ backend }: StoreContext): SpendRepository {
  const shape = shapes.spend
  return {
    keep: async (records) => {
      if (records.length === 0) return
      const rows = records.map((record) => toRow(shape, record))
      await backend.write(async (tx) => {
        for (const row of rows)
          await anyTables(tx)
            .insertInto(shape.table)
            .values(row)
            .onConflict((conflict) =>
              conflict.columns(shape.key).doUpdateSet({ nano: row['nano'] ?? 0 }),
            )
            .execute()
      })
    },
    elsewhere: (day, keeper) =>
      backend.read((db) =>
        db
          .selectFrom('spend')
          .select(['day', 'scope', 'subject', 'currency'])
          .select(({ fn }) => fn.sum<number | string>('nano').as('nano'))
          .where('day', '=', day)
          .where('keeper', '!=', keeper)
          .groupBy(['day', 'scope', 'subject', 'currency'])
          .execute()
          // PostgreSQL adds whole numbers up to a number of any length, which comes as a text.
          .then((rows) => rows.map((row) => ({ ...row, nano: Number(row.nano) }))),
      ),
    forgetBefore: (day) =>
      backend.write(async (tx) => {
        await tx.deleteFrom('spend').where('day', '<', day).execute()
      }),
  }
}
