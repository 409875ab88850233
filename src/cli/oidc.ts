import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shortDigest } from '../base/digest.ts'
import type { TokenCallers } from '../gateway/index.ts'
import type { ConfigOidcIssuer, HoldfastConfig } from '../schema/holdfast-config.ts'
import { adminCallerOf } from './admin/admin-caller-of.ts'
import type { AdminCaller } from './admin/admin-tokens.ts'
import { getGuarded } from './egress.ts'
import { callerOfClaims, issuerNotices } from './oidc-callers.ts'
import { IssuerKeys, type KeptKeys, type KeyShelf, type KeyTools } from './oidc-keys.ts'
import { type TokenFinder, tokenCallers } from './oidc-tokens.ts'
import type { ServedEvidence } from './serve-evidence.ts'
import { writeFileWhole } from './write-output.ts'

export interface OidcSettings {
  /** Folder of holdfast.yaml. */
  readonly folder: string
  readonly evidence: Pick<ServedEvidence, 'pseudonymOf' | 'sealedClass'> | null
  readonly warn: (message: string) => void
}

/** Issuers as one state of the configuration lists them. */
export interface OidcCallers {
  /** Undefined: no issuer is listed. */
  readonly tokens: TokenCallers | undefined
  /** Of the admin API; undefined: no issuer is listed for it. */
  readonly adminTokens: TokenFinder<AdminCaller> | undefined
  readonly notices: readonly string[]
  /** This state is in force: keys that only earlier ones needed are read no more. */
  readonly adopt: () => void
}

/** Until a start or a change goes on without the keys of a new issuer; its tokens wait for them. */
const firstReadMs = { start: 4_000, change: 500 } as const

/** Keeps the keys of issuers at hand, over every change of the configuration. */
export class Oidc {
  readonly #settings: OidcSettings
  readonly #keys = new Map<string, IssuerKeys>()
  readonly #told = new Set<string>()
  #isStarted = false
  #egress: readonly string[] = []

  constructor(settings: OidcSettings) {
    this.#settings = settings
  }

  async callers(config: HoldfastConfig): Promise<OidcCallers> {
    const listed = listOf(config.oidc)
    const listedForAdmin = listOf(config.admin?.oidc)
    this.#egress = config.egress?.privateHosts ?? []
    const started: Promise<void>[] = []
    const withKeys = <T extends KeyPlace>(one: T) => {
      const { keys, isRead } = this.#keysOf(one)
      started.push(isRead)
      return { config: one, keys }
    }
    const issuers = listed.map(withKeys)
    const adminIssuers = listedForAdmin.map(withKeys)
    await Promise.race([
      Promise.all(started),
      timeOf(this.#isStarted ? firstReadMs.change : firstReadMs.start),
    ])
    this.#isStarted = true
    const wanted = new Set([...listed, ...listedForAdmin].map(idOf))
    const sources = { config, evidence: this.#settings.evidence, warn: this.#warnOnce }
    return {
      notices: issuerNotices(config, listed),
      adopt: () => this.#keepOnly(wanted),
      tokens:
        listed.length === 0
          ? undefined
          : tokenCallers({
              jose: await import('jose'),
              issuers,
              callerOf: (issuer, claims) => callerOfClaims(sources, issuer, claims),
            }),
      adminTokens:
        listedForAdmin.length === 0
          ? undefined
          : tokenCallers({
              jose: await import('jose'),
              issuers: adminIssuers,
              callerOf: adminCallerOf,
            }),
    }
  }

  close(): void {
    this.#keepOnly(new Set())
  }

  #keysOf(issuer: KeyPlace): { readonly keys: IssuerKeys; readonly isRead: Promise<void> } {
    const id = idOf(issuer)
    const known = this.#keys.get(id)
    if (known !== undefined) return { keys: known, isRead: Promise.resolve() }
    const keys = new IssuerKeys(
      { issuer: issuer.issuer, jwks: issuer.jwks ?? null },
      this.#tools(),
      shelfOf(this.#settings.folder, id),
    )
    this.#keys.set(id, keys)
    return { keys, isRead: keys.start() }
  }

  #tools(): KeyTools {
    return {
      now: Date.now,
      after: (ms, then) => {
        const timer = setTimeout(then, ms)
        return () => clearTimeout(timer)
      },
      get: async (address, answerBytesMax) => {
        const rules = { privateHosts: this.#egress }
        return (await getGuarded({ address, answerBytesMax, timeoutMs: 5_000 }, rules)).body
      },
      warn: this.#settings.warn,
    }
  }

  readonly #warnOnce = (message: string): void => {
    if (this.#told.has(message)) return
    this.#told.add(message)
    this.#settings.warn(message)
  }

  #keepOnly(wanted: ReadonlySet<string>): void {
    for (const [id, keys] of this.#keys) {
      if (wanted.has(id)) continue
      keys.stop()
      this.#keys.delete(id)
    }
  }
}

/** Where an issuer's keys are: they are the same for whatever its tokens are for. */
type KeyPlace = Pick<ConfigOidcIssuer, 'issuer' | 'jwks'>

function listOf<T>(listed: T | T[] | undefined): readonly T[] {
  if (listed === undefined) return []
  return Array.isArray(listed) ? listed : [listed]
}

function idOf({ issuer, jwks }: KeyPlace): string {
  return JSON.stringify([issuer, jwks ?? null])
}

/** Public keys, so that a restart while the issuer is away leaves nobody out. */
function shelfOf(folder: string, id: string): KeyShelf {
  const path = join(folder, '.holdfast', 'oidc', `${shortDigest(id)}.json`)
  return {
    read: async () => {
      const kept = JSON.parse(await readFile(path, 'utf8')) as Partial<KeptKeys>
      return typeof kept.readAt === 'number' && Array.isArray(kept.keys) ? (kept as KeptKeys) : null
    },
    write: (kept) => writeFileWhole(path, `${JSON.stringify(kept)}\n`),
  }
}

function timeOf(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref())
}
