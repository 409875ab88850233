import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Fault } from '../base/fault.ts'
import type { Evidence } from '../gateway/index.ts'
import {
  beginPeriod,
  contentDigester,
  type Ledger,
  nodeFiles,
  principalPseudonym,
  pseudonymKeyBytesMin,
  sealValue,
} from '../ledger/index.ts'
import type { EligibilityClass, HoldfastConfig } from '../schema/holdfast-config.ts'
import type { SealedValue } from '../schema/ledger-entry.ts'
import { version } from './installation.ts'
import { idKeyOf, ledgerPlace, type LedgerPlace, openLedger } from './open-ledger.ts'
import { readPublicKey, readSecretBytes } from './read-key.ts'

/** The ledger as a gateway uses it. */
export interface ServedEvidence {
  readonly ledger: Ledger
  readonly evidence: Evidence
  /** Stands for a caller; null: no key for ids. */
  readonly pseudonymOf: (principal: string) => string | null
  /** The class, readable only for counsel; null: there is no key to seal it to. */
  readonly sealedClass: (principal: string, value: EligibilityClass) => SealedValue | null
  close(): Promise<void>
}

/** Null: holdfast.yaml names no ledger, and nothing is recorded. `role`: of its log; each process has one of its own. */
export async function openEvidence(
  configPath: string,
  config: HoldfastConfig,
  warn: (message: string) => void,
  role = 'gateway',
): Promise<ServedEvidence | null> {
  if (config.ledger === undefined) {
    warn('holdfast.yaml has no `ledger`: decisions are not recorded')
    return null
  }
  const place = await ledgerPlace(configPath)
  const keys = await pseudonymKeys(place)
  const ledger = await openLedger(place, role)
  const sealer = await classSealer(place, role)
  ledger.record({ kind: 'process', event: 'started', version: version() })
  return {
    ledger,
    evidence: {
      mode: place.config.mode,
      onWriteFailure: place.config.onWriteFailure,
      problem: () => ledger.problem,
      record: (entry) => ledger.record(entry),
      recordDurable: (entry) => ledger.recordDurable(entry),
      digestOf:
        keys.contents === null ? null : contentDigester({ ids: keys.ids, contents: keys.contents }),
    },
    pseudonymOf: (principal) =>
      principalPseudonym({ ids: keys.ids, contents: keys.ids }, principal),
    sealedClass: sealer,
    close: async () => {
      ledger.record({ kind: 'process', event: 'stopped', version: version() })
      await ledger.close()
    },
  }
}

interface GatewayKeys {
  readonly ids: Buffer
  readonly contents: Buffer | null
}

async function pseudonymKeys(place: LedgerPlace): Promise<GatewayKeys> {
  const { config, folder } = place
  const ids = await idKeyOf(place)
  if (config.digestKey === undefined) return { ids, contents: null }
  const contents = await readSecretBytes(
    { reference: config.digestKey, folder, name: 'ledger.digestKey' },
    pseudonymKeyBytesMin,
  )
  if (contents.equals(ids))
    throw new Fault('HF_KEY_INVALID', '`ledger.idKey` and `ledger.digestKey` are the same key', {
      expected: 'two keys: who learns one must not be able to use the other',
      advice: '`holdfast ledger keys init` makes both',
    })
  return { ids, contents }
}

/** Seals each class once for each caller under the key of this process's period. */
async function classSealer(place: LedgerPlace, role: string): Promise<ServedEvidence['sealedClass']> {
  const { config, folder, root } = place
  if (config.counselKey === undefined) return () => null
  const counsel = await readPublicKey(
    { reference: config.counselKey, folder, name: 'ledger.counselKey' },
    'x25519',
  )
  const name = `${role}-${new Date().toISOString().replace(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`
  const period = await beginPeriod(join(root), nodeFiles, name, counsel, randomBytes)
  const sealed = new Map<string, SealedValue>()
  return (principal, value) => {
    const id = `${principal}\n${value}`
    const kept = sealed.get(id) ?? sealValue(value, period, randomBytes)
    sealed.set(id, kept)
    return kept
  }
}
