import { canonicalJson } from '../../base/canonical-json.ts'
import { digest } from '../../base/digest.ts'
import type { Register } from '../../schema/register.ts'
import type { RegisterRecord } from '../../schema/register-record.ts'
import { addRecord, findRecord, listRecords, nextNumber } from '../records/record-queries.ts'
import { shapes } from '../records/record-shapes.ts'
import { instantNow, newId, type StoreContext } from './store-context.ts'

/** One line of the history, without the register itself. */
export type RegisterHead = Omit<RegisterRecord, 'register'>

/** The register and its history. */
export interface RegisterRepository {
  /** Adds a state; the same one as the latest changes nothing. */
  add(register: Register, by: string): Promise<RegisterRecord>
  latest(): Promise<RegisterRecord | null>
  find(id: string): Promise<RegisterRecord | null>
  /** The last states, the newest first. */
  history(limit: number): Promise<readonly RegisterHead[]>
}

export function registerRepository(context: StoreContext): RegisterRepository {
  const { backend } = context
  const shape = shapes.register
  const newest = { order: ['-number'], limit: 1 }
  return {
    add: (register, by) =>
      backend.write(async (tx, tell) => {
        await backend.enterAlone(tx, 'register')
        const registerDigest = digest(canonicalJson(register))
        const [last] = await listRecords(tx, shape, {}, newest)
        if (last?.digest === registerDigest) return last
        const record: RegisterRecord = {
          id: newId(context),
          number: await nextNumber(tx, 'register'),
          digest: registerDigest,
          createdAt: instantNow(context),
          createdBy: by,
          register,
        }
        await addRecord(tx, tell, shape, record)
        return record
      }),
    latest: async () => {
      const [last] = await backend.read((db) => listRecords(db, shape, {}, newest))
      return last ?? null
    },
    find: (id) => backend.read((db) => findRecord(db, shape, { id })),
    history: (limit) =>
      backend.read((db) =>
        db
          .selectFrom('register')
          .select(['id', 'number', 'digest', 'createdAt', 'createdBy'])
          .orderBy('number', 'desc')
          .limit(limit)
          .execute(),
      ),
  }
}
