import { canonicalJson } from '../../base/canonical-json.ts'
import type { Directive } from '../../schema/directive.ts'
import { acceptDirective } from './accept-history.ts'

/**
 * Whether a version allows more than the one before: exactly what would not be accepted if nobody had signed it. What
 * was accepted before keeps its signatures; what is new is held up without them.
 */
export function relieves(before: Directive, after: Directive): boolean {
  const bare = {
    ...after,
    status: unsigned(before.status, after.status),
    carveOuts: unsigned(before.carveOuts, after.carveOuts),
  }
  return acceptDirective(before, bare, { twoPerson: false }).problems.length > 0
}

interface Signed {
  readonly source?: unknown
  readonly by?: unknown
}

function unsigned<T extends Signed>(before: readonly T[], after: readonly T[]): T[] {
  const kept = new Set(before.map((one) => canonicalJson(one)))
  return after.map((one) => {
    if (kept.has(canonicalJson(one))) return one
    const { source: _source, by: _by, ...rest } = one
    return rest as T
  })
}
