import { randomBytes } from 'node:crypto'
import { canonicalJson } from '../base/canonical-json.ts'
import { digest } from '../base/digest.ts'
import { Fault } from '../base/fault.ts'
import { uuidv7 } from '../base/uuidv7.ts'
import type { EntryBody, SealedValue } from '../schema/ledger-entry.ts'
import type { PrincipalRecord } from '../schema/principal-record.ts'
import type { LedgerPlace } from './open-ledger.ts'
import { readPublicKey } from './read-key.ts'
import type { NewAttestation } from '../store/index.ts'
import type { EntrySource, RecordKeeper } from './record-keeper.ts'

type AttestationEntry = Extract<EntryBody, { kind: 'attestation' }>

/** What the ledger may say of callers: persons by their pseudonyms, classes sealed for counsel. */
export interface PrincipalEntries {
  changed(change: PrincipalChange): EntrySource
  attested(attestation: NewAttestation, change: AttestationEntry['change'], by: string): EntrySource
}

interface PrincipalChange {
  readonly id: string
  /** In words, without the id. */
  readonly change: string
  readonly by: string
  readonly before: PrincipalRecord | null
  readonly after: PrincipalRecord | null
}

/** Entries are made when they are recorded: only then are the keys asked for by which persons may stand in them. */
export function principalEntries(keeper: RecordKeeper): PrincipalEntries {
  const placed = async () => {
    const place = await keeper.place()
    if (place === null) throw new TypeError('there is no ledger to make entries for')
    return { place, pseudonym: await pseudonymsOf(place) }
  }
  return {
    changed:
      ({ id, change, by, before, after }) =>
      async () => {
        const { pseudonym } = await placed()
        // A plain digest over so few possible values could be found by trying them.
        const keyedDigest = (record: PrincipalRecord | null): string | null =>
          record === null ? null : digest(pseudonym(canonicalJson(record)))
        return {
          kind: 'principal',
          subject: pseudonym(id),
          change,
          by,
          before: keyedDigest(before),
          after: keyedDigest(after),
        }
      },
    attested: (attestation, change, by) => async () => {
      const { place, pseudonym } = await placed()
      return {
        kind: 'attestation',
        principal: pseudonym(attestation.principal),
        definition: attestation.definition,
        class: await sealedClass(place, attestation.class),
        basis: attestation.basis,
        attester: attestation.attester,
        by,
        validUntil: attestation.expiresAt,
        change,
      }
    },
  }
}

async function pseudonymsOf(place: LedgerPlace): Promise<(text: string) => string> {
  const { idKeyOf } = await import('./open-ledger.ts')
  const { principalPseudonym } = await import('../ledger/index.ts')
  const ids = await idKeyOf(place)
  return (text) => principalPseudonym({ ids, contents: ids }, text)
}

/** Each command seals under a key of its own, which it cannot read back afterwards. */
async function sealedClass(place: LedgerPlace, value: string): Promise<SealedValue> {
  const { config, folder, root } = place
  if (config.counselKey === undefined)
    throw new Fault('HF_KEY_INVALID', 'holdfast.yaml names no key to seal classes with', {
      expected: '`ledger.counselKey`: only counsel may read a class in the ledger',
      advice: '`holdfast ledger keys init` makes one',
    })
  const counsel = await readPublicKey(
    { reference: config.counselKey, folder, name: 'ledger.counselKey' },
    'x25519',
  )
  const { beginPeriod, nodeFiles, sealValue } = await import('../ledger/index.ts')
  const now = Date.now()
  const name = `${new Date(now).toISOString().slice(0, 7)}-cli-${uuidv7(now, randomBytes(10))}`
  return sealValue(
    value,
    await beginPeriod(root, nodeFiles, name, counsel, randomBytes),
    randomBytes,
  )
}
