import { type KeyObject, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Fault } from '../base/fault.ts'
import type { Evidence } from '../gateway/index.ts'
import {
  beginPeriod,
  contentDigester,
  contentDigests,
  type Ledger,
  nodeFiles,
  principalPseudonym,
  pseudonymKeyBytesMin,
  sealMessage,
  sealValue,
  writeContents,
} from '../ledger/index.ts'
import type { EligibilityClass, HoldfastConfig } from '../schema/holdfast-config.ts'
import type { SealedValue } from '../schema/ledger-entry.ts'
import { version } from './installation.ts'
import { openingLedger } from './ledger-unwritable.ts'
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
    warn('holdfast.yaml has no `ledger`: decisions are not recorded; docs/guide/ledger.md')
    return null
  }
  const place = await ledgerPlace(configPath)
  const keys = await pseudonymKeys(place)
  const refused =
    place.config.onWriteFailure === 'stop-all'
      ? 'nothing is served'
      : 'models that a directive concerns are not served'
  const waiting = new WaitingForDisk()
  const ledger = await openLedger(place, role, (problem) => {
    if (problem === null) return warn('the ledger can be written again')
    warn(`the ledger cannot be written, and until it can ${refused}: ${problem}`)
    waiting.giveUp(problem)
  })
  const counsel = await counselKeyOf(place)
  const sealer = await openingLedger(place.root, () => classSealer(place, role, counsel))
  const contents = keys.contents === null ? null : { ids: keys.ids, contents: keys.contents }
  ledger.record({ kind: 'process', event: 'started', version: version() })
  return {
    ledger,
    evidence: {
      mode: place.config.mode,
      onWriteFailure: place.config.onWriteFailure,
      problem: () => ledger.problem,
      record: (entry) => ledger.record(entry),
      recordDurable: (entry) => waiting.add(ledger.recordDurable(entry), ledger.problem),
      digestOf: contents === null ? null : contentDigester(contents),
      digestParts: contents === null ? null : contentDigests(contents),
      seal: counsel === null ? null : (kept) => sealMessage(writeContents(kept), counsel),
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

/**
 * Answers that wait until their decision is durable. The ledger tries again for ever, and no caller can wait for that:
 * when the disk refuses, all of them hear it. Their entries stay in the queue.
 */
class WaitingForDisk {
  readonly #waiting = new Set<(reason: Error) => void>()

  /** `problem`: why nothing can be written already. */
  async add(durable: Promise<unknown>, problem: string | null): Promise<void> {
    if (problem !== null) throw new Error(problem)
    const { promise: refused, reject } = Promise.withResolvers<never>()
    this.#waiting.add(reject)
    try {
      await Promise.race([durable, refused])
    } finally {
      this.#waiting.delete(reject)
    }
  }

  giveUp(problem: string): void {
    for (const reject of this.#waiting) reject(new Error(problem))
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

/** Public half: what is sealed to it the process cannot read back. Null: none is named. */
async function counselKeyOf({ config, folder }: LedgerPlace): Promise<KeyObject | null> {
  const { counselKey: reference } = config
  if (reference === undefined) return null
  return readPublicKey({ reference, folder, name: 'ledger.counselKey' }, 'x25519')
}

const sealedClassesMax = 10_000

/** Seals each class once for each caller under the key of this process's period. */
async function classSealer(
  { root }: LedgerPlace,
  role: string,
  counsel: KeyObject | null,
): Promise<ServedEvidence['sealedClass']> {
  if (counsel === null) return () => null
  const name = `${role}-${new Date().toISOString().replace(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`
  const period = await beginPeriod(join(root), nodeFiles, name, counsel, randomBytes)
  const sealed = new Map<string, SealedValue>()
  return (principal, value) => {
    const id = `${principal}\n${value}`
    const kept = sealed.get(id) ?? sealValue(value, period, randomBytes)
    // Only remembered, to seal less often: tokens bring as many callers as an issuer names.
    if (sealed.size >= sealedClassesMax) sealed.clear()
    sealed.set(id, kept)
    return kept
  }
}
