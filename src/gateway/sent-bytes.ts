import type { PartsDigest } from './evidence.ts'
import { GatheredBytes } from './gathered-bytes.ts'
import { gatewayLimits } from './limits.ts'

export interface SentBytesParts {
  /** Null: there is no key, and nothing is digested. */
  readonly digestOf: ((bytes: Buffer) => string) | null
  readonly digestParts: (() => PartsDigest) | null
  /** The workflow keeps contents. */
  readonly isKept: boolean
}

/**
 * What has gone out of a stream. It is gathered, and digested when there is much of it or when the stream has ended:
 * while an answer goes out bytes are copied and nothing else.
 */
export class SentBytes {
  readonly #parts: SentBytesParts
  readonly #gathered = new GatheredBytes()
  readonly #kept = new GatheredBytes()
  #digest: PartsDigest | null = null
  #bytes = 0

  constructor(parts: SentBytesParts) {
    this.#parts = parts
  }

  get bytes(): number {
    return this.#bytes
  }

  add(out: Buffer | string): void {
    const { digestParts, isKept } = this.#parts
    if (digestParts === null && !isKept) return
    if (isKept) this.#keep(out)
    this.#bytes += Buffer.byteLength(out)
    if (digestParts === null) return
    this.#gathered.add(out)
    if (this.#gathered.length <= gatewayLimits.gatheredBytesMax) return
    this.#digest ??= digestParts()
    this.#digest.update(this.#gathered.bytes)
    this.#gathered.clear()
  }

  /** Of all that has gone out, in the form of `digestOf`; null: there is no key. To be asked once, at the end. */
  digest(): string | null {
    const rest = this.#gathered.bytes
    if (this.#digest === null) return this.#parts.digestOf?.(rest) ?? null
    this.#digest.update(rest)
    return this.#digest.text()
  }

  /** The beginning of what has gone out, where the workflow keeps contents. */
  kept(): Buffer {
    return this.#kept.bytes
  }

  #keep(out: Buffer | string): void {
    const room = gatewayLimits.keptBytesMax - this.#kept.length
    if (room <= 0) return
    const bytes = typeof out === 'string' ? Buffer.from(out) : out
    this.#kept.add(bytes.subarray(0, room))
  }
}
