import type { Resolver } from '../catalogue/index.ts'
import type { FallbackGrade } from '../schema/vocabulary.ts'

/** What grading needs to know of a model on a route. Null is unknown. */
export interface GradedModel {
  readonly model: string | null
  readonly vendor: string | null
  readonly provider: string | null
}

export interface Grade {
  readonly grade: FallbackGrade
  readonly reason: string
}

/**
 * How independent a fallback is of what it stands in for. The same model, or another of the same vendor, over
 * any number of clouds is one failure; two vendors under one jurisdiction can be cut off by one order. Unknown
 * jurisdictions give `unknown`, never the better grade.
 */
export function gradeFallback(
  primary: GradedModel,
  fallback: GradedModel,
  resolver: Resolver,
): Grade {
  if (fallback.model !== null && fallback.model === primary.model) {
    return {
      grade: 'same-model-other-route',
      reason: `${fallback.model} again, over another route`,
    }
  }
  if (fallback.provider === 'self') {
    return { grade: 'self-hosted', reason: 'served on own infrastructure; weights are held' }
  }
  if (fallback.vendor === null) {
    return { grade: 'unknown', reason: 'the vendor of the fallback is unknown' }
  }
  if (fallback.vendor === primary.vendor) {
    return { grade: 'same-vendor', reason: `${fallback.vendor} makes both models` }
  }
  const first = reachOf(primary, resolver)
  const second = reachOf(fallback, resolver)
  const shared = [...second].filter((code) => first.has(code))
  if (shared.length > 0) {
    return { grade: 'same-jurisdiction', reason: `${shared.join(', ')} reaches both` }
  }
  if (first.size === 0 || second.size === 0) {
    return { grade: 'unknown', reason: 'a jurisdiction is not in the catalogue' }
  }
  const apart = `${[...first].join(', ')} against ${[...second].join(', ')}`
  return { grade: 'independent', reason: `another vendor and jurisdiction: ${apart}` }
}

const gradeOrder: readonly FallbackGrade[] = [
  'unknown',
  'same-model-other-route',
  'same-vendor',
  'same-jurisdiction',
  'independent',
  'self-hosted',
]

export function betterGrade(
  a: FallbackGrade | null,
  b: FallbackGrade | null,
): FallbackGrade | null {
  if (a === null) return b
  if (b === null) return a
  return gradeOrder.indexOf(a) >= gradeOrder.indexOf(b) ? a : b
}

function reachOf(one: GradedModel, resolver: Resolver): ReadonlySet<string> {
  const vendor = one.vendor === null ? [] : resolver.jurisdictionsOf('vendor', one.vendor)
  const provider =
    one.provider === null || one.provider === 'self'
      ? []
      : resolver.jurisdictionsOf('provider', one.provider)
  return new Set([...vendor, ...provider])
}
