import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shortDigest } from '../base/digest.ts'
import type { TokenCallers } from '../gateway/index.ts'
import type { ConfigOidcIssuer, HoldfastConfig } from '../schema/holdfast-config.ts'
import { getGuarded } from './egress.ts'
import { callerOfClaims, issuerNotices } from './oidc-callers.ts'
import { IssuerKeys, type KeptKeys, type KeyShelf, type KeyTools } from './oidc-keys.ts'
import { tokenCallers } from './oidc-tokens.ts'
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
    const listed = issuersOf(config)
    this.#egress = config.egress?.privateHosts ?? []
    const started: Promise<void>[] = []
    const issuers = listed.map((one) => {
      const { keys, isRead } = this.#keysOf(one)
      started.push(isRead)
      return { config: one, keys }
    })
    await Promise.race([
      Promise.all(started),
      timeOf(this.#isStarted ? firstReadMs.change : firstReadMs.start),
    ])
    this.#isStarted = true
    const wanted = new Set(listed.map(idOf))
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
    }
  }

  close(): void {
    this.#keepOnly(new Set())
  }

  #keysOf(issuer: ConfigOidcIssuer): { readonly keys: IssuerKeys; readonly isRead: Promise<void> } {
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

function issuersOf({ oidc }: HoldfastConfig): readonly ConfigOidcIssuer[] {
  if (oidc === undefined) return []
  return Array.isArray(oidc) ? oidc : [oidc]
}

function idOf({ issuer, jwks }: ConfigOidcIssuer): string {
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
