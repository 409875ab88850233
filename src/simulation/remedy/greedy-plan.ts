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
  readonly rows: Set<CoverRow>
}

/** The star with the most rows for its price that the rest of the budget allows; null when there is none. */
function bestStar(
  open: readonly CoverRow[],
  bundles: readonly Bundle[],
  actions: readonly CandidateAction[],
  held: ReadonlySet<number>,
  left: number,
): readonly number[] | null {
  let best: { readonly ratio: number; readonly actions: readonly number[] } | null = null
  for (const [shared, leaves] of starsOf(open, bundles, actions, held)) {
    const centre = shared === '' ? [] : shared.split(',').map(Number)
    let cost = centre.reduce((total, one) => total + (actions[one]?.cost ?? 0), 0)
    if (cost > left) continue
    const chosen = [...centre]
    const covered = new Set<CoverRow>()
    for (const leaf of leaves) {
      if (cost + leaf.cost > left) continue
      const gain = weightOf([...leaf.rows].filter((row) => !covered.has(row)))
      if (gain === 0) continue
      const before = cost === 0 ? Infinity : weightOf([...covered]) / cost
      if (covered.size > 0 && (weightOf([...covered]) + gain) / (cost + leaf.cost) < before) break
      cost += leaf.cost
      chosen.push(...leaf.actions)
      for (const row of leaf.rows) covered.add(row)
    }
    if (covered.size === 0) continue
    const ratio = weightOf([...covered]) / Math.max(cost, 1e-9)
    if (best === null || ratio > best.ratio) best = { ratio, actions: chosen }
  }
  return best?.actions ?? null
}

/** By the shared actions that are missing: what single workflows could add, the best for its price first. */
function starsOf(
  open: readonly CoverRow[],
  bundles: readonly Bundle[],
  actions: readonly CandidateAction[],
  held: ReadonlySet<number>,
): ReadonlyMap<string, readonly Leaf[]> {
  const stars = new Map<string, Map<string, Leaf>>()
  for (const row of open) {
    for (const bundle of row.bundles) {
      const missing = (bundles[bundle]?.actions ?? []).filter((one) => !held.has(one))
      const shared = missing.filter((one) => actions[one]?.workflow === null).join()
      const own = missing.filter((one) => actions[one]?.workflow !== null)
      const leaves = stars.get(shared) ?? new Map<string, Leaf>()
      stars.set(shared, leaves)
      const cost = own.reduce((total, one) => total + (actions[one]?.cost ?? 0), 0)
      const leaf = leaves.get(own.join()) ?? { actions: own, cost, rows: new Set() }
      leaves.set(own.join(), leaf)
      leaf.rows.add(row)
    }
  }
  const sorted = [...stars].map(([shared, leaves]) => {
    const byPrice = [...leaves.values()].toSorted(
      (one, other) => ratioOf(other) - ratioOf(one) || compareLists(one.actions, other.actions),
    )
    return [shared, byPrice] as const
  })
  return new Map(sorted.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

function ratioOf({ rows, cost }: Leaf): number {
  return weightOf([...rows]) / Math.max(cost, 1e-9)
}

function weightOf(rows: readonly CoverRow[]): number {
  return rows.reduce((total, { weight }) => total + weight, 0)
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
export function withoutSuperfluous(
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
