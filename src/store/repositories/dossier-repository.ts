import { canonicalJson } from '../../base/canonical-json.ts'
import { digest } from '../../base/digest.ts'
import type { DossierRecord } from '../../schema/dossier-record.ts'
import { addRecord, findRecord, listRecords } from '../records/record-queries.ts'
import { shapes } from '../records/record-shapes.ts'
import { instantNow, newId, type StoreContext } from './store-context.ts'

export type NewDossier = Pick<DossierRecord, 'kind' | 'createdBy' | 'manifest'>

/** Manifests of the dossiers that were made. They are never changed. */
export interface DossierRepository {
  add(dossier: NewDossier): Promise<DossierRecord>
  find(id: string): Promise<DossierRecord | null>
  /** All, or those of one kind, the newest first. */
  list(kind?: string): Promise<readonly DossierRecord[]>
}

export function dossierRepository(context: StoreContext): DossierRepository {
  const { backend } = context
  const shape = shapes.dossier
  return {
    add: async (dossier) => {
      const record: DossierRecord = {
        ...dossier,
        id: newId(context),
        createdAt: instantNow(context),
        manifestDigest: digest(canonicalJson(dossier.manifest)),
      }
      await backend.write((tx, tell) => addRecord(tx, tell, shape, record))
      return record
    },
    find: (id) => backend.read((db) => findRecord(db, shape, { id })),
    list: (kind) =>
      backend.read((db) =>
        listRecords(db, shape, kind === undefined ? {} : { kind }, {
          order: ['-createdAt', '-id'],
        }),
      ),
  }
}
