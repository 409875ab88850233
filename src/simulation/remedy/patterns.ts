import { compareText } from '../../base/compare.ts'
import type { CandidateAction } from './candidate-action.ts'
import { remedyLimits } from './limits.ts'
import type { Bundle, CoverRow } from './row-pool.ts'

/** One minimal way to do all that one workflow needs. */
export interface Pattern {
  /** Actions that others share, sorted. */
  readonly shared: readonly number[]
  /** Actions for this workflow alone, sorted. */
  readonly own: readonly number[]
}

/**
 * A workflow with all its minimal ways; `patterns` null: too many to list, its rows stand for it. `like`: the place of
 * the first workflow whose patterns need the same shared actions at the same prices, in the same order; or its own.
 */
export interface WorkflowPatterns {
  readonly like: number
  readonly workflow: string
  readonly weight: number
  readonly rows: readonly CoverRow[]
  readonly patterns: readonly Pattern[] | null
}

/**
 * By workflow, the minimal sets of actions that satisfy its rows. `rowsSayAll`: the engine can hold nothing else
 * against a plan, such as shared capacity. Seen so, what is left to decide is which shared
 * actions to take: the program that a solver gets is nearly as tight as the truth.
 */
export function patternsOf(
  rows: readonly CoverRow[],
  bundles: readonly Bundle[],
  actions: readonly CandidateAction[],
  rowsSayAll: boolean,
): readonly WorkflowPatterns[] {
  const byWorkflow = new Map<string, CoverRow[]>()
  for (const row of rows) {
    const own = byWorkflow.get(row.workflow) ?? []
    byWorkflow.set(row.workflow, own)
    own.push(row)
  }
  const likes = new Map<string, number>()
  return [...byWorkflow].map(([workflow, all], index) => {
    const kept = withoutImplied(all)
    const covers = minimalCovers(kept)
    const patterns =
      covers === null
        ? null
        : withoutDominated(
            covers.map((cover) => patternOf(workflow, cover, bundles, actions)),
            rowsSayAll ? actions : null,
          )
    const sorted = patterns === null ? null : inOneOrder(patterns, actions)
    const key = sorted === null ? workflow : sorted.map(([, text]) => text).join('\n')
    const like = likes.get(key) ?? index
    likes.set(key, like)
    const weight = all[0]?.weight ?? 1
    return { workflow, weight, rows: kept, patterns: sorted?.map(([one]) => one) ?? null, like }
  })
}

/** In an order that depends on nothing but what is shared and what the rest costs, with that as text. */
function inOneOrder(
  patterns: readonly Pattern[],
  actions: readonly CandidateAction[],
): readonly (readonly [Pattern, string])[] {
  return patterns
    .map((one) => [one, `${one.shared.join()} ${ownCost(one, actions)} ${one.own.length}`] as const)
    .toSorted(([, one], [, other]) => compareText(one, other))
}

/** A row whose bundles are all in another one's is the stricter of the two. */
function withoutImplied(rows: readonly CoverRow[]): readonly CoverRow[] {
  const kept: CoverRow[] = []
  for (const row of rows.toSorted((one, other) => one.bundles.length - other.bundles.length)) {
    const members = new Set(row.bundles)
    if (!kept.some(({ bundles }) => bundles.every((one) => members.has(one)))) kept.push(row)
  }
  return kept
}

/** Sets of bundles that meet every row, by trying the bundles of the shortest row not met; null: too many. */
function minimalCovers(rows: readonly CoverRow[]): readonly (readonly number[])[] | null {
  const found: (readonly number[])[] = []
  let steps = 0
  function extend(
    chosen: readonly number[],
    left: readonly CoverRow[],
    banned: ReadonlySet<number>,
  ): boolean {
    steps += 1
    if (steps > remedyLimits.coverStepsMax || found.length > remedyLimits.patternsMax) return false
    const [first, ...others] = left
    if (first === undefined) {
      found.push(chosen)
      return true
    }
    // A bundle that was tried in this place is not tried again further down: each set is found once.
    const tried = new Set(banned)
    for (const bundle of first.bundles) {
      if (tried.has(bundle)) continue
      const open = others.filter(({ bundles }) => !bundles.includes(bundle))
      if (!extend([...chosen, bundle], open, tried)) return false
      tried.add(bundle)
    }
    return true
  }
  return extend([], rows, new Set()) ? found : null
}

function patternOf(
  workflow: string,
  cover: readonly number[],
  bundles: readonly Bundle[],
  actions: readonly CandidateAction[],
): Pattern {
  const members = [...new Set(cover.flatMap((bundle) => bundles[bundle]?.actions ?? []))]
  const sorted = members.toSorted((one, other) => one - other)
  return {
    shared: sorted.filter((one) => actions[one]?.workflow !== workflow),
    own: sorted.filter((one) => actions[one]?.workflow === workflow),
  }
}

/**
 * A pattern is never worth it when another needs no more of any action; nor, where nothing but the rows counts and
 * `actions` are given, when another costs less with fewer actions.
 */
function withoutDominated(
  patterns: readonly Pattern[],
  actions: readonly CandidateAction[] | null,
): readonly Pattern[] {
  const size = ({ shared, own }: Pattern): number => shared.length + own.length
  const kept: Pattern[] = []
  for (const pattern of patterns.toSorted((one, other) => size(one) - size(other))) {
    const shared = new Set(pattern.shared)
    const own = new Set(pattern.own)
    const isDominated = kept.some(
      (other) =>
        other.shared.every((one) => shared.has(one)) &&
        (other.own.every((one) => own.has(one)) ||
          (actions !== null && isCheaperThroughout(other, pattern, actions))),
    )
    if (!isDominated) kept.push(pattern)
  }
  return kept
}

/** Cheaper and with fewer actions: better however plans are compared. */
function isCheaperThroughout(
  one: Pattern,
  other: Pattern,
  actions: readonly CandidateAction[],
): boolean {
  return one.own.length < other.own.length && ownCost(one, actions) < ownCost(other, actions)
}

function ownCost({ own }: Pattern, actions: readonly CandidateAction[]): number {
  return own.reduce((total, one) => total + (actions[one]?.cost ?? 0), 0)
}
