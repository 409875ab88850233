import { createHash, type KeyObject, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { Fault } from '../base/fault.ts'
import { Ledger, nodeFiles, noteSigner, pseudonymKeyBytesMin } from '../ledger/index.ts'
import { ConfigLedger, type HoldfastConfig } from '../schema/holdfast-config.ts'
import type { EgressRules } from './egress.ts'
import { openingLedger } from './ledger-unwritable.ts'
import { loadConfig } from './load-config.ts'
import { readPrivateKey, readSecretBytes } from './read-key.ts'
import { writeFileWhole } from './write-output.ts'

/** A ledger's place and rules, from holdfast.yaml. */
export interface LedgerPlace {
  /** Folder of all logs. */
  readonly root: string
  /** Folder of holdfast.yaml, to which paths in it are relative. */
  readonly folder: string
  readonly origin: string
  readonly config: ConfigLedger
  /** What checkpoints may be sent to. */
  readonly egress: EgressRules
  /** Logs that somebody was given, without a holdfast.yaml: they are read, and nothing is written beside them. */
  readonly isCopy: boolean
}

/** The logs in a folder that was given away, for whoever has nothing else of them. */
export function ledgerCopy(folder: string): LedgerPlace {
  const root = resolve(folder)
  if (!existsSync(root))
    throw new Fault('HF_FILE_READ', `there is no folder \`${folder}\``, {
      expected: 'the folder of a ledger, as `.holdfast/ledger` beside holdfast.yaml is one',
    })
  const config = ConfigLedger.parse({})
  return { root, folder: root, origin: '', config, egress: { privateHosts: [] }, isCopy: true }
}

export async function ledgerPlace(configPath: string): Promise<LedgerPlace> {
  const config = await loadConfig(configPath, true)
  if (config?.ledger === undefined)
    throw new Fault('HF_CONFIG_INVALID', `\`${configPath}\` has no \`ledger\``, {
      expected: 'at least `ledger: { signingKey: … }`',
      advice: '`holdfast ledger keys init` makes keys and prints what to write there',
    })
  const folder = dirname(resolve(configPath))
  return {
    root: join(folder, '.holdfast', 'ledger'),
    folder,
    origin: config.ledger.origin ?? originOf(config),
    config: config.ledger,
    egress: { privateHosts: config.egress?.privateHosts ?? [] },
    isCopy: false,
  }
}

/** A name for the ledger of an organisation that gave it none. */
function originOf(config: HoldfastConfig): string {
  const slug = config.organisation.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return `${slug === '' ? 'organisation' : slug}/holdfast`
}

export function signingKeyOf({ config, folder }: LedgerPlace): Promise<KeyObject> {
  if (config.signingKey === undefined)
    throw new Fault('HF_KEY_INVALID', 'holdfast.yaml names no key that signs the ledger', {
      expected: '`ledger.signingKey`',
      advice: '`holdfast ledger keys init` makes one',
    })
  return readPrivateKey(
    { reference: config.signingKey, folder, name: 'ledger.signingKey' },
    'ed25519',
  )
}

/**
 * Opens the log of one kind of process, for instance `cli`; the process must close it. `onState` hears why nothing can
 * be written, and null when it works again.
 */
export async function openLedger(
  place: LedgerPlace,
  role: string,
  onState: (problem: string | null) => void = () => undefined,
): Promise<Ledger> {
  const { config, origin, root } = place
  const key = await signingKeyOf(place)
  const name = `${origin}/${role}`
  return openingLedger(root, () =>
    Ledger.open({
      root,
      signer: noteSigner(name, key),
      files: nodeFiles,
      now: Date.now,
      after: (ms, then) => void setTimeout(then, ms),
      random: randomBytes,
      onState,
      ...(config.witness === undefined ? {} : { witness: witnessFile(place, name) }),
    }),
  )
}

/** Key of the HMAC that stands for persons. */
export async function idKeyOf(place: LedgerPlace): Promise<Buffer> {
  const { config, folder } = place
  if (config.idKey === undefined)
    throw new Fault('HF_KEY_INVALID', 'holdfast.yaml names no key for the ids of persons', {
      expected: '`ledger.idKey`, or a person as `hmac:…`, as it stands in entries',
    })
  return readSecretBytes(
    { reference: config.idKey, folder, name: 'ledger.idKey' },
    pseudonymKeyBytesMin,
  )
}

/** The last checkpoint seen of a log, where a witness is kept. */
export async function witnessNote(place: LedgerPlace, origin: string): Promise<string | null> {
  return place.config.witness === undefined ? null : witnessFile(place, origin).read()
}

/** One file a log: several processes may share a folder of witnesses. */
function witnessFile({ config, folder }: LedgerPlace, origin: string) {
  const written = config.witness ?? ''
  const base = isAbsolute(written) ? written : join(folder, written)
  const path = `${base}.${createHash('sha256').update(origin).digest('hex').slice(0, 12)}`
  return {
    read: async () => {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw error
      }
    },
    write: (note: string) => writeFileWhole(path, note),
  }
}
