import type { Fact } from './fact.ts'

/**
 * At most `max` facts, in their order. A file with more is a table or hostile; what says which models are used is
 * kept before the names that only may lead to one.
 */
export function mostTelling(facts: readonly Fact[], max: number): readonly Fact[] {
  if (facts.length <= max) return facts
  const kept = new Set<Fact>()
  for (const isWanted of [isUse, isBesideUse, () => true]) {
    for (const fact of facts) {
      if (kept.size >= max) break
      if (isWanted(fact)) kept.add(fact)
    }
  }
  return facts.filter((fact) => kept.has(fact))
}

function isUse(fact: Fact): boolean {
  return fact.kind === 'use' && (fact.role === 'use' || fact.role === 'declare')
}

function isBesideUse(fact: Fact): boolean {
  return fact.kind !== 'definition' && fact.kind !== 'setting' && fact.kind !== 'import'
}
