import type { ListPrice } from '../../schema/catalogue.ts'
import type { UsedTokens } from './used-tokens.ts'

/** A price for a million tokens is so many billionths of the currency for one token. */
const nanoPerToken = 1_000

/**
 * Cost in billionths of the currency; null: a price that it takes is not known. Tokens read from a cache cost as much
 * as any where no price of their own is known, and those put into one as well: no list tells more.
 */
export function costOf(
  { input, output, cacheRead }: UsedTokens,
  { inputPerMillion, outputPerMillion, cacheReadPerMillion = inputPerMillion }: ListPrice,
): number | null {
  const cached = Math.min(cacheRead, input)
  const parts = [
    [input - cached, inputPerMillion],
    [cached, cacheReadPerMillion],
    [output, outputPerMillion],
  ] as const
  let nano = 0
  for (const [tokens, price] of parts) {
    if (tokens === 0) continue
    if (price === undefined) return null
    nano += tokens * price * nanoPerToken
  }
  return Math.round(nano)
}
