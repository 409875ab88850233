import type { AttestationRecord } from '../../schema/attestation-record.ts'
import {
  addRecord,
  changeRecord,
  findRecord,
  listRecords,
  missingFault,
} from '../records/record-queries.ts'
import { shapes } from '../records/record-shapes.ts'
import { instantNow, newId, type StoreContext } from './store-context.ts'

export type NewAttestation = Omit<
  AttestationRecord,
  'id' | 'recordedAt' | 'revokedAt' | 'revokedBy'
>

/** What is attested of callers: one class under one definition, and nothing it could be concluded from. */
export interface AttestationRepository {
  /** Adds one beside the earlier ones; which of several counts is decided by policy. */
  add(attestation: NewAttestation): Promise<AttestationRecord>
  /** From now on it counts no more. One that was revoked before stays as it is. */
  revoke(id: string, by: string): Promise<AttestationRecord>
  find(id: string): Promise<AttestationRecord | null>
  /** All, or those of one principal, the oldest first, revoked and expired ones included. */
  list(principal?: string): Promise<readonly AttestationRecord[]>
  /** Those that are neither revoked nor expired at this instant. */
  listValid(at: string): Promise<readonly AttestationRecord[]>
}

export function attestationRepository(context: StoreContext): AttestationRepository {
  const { backend } = context
  const shape = shapes.attestation
  const order = ['recordedAt', 'id']
  return {
    add: async (attestation) => {
      const record: AttestationRecord = {
        ...attestation,
        id: newId(context),
        recordedAt: instantNow(context),
        revokedAt: null,
        revokedBy: null,
      }
      await backend.write(async (tx, tell) => {
        const principal = await findRecord(tx, shapes.principal, { id: record.principal })
        if (principal === null) throw missingFault(shapes.principal, record.principal)
        await addRecord(tx, tell, shape, record)
      })
      return record
    },
    revoke: (id, by) =>
      backend.write(async (tx, tell) => {
        const found = await findRecord(tx, shape, { id })
        if (found === null) throw missingFault(shape, id)
        if (found.revokedAt !== null) return found
        const revoked = { ...found, revokedAt: instantNow(context), revokedBy: by }
        await changeRecord(tx, tell, shape, { id, revokedAt: null }, revoked)
        return revoked
      }),
    find: (id) => backend.read((db) => findRecord(db, shape, { id })),
    list: (principal) =>
      backend.read((db) =>
        listRecords(db, shape, principal === undefined ? {} : { principal }, { order }),
      ),
    listValid: async (at) => {
      const standing = await backend.read((db) =>
        listRecords(db, shape, { revokedAt: null }, { order }),
      )
      return standing.filter(
        (one) => one.expiresAt === null || Date.parse(one.expiresAt) > Date.parse(at),
      )
    },
  }
}
