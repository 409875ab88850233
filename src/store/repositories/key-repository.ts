import type { PrincipalKey } from '../../schema/principal-key.ts'
import type { Transaction } from 'kysely'
import { Fault } from '../../base/fault.ts'
import type { Tell } from '../backend/backend.ts'
import {
  addRecord,
  changeRecord,
  findRecord,
  listRecords,
  missingFault,
} from '../records/record-queries.ts'
import { shapes } from '../records/record-shapes.ts'
import type { Tables } from '../tables.ts'
import {
  isSecretOf,
  newKeyText,
  printKeyText,
  readKeyText,
  secretDigest,
} from './principal-key-text.ts'
import { instantNow, newId, type StoreContext } from './store-context.ts'

export interface NewKey {
  readonly principal: string
  /** Workflows it may be used for; null: all of the principal. */
  readonly workflows: readonly string[] | null
  readonly expiresAt: string | null
  readonly by: string
}

export interface IssuedKey {
  /** `hfk_<prefix>_<secret>`: seen this once and never again. */
  readonly text: string
  readonly key: PrincipalKey
}

export interface Rotation {
  readonly by: string
  /** When the old key ends; null: at once. */
  readonly oldEndsAt: string | null
  readonly expiresAt: string | null
}

/** Keys that callers present. The gateway holds `list()` in memory and asks `verifyKey`; it hears of changes. */
export interface KeyRepository {
  issue(wanted: NewKey): Promise<IssuedKey>
  /** A new key with the rights of an old one, which ends at once or later. A revoked one has none to give. */
  rotate(id: string, rotation: Rotation): Promise<IssuedKey>
  /** From now on refused everywhere, within a second. A key that was revoked before stays as it is. */
  revoke(id: string, by: string): Promise<PrincipalKey>
  find(id: string): Promise<PrincipalKey | null>
  /** All keys, or those of one principal, the oldest first. */
  list(principal?: string): Promise<readonly PrincipalKey[]>
  /** The key that a text is, when it counts now; null for any other. Reads the store: not for the hot path. */
  verify(text: string): Promise<PrincipalKey | null>
}

export function keyRepository(context: StoreContext): KeyRepository {
  const { backend, clock } = context
  const issue = async (
    tx: Transaction<Tables>,
    tell: Tell,
    wanted: NewKey & { readonly replaces: string | null },
  ): Promise<IssuedKey> => {
    const text = newKeyText((bytes) => clock.random(bytes))
    const key: PrincipalKey = {
      id: newId(context),
      principal: wanted.principal,
      prefix: text.prefix,
      secretDigest: secretDigest(text.secret),
      workflows: wanted.workflows === null ? null : [...wanted.workflows],
      createdAt: instantNow(context),
      createdBy: wanted.by,
      expiresAt: wanted.expiresAt,
      revokedAt: null,
      revokedBy: null,
      replaces: wanted.replaces,
    }
    if ((await findRecord(tx, shapes.principal, { id: key.principal })) === null)
      throw missingFault(shapes.principal, key.principal)
    await addRecord(tx, tell, shapes.principalKey, key)
    return { text: printKeyText(text), key }
  }
  const revoke = async (
    tx: Transaction<Tables>,
    tell: Tell,
    id: string,
    at: string,
    by: string,
  ) => {
    const key = await findRecord(tx, shapes.principalKey, { id })
    if (key === null) throw missingFault(shapes.principalKey, id)
    if (key.revokedAt !== null && key.revokedAt <= at) return key
    const revoked: PrincipalKey = { ...key, revokedAt: at, revokedBy: by }
    await changeRecord(tx, tell, shapes.principalKey, { id }, revoked)
    return revoked
  }
  return {
    issue: (wanted) => backend.write((tx, tell) => issue(tx, tell, { ...wanted, replaces: null })),
    rotate: (id, rotation) =>
      backend.write(async (tx, tell) => {
        const now = instantNow(context)
        const at = rotation.oldEndsAt ?? now
        const before = await findRecord(tx, shapes.principalKey, { id })
        if (before !== null && before.revokedAt !== null && before.revokedAt <= now)
          throw new Fault('HF_STORE_CONFLICT', `key \`${before.prefix}\` was revoked`, {
            advice: 'issue a new key',
          })
        const old = await revoke(tx, tell, id, at, rotation.by)
        const { principal, workflows } = old
        const { by, expiresAt } = rotation
        return await issue(tx, tell, { principal, workflows, by, expiresAt, replaces: id })
      }),
    revoke: (id, by) => backend.write((tx, tell) => revoke(tx, tell, id, instantNow(context), by)),
    find: (id) => backend.read((db) => findRecord(db, shapes.principalKey, { id })),
    list: (principal) =>
      backend.read((db) =>
        listRecords(db, shapes.principalKey, principal === undefined ? {} : { principal }, {
          order: ['createdAt', 'id'],
        }),
      ),
    verify: async (text) => {
      const prefix = readKeyText(text)?.prefix
      if (prefix === undefined) return null
      const key = await backend.read((db) => findRecord(db, shapes.principalKey, { prefix }))
      return key === null ? null : verifyKey(text, [key], instantNow(context))
    },
  }
}

/**
 * The key among those in memory that a presented text is, when it counts at this instant (milliseconds, UTC). For the
 * gateway: no store, no wait. A prefix that nobody has costs as much as one with a wrong secret.
 */
export function verifyKey(
  text: string,
  keys: Iterable<PrincipalKey>,
  at: string,
): PrincipalKey | null {
  const given = readKeyText(text)
  if (given === null) return null
  let found: PrincipalKey | null = null
  for (const key of keys) if (key.prefix === given.prefix) found = key
  const isRight = isSecretOf(given.secret, found?.secretDigest ?? nobodysDigest)
  if (found === null || !isRight) return null
  const isOver =
    (found.expiresAt !== null && found.expiresAt <= at) ||
    (found.revokedAt !== null && found.revokedAt <= at)
  return isOver ? null : found
}

const nobodysDigest = `sha256:${'0'.repeat(64)}`
