import type { CandidateAction } from './candidate-action.ts'
import { type Bundle, costOf, type CoverRow, isCovered } from './row-pool.ts'

/**
 * The classical answer to facility location with covering: again and again the star that covers most for its
 * price, a star being some shared actions together with actions of single workflows that need them; then whatever
 * turned out superfluous is given up, the dearest first.
 */
export function greedyPlan(
  rows: readonly CoverRow[],
  bundles: readonly Bundle[],
  actions: readonly CandidateAction[],
  budget = Number.POSITIVE_INFINITY,
): ReadonlySet<number> {
  const held = new Set<number>()
  let open = rows.filter((row) => !isCovered(row, bundles, held))
  while (open.length > 0) {
    const left = budget - costOf(actions, held)
    const star = bestStar(open, bundles, actions, held, left)
    if (star === null) break
    for (const action of star) held.add(action)
    open = open.filter((row) => !isCovered(row, bundles, held))
  }
  return withoutSuperfluous(held, rows, bundles, actions)
}

interface Leaf {
  readonly actions: readonly number[]
  readonly cost: number
  readonly rows: CoverRow[]
  weight: number
}

interface Star {
  readonly centre: readonly number[]
  readonly cost: number
  readonly leaves: Map<string, Leaf>
}

/** The star with the most rows for its price that the rest of the budget allows; null when there is none. */
function bestStar(
  open: readonly CoverRow[],
  bundles: readonly Bundle[],
  actions: readonly CandidateAction[],
  held: ReadonlySet<number>,
  left: number,
): readonly number[] | null {
  const stars = starsOf(open, bundles, actions, held)
  let best: { readonly ratio: number; readonly actions: readonly number[] } | null = null
  for (const key of [...stars.keys()].toSorted()) {
    const star = stars.get(key)
    const filled = star === undefined ? null : fill(star, left)
    if (filled !== null && (best === null || filled.ratio > best.ratio)) best = filled
  }
  return best?.actions ?? null
}

/** Takes the leaves that cover most for their price, as long as each makes the star better for its price. */
function fill(
  { centre, cost: centreCost, leaves }: Star,
  left: number,
): { readonly ratio: number; readonly actions: readonly number[] } | null {
  if (centreCost > left) return null
  const chosen = [...centre]
  const covered = new Set<CoverRow>()
  let cost = centreCost
  let weight = 0
  const sorted = [...leaves.values()].toSorted(
    (one, other) => ratioOf(other) - ratioOf(one) || compareLists(one.actions, other.actions),
  )
  for (const leaf of sorted) {
    if (cost + leaf.cost > left) continue
    let gain = 0
    for (const row of leaf.rows) if (!covered.has(row)) gain += row.weight
    if (gain === 0) continue
    // A star without a centre is as good in parts: everything that no leaf has covered yet is taken at once.
    if (weight > 0 && centre.length > 0 && (weight + gain) * cost < weight * (cost + leaf.cost))
      break
    cost += leaf.cost
    weight += gain
    chosen.push(...leaf.actions)
    for (const row of leaf.rows) covered.add(row)
  }
  return weight === 0 ? null : { ratio: weight / Math.max(cost, 1e-9), actions: chosen }
}

/** By the shared actions that are missing: what single workflows could add. */
function starsOf(
  open: readonly CoverRow[],
  bundles: readonly Bundle[],
  actions: readonly CandidateAction[],
  held: ReadonlySet<number>,
): ReadonlyMap<string, Star> {
  const stars = new Map<string, Star>()
  for (const row of open) {
    for (const bundle of row.bundles) {
      const missing = (bundles[bundle]?.actions ?? []).filter((one) => !held.has(one))
      const centre = missing.filter((one) => actions[one]?.workflow === null)
      const own = missing.filter((one) => actions[one]?.workflow !== null)
      const key = centre.join()
      const star = stars.get(key) ?? { centre, cost: priceOf(centre, actions), leaves: new Map() }
      stars.set(key, star)
      const ownKey = own.join()
      const leaf = star.leaves.get(ownKey) ?? {
        actions: own,
        cost: priceOf(own, actions),
        rows: [],
        weight: 0,
      }
      star.leaves.set(ownKey, leaf)
      if (leaf.rows.at(-1) === row) continue
      leaf.rows.push(row)
      leaf.weight += row.weight
    }
  }
  return stars
}

function priceOf(members: readonly number[], actions: readonly CandidateAction[]): number {
  return members.reduce((total, one) => total + (actions[one]?.cost ?? 0), 0)
}

function ratioOf({ weight, cost }: Leaf): number {
  return weight / Math.max(cost, 1e-9)
}

function compareLists(one: readonly number[], other: readonly number[]): number {
  for (const [index, member] of one.entries()) {
    const against = other[index]
    if (against === undefined) return 1
    if (member !== against) return member - against
  }
  return one.length - other.length
}

/** Gives up actions that no row needs; the dearest first, then the later in the order of ids. */
function withoutSuperfluous(
  held: ReadonlySet<number>,
  rows: readonly CoverRow[],
  bundles: readonly Bundle[],
  actions: readonly CandidateAction[],
): ReadonlySet<number> {
  const kept = new Set(held)
  const covered = rows.filter((row) => isCovered(row, bundles, held))
  const concerned = new Map<number, CoverRow[]>()
  for (const row of covered) {
    const touching = new Set(row.bundles.flatMap((bundle) => bundles[bundle]?.actions ?? []))
    for (const action of touching) {
      if (!kept.has(action)) continue
      const list = concerned.get(action) ?? []
      list.push(row)
      concerned.set(action, list)
    }
  }
  const order = [...held].toSorted(
    (one, other) => (actions[other]?.cost ?? 0) - (actions[one]?.cost ?? 0) || other - one,
  )
  for (const action of order) {
    kept.delete(action)
    const stays = (concerned.get(action) ?? []).some((row) => !isCovered(row, bundles, kept))
    if (stays) kept.add(action)
  }
  return kept
}
