import { Fault, messageOf } from '../base/fault.ts'
import { type Principal, principalOf } from '../policy/index.ts'
import type { AttestationRecord } from '../schema/attestation-record.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { PrincipalKey } from '../schema/principal-key.ts'
import type { PrincipalRecord } from '../schema/principal-record.ts'
import { presentedKeyDigest, type Store, type Watch } from '../store/index.ts'
import {
  changeOfAttestation,
  definitionOf,
  endOfKey,
  principalOfRecord,
  standingAttestation,
  twinText,
  workflowsOf,
} from './principal-standing.ts'
import { readKeyText } from './read-key.ts'

/** Who calls with a key, as of the instant at which callers were loaded. */
export interface Caller {
  readonly id: string
  readonly origin: 'holdfast.yaml' | 'store'
  readonly principal: Principal
  /** Workflows that the key may be used for. */
  readonly workflows: readonly string[]
  /** The visible part of a key of the store; null: a key of holdfast.yaml. */
  readonly keyPrefix: string | null
  /** First instant at which the key counts no more; null: none is set. */
  readonly keyEndsAt: string | null
}

/** All callers at one instant. Immutable: a change of anything is loaded anew. */
export interface Callers {
  readonly at: string
  /** By the SHA-256 of what is secret in the key, see `presentedKeyDigest`. */
  readonly keys: ReadonlyMap<string, Caller>
  /** When they must be loaded again though nobody changes anything: an attestation begins or ends; null: never. */
  readonly changesAt: string | null
  /** Callers that cannot call, and why; nothing in it is secret. */
  readonly problems: readonly string[]
  /** What counts and is better changed. */
  readonly doubts: readonly string[]
}

export interface CallerSources {
  readonly config: HoldfastConfig
  /** Folder of holdfast.yaml, to which `file:` is relative. */
  readonly folder: string
  /** Null: holdfast.yaml alone. */
  readonly store: Pick<Store, 'principals' | 'keys' | 'attestations'> | null
  readonly at: string
}

/** The caller whose key a text is, at an instant (UTC, milliseconds); null: nobody's, or it counts no more. No wait. */
export function callerOf({ keys }: Callers, presented: string, at: string): Caller | null {
  const caller = keys.get(presentedKeyDigest(presented))
  if (caller === undefined || (caller.keyEndsAt !== null && caller.keyEndsAt <= at)) return null
  const isWhole = caller.keyPrefix === null || presented.startsWith(`hfk_${caller.keyPrefix}_`)
  return isWhole ? caller : null
}

/** One caller that cannot be read, or is not told apart from another, leaves the others as they are. */
export async function loadCallers(sources: CallerSources): Promise<Callers> {
  const stored = await readStored(sources.store)
  const book = new CallerBook()
  const twins = new Set(stored.principals.map(({ id }) => id))
  for (const one of sources.config.principals) {
    if (twins.has(one.id)) book.problem(twinText(one.id))
    else await addConfigured(one, sources, book)
  }
  const refused = new Set(sources.config.principals.map(({ id }) => id))
  for (const record of stored.principals) {
    if (!refused.has(record.id)) addStored(record, stored, sources, book)
  }
  return book.callers(sources.at)
}

/**
 * Tells within a second that callers of the store have changed, whichever process changed them: then they must be
 * loaded again. While the store is away those that are known go on.
 */
export function watchCallers(store: Pick<Store, 'watch'>, onStale: () => void): Promise<Watch> {
  return store.watch(['principals', 'keys', 'attestations'], (notice) => {
    if (notice.kind !== 'away') onStale()
  })
}

interface StoredCallers {
  readonly principals: readonly PrincipalRecord[]
  readonly keys: readonly PrincipalKey[]
  readonly attestations: readonly AttestationRecord[]
}

async function readStored(store: CallerSources['store']): Promise<StoredCallers> {
  if (store === null) return { principals: [], keys: [], attestations: [] }
  return {
    principals: await store.principals.list(),
    keys: await store.keys.list(),
    attestations: await store.attestations.list(),
  }
}

/** Callers as they are gathered. A key that two of them have is nobody's. */
class CallerBook {
  readonly #keys = new Map<string, Caller>()
  readonly #shared = new Set<string>()
  readonly #problems: string[] = []
  readonly #doubts: string[] = []
  readonly #changes: string[] = []

  add(keyDigest: string, caller: Caller): void {
    const other = this.#keys.get(keyDigest)
    if (other === undefined && !this.#shared.has(keyDigest)) {
      this.#keys.set(keyDigest, caller)
      return
    }
    this.#shared.add(keyDigest)
    this.#keys.delete(keyDigest)
    this.problem(
      `principal \`${caller.id}\` has the key of \`${other?.id ?? 'another one'}\`: neither may call with it`,
    )
  }

  problem(text: string): void {
    this.#problems.push(text)
  }

  doubt(text: string): void {
    this.#doubts.push(text)
  }

  change(at: string | null): void {
    if (at !== null) this.#changes.push(at)
  }

  callers(at: string): Callers {
    return {
      at,
      keys: this.#keys,
      changesAt: this.#changes.toSorted()[0] ?? null,
      problems: this.#problems,
      doubts: this.#doubts,
    }
  }
}

/** Of a key that somebody chose; the store makes its own. */
const keyCharactersMin = 16

async function addConfigured(
  one: HoldfastConfig['principals'][number],
  { config, folder, at }: CallerSources,
  book: CallerBook,
): Promise<void> {
  book.change(changeOfAttestation(one.attestation, at))
  if (one.key === 'none') return
  try {
    const text = await readKeyText({
      reference: one.key,
      folder,
      name: `principals: ${one.id}`,
      wanted: 'the key that this caller presents',
      isSecret: true,
    })
    const key = text.trim()
    if (key.length < keyCharactersMin)
      book.doubt(
        `principal \`${one.id}\` has a key of fewer than ${keyCharactersMin} characters: it could be guessed; \`openssl rand -hex 24\` makes one that cannot`,
      )
    const principal = principalOf(config, one, at)
    book.add(presentedKeyDigest(key), {
      id: one.id,
      origin: 'holdfast.yaml',
      principal,
      workflows: workflowsOf(config, one.workflows, principal.groups),
      keyPrefix: null,
      keyEndsAt: null,
    })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    book.problem(`principal \`${one.id}\` cannot call: ${messageOf(error)}`)
  }
}

function addStored(
  record: PrincipalRecord,
  { keys, attestations }: StoredCallers,
  { config, at }: CallerSources,
  book: CallerBook,
): void {
  if (record.disabledAt !== null && record.disabledAt <= at) return
  const own = attestations.filter(({ principal }) => principal === record.id)
  const attestation = standingAttestation(own, definitionOf(config))
  book.change(changeOfAttestation(attestation, at))
  const principal = principalOfRecord(config, record, attestation, at)
  const workflows = workflowsOf(config, record.workflows, record.groups)
  for (const key of keys) {
    const endsAt = endOfKey(key)
    if (key.principal !== record.id || (endsAt !== null && endsAt <= at)) continue
    book.add(key.secretDigest, {
      id: record.id,
      origin: 'store',
      principal,
      workflows: workflows.filter((id) => key.workflows?.includes(id) ?? true),
      keyPrefix: key.prefix,
      keyEndsAt: endsAt,
    })
  }
}
