import type { JWK, LocalJWKSet } from 'jose'
import { canonicalJson } from '../base/canonical-json.ts'
import { messageOf } from '../base/fault.ts'
import { visibleText } from '../base/visible-text.ts'

/** What the keys of an issuer are read with; all of it may be replaced in a test. */
export interface KeyTools {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Calls once, later; returns what calls it off. */
  readonly after: (ms: number, then: () => void) => () => void
  /** Reads an address under the rules of egress. */
  readonly get: (address: string, bytesMax: number) => Promise<Buffer>
  readonly warn: (message: string) => void
}

/** Where last known keys survive a restart. */
export interface KeyShelf {
  read(): Promise<KeptKeys | null>
  write(kept: KeptKeys): Promise<void>
}

export interface KeptKeys {
  /** Milliseconds since 1970. */
  readonly readAt: number
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

export interface KeySource {
  readonly issuer: string
  /** Null: where its discovery document says. */
  readonly jwks: string | null
}

export const oidcLimits = {
  /** Between two looks at the keys of an issuer: a new key must count within a minute, and so must the loss of one. */
  refreshMs: 40_000,
  /** After a failure, and when a token names a key that nobody knows; at most so often. */
  retryMs: 5_000,
  documentBytesMax: 256 * 1024,
  keysMax: 200,
  /** Last known keys are written down at least so often while they do not change. */
  shelveMs: 10 * 60_000,
  /** Longest token. */
  tokenBytesMax: 16 * 1024,
  /** Tokens that were verified and are not verified again. */
  knownTokensMax: 10_000,
  /** Groups, workflows and authorisations that are read of one token. */
  listedMax: 1_000,
} as const

/** The keys of one issuer, read ahead of requests and again and again. While it is away the last ones are at hand. */
export class IssuerKeys {
  readonly #source: KeySource
  readonly #tools: KeyTools
  readonly #shelf: KeyShelf
  #address: string | null
  #set: LocalJWKSet | null = null
  #text = ''
  #readAt = 0
  #shelvedAt = 0
  #triedAt = Number.NEGATIVE_INFINITY
  #version = 0
  #problem: string | null = null
  #cancel: (() => void) | null = null
  #reading: Promise<void> | null = null
  #isStopped = false

  constructor(source: KeySource, tools: KeyTools, shelf: KeyShelf) {
    this.#source = source
    this.#tools = tools
    this.#shelf = shelf
    this.#address = source.jwks
  }

  /** Changes whenever a key has come or gone: what was verified before is verified again. */
  get version(): number {
    return this.#version
  }

  /** Null: they were never read, or not for longer than stale ones are tolerated. */
  usable(at: number, staleMs: number): LocalJWKSet | null {
    return at - this.#readAt <= staleMs + oidcLimits.refreshMs ? this.#set : null
  }

  /** Reads them for the first time; resolves when that has ended, well or not. */
  async start(): Promise<void> {
    const kept = await this.#shelf.read().catch(() => null)
    // What was kept is a help and no more: damaged, it is as if there were none.
    if (kept !== null)
      await this.#take(kept.keys, Math.min(kept.readAt, this.#tools.now())).catch(() => undefined)
    await this.#read()
  }

  /** A token names a key that nobody knows: the issuer may have a new one. */
  refreshSoon(): void {
    if (this.#isStopped || this.#reading !== null) return
    const waited = this.#tools.now() - this.#triedAt
    this.#schedule(Math.max(0, oidcLimits.retryMs - waited))
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
  }

  #schedule(ms: number): void {
    this.#cancel?.()
    if (this.#isStopped) return
    this.#cancel = this.#tools.after(ms, () => void this.#read())
  }

  #read(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = null
      this.#schedule(this.#problem === null ? oidcLimits.refreshMs : oidcLimits.retryMs)
    })
    return this.#reading
  }

  async #readOnce(): Promise<void> {
    this.#triedAt = this.#tools.now()
    try {
      this.#address ??= await this.#discover()
      const { keys } = await this.#document(this.#address)
      if (!Array.isArray(keys)) throw new Error('its key set has no `keys`')
      await this.#take(keys as KeptKeys['keys'], this.#triedAt)
      this.#tell(null)
      await this.#keep(keys as KeptKeys['keys'])
    } catch (error) {
      // It may have moved.
      this.#address = this.#source.jwks
      this.#tell(messageOf(error))
    }
  }

  async #discover(): Promise<string> {
    const { issuer } = this.#source
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const { issuer: told, jwks_uri: jwks } = await this.#document(address)
    if (told !== issuer)
      throw new Error(`its discovery document is of another issuer than \`${issuer}\``)
    if (typeof jwks !== 'string') throw new Error('its discovery document names no `jwks_uri`')
    return jwks
  }

  async #document(address: string): Promise<Readonly<Record<string, unknown>>> {
    const bytes = await this.#tools.get(address, oidcLimits.documentBytesMax)
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof value !== 'object' || value === null) throw new Error('it answered no JSON object')
    return value as Readonly<Record<string, unknown>>
  }

  async #take(keys: KeptKeys['keys'], readAt: number): Promise<void> {
    const usable = keys.slice(0, oidcLimits.keysMax).flatMap(verifyingKey)
    const text = canonicalJson(usable)
    this.#readAt = readAt
    if (this.#set !== null && text === this.#text) return
    const { createLocalJWKSet } = await import('jose')
    this.#set = createLocalJWKSet({ keys: usable })
    this.#text = text
    this.#version += 1
    this.#shelvedAt = 0
    if (usable.length === 0)
      this.#tools.warn(`issuer ${this.#shown}: it publishes no key that could have signed a token`)
  }

  async #keep(keys: KeptKeys['keys']): Promise<void> {
    const now = this.#tools.now()
    if (now - this.#shelvedAt < oidcLimits.shelveMs) return
    this.#shelvedAt = now
    const kept = {
      readAt: this.#readAt,
      keys: keys.slice(0, oidcLimits.keysMax).flatMap(verifyingKey),
    }
    await this.#shelf.write(kept).catch((error: unknown) => {
      this.#tools.warn(
        `keys of issuer ${this.#shown} are not kept for a restart: ${messageOf(error)}`,
      )
    })
  }

  /** Once when it begins and once when it is over. */
  #tell(problem: string | null): void {
    const before = this.#problem
    this.#problem = problem
    if (problem !== null && before === null)
      this.#tools.warn(
        `keys of issuer ${this.#shown} cannot be read${this.#set === null ? ', so its tokens are refused' : ', the last known ones count for now'}: ${visibleText(problem)}`,
      )
    if (problem === null && before !== null)
      this.#tools.warn(`keys of issuer ${this.#shown} are read again`)
  }

  get #shown(): string {
    return visibleText(this.#source.issuer)
  }
}

const publicMembers = ['kty', 'kid', 'alg', 'use', 'key_ops', 'crv', 'x', 'y', 'n', 'e'] as const

/** Of a key only what verifies: no secret, no private part, none that is for encryption. */
function verifyingKey(key: unknown): readonly JWK[] {
  if (typeof key !== 'object' || key === null) return []
  const parts = key as Readonly<Record<string, unknown>>
  const { kty, use, key_ops: operations } = parts
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP') return []
  if (use !== undefined && use !== 'sig') return []
  if (Array.isArray(operations) && !operations.includes('verify')) return []
  const members = publicMembers.flatMap((name) =>
    parts[name] === undefined ? [] : [[name, parts[name]] as const],
  )
  return [{ ...Object.fromEntries(members), kty }]
}
