import type { PartsDigest } from './evidence.ts'
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
 * while an answer goes out nothing but a list grows.
 */
export class SentBytes {
  readonly #parts: SentBytesParts
  #gathered: Buffer[] = []
  #gatheredBytes = 0
  #digest: PartsDigest | null = null
  readonly #kept: Buffer[] = []
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
    const bytes = typeof out === 'string' ? Buffer.from(out) : out
    if (isKept && this.#bytes < gatewayLimits.keptBytesMax)
      this.#kept.push(bytes.subarray(0, gatewayLimits.keptBytesMax - this.#bytes))
    this.#bytes += bytes.length
    if (digestParts === null) return
    this.#gathered.push(bytes)
    this.#gatheredBytes += bytes.length
    if (this.#gatheredBytes <= gatewayLimits.gatheredBytesMax) return
    this.#digest ??= digestParts()
    this.#digest.update(this.#take())
  }

  /** Of all that has gone out, in the form of `digestOf`; null: there is no key. To be asked once, at the end. */
  digest(): string | null {
    const rest = this.#take()
    if (this.#digest === null) return this.#parts.digestOf?.(rest) ?? null
    this.#digest.update(rest)
    return this.#digest.text()
  }

  /** The beginning of what has gone out, where the workflow keeps contents. */
  kept(): Buffer {
    return Buffer.concat(this.#kept)
  }

  #take(): Buffer {
    const gathered = Buffer.concat(this.#gathered, this.#gatheredBytes)
    this.#gathered = []
    this.#gatheredBytes = 0
    return gathered
  }
}
