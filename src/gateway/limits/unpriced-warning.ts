import type { Unpriced } from './count-spend.ts'

/** So many are remembered; each is told once. */
const toldMax = 10_000

/**
 * Tells once of each model and route that a spend limit cannot count it. It is served all the same: work goes on, and
 * whoever set the limit hears that it does not hold there.
 */
export function unpricedWarning(warn: (message: string) => void): (unpriced: Unpriced) => void {
  const told = new Set<string>()
  return ({ model, route, currency }) => {
    const id = `${model}@${route} ${currency}`
    if (told.has(id) || told.size >= toldMax) return
    told.add(id)
    warn(
      `a spend limit in ${currency} does not count \`${model}\` over \`${route}\`: its price is not known in ${currency}; \`priceOverride\` of the route states it, 0 where it costs nothing`,
    )
  }
}
