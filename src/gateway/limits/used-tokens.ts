import type { Usage } from '../../protocols/index.ts'

/** Of running text in most languages, in UTF-8. */
const bytesPerToken = 4

/** What is known of an attempt when it has ended. */
export interface AttemptUse {
  /** As the provider told it, as far as it came to that. */
  readonly usage: Usage | null
  /** Bytes of text, thoughts and arguments that the model wrote, in UTF-8. */
  readonly textBytes: () => number
  /** The answer was not cut: what the provider told is its last word. */
  readonly isWhole: boolean
}

export interface UsedTokens {
  /** All tokens in, those read from a cache among them. */
  readonly input: number
  readonly output: number
  readonly cacheRead: number
}

/**
 * Tokens that an attempt has used; null: it produced none. Many providers tell nothing of a stream unless they are
 * asked to, and none tells how much it wrote of one that was cut: then it is estimated from the texts, so that nobody
 * uses it for nothing.
 */
export function usedTokens(
  { usage, textBytes, isWhole }: AttemptUse,
  expectedInput: () => number,
): UsedTokens | null {
  if (usage === null && textBytes() === 0) return null
  const told = usage?.output ?? null
  return {
    input: usage?.input ?? expectedInput(),
    output: told !== null && isWhole ? told : Math.max(told ?? 0, tokensOf(textBytes())),
    cacheRead: usage?.cacheRead ?? 0,
  }
}

/** An estimate. */
export function tokensOf(textBytes: number): number {
  return Math.ceil(textBytes / bytesPerToken)
}
