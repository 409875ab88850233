import type { Fact, FallbackFact, UseFact } from '../fact.ts'
import type { StructuredNode } from './structured-node.ts'

/** A job of a workflow that runs because another one failed takes over from it, and so does its model. */
export function jobFallbacks(
  root: StructuredNode,
  facts: readonly Fact[],
): readonly FallbackFact[] {
  const jobs = entry(root, 'jobs')
  if (jobs?.kind !== 'map') return []
  return jobs.entries.flatMap(({ key, value }) => {
    if (!runsOnFailure(value)) return []
    const backups = usesOf(key, facts)
    return textsOf(entry(value, 'needs')).flatMap((needed) =>
      usesOf(needed, facts).flatMap((from) => backups.flatMap((to) => edge(from, to))),
    )
  })
}

function runsOnFailure(job: StructuredNode): boolean {
  const condition = textsOf(entry(job, 'if'))[0] ?? ''
  return /(?<!!)\bfailure\(\)|\.result\s*==\s*['"]failure['"]|\.result\s*!=\s*['"]success['"]/.test(
    condition,
  )
}

/** Uses whose symbol path begins with the job, behind the word `jobs` or not. */
function usesOf(job: string, facts: readonly Fact[]): readonly UseFact[] {
  return facts.filter(
    (fact): fact is UseFact =>
      fact.kind === 'use' &&
      fact.role === 'use' &&
      fact.model !== null &&
      fact.symbol.replace(/^jobs\./, '').split(/[./]/)[0] === job,
  )
}

function edge(from: UseFact, to: UseFact): readonly FallbackFact[] {
  if (to.model === null || from.model === null) return []
  return [
    {
      kind: 'fallback',
      place: to.place,
      detector: 'generic/structured-job',
      symbol: from.symbol,
      from: from.model,
      to: to.model,
    },
  ]
}

function entry(node: StructuredNode, key: string): StructuredNode | null {
  return node.kind === 'map' ? (node.entries.find((one) => one.key === key)?.value ?? null) : null
}

function textsOf(node: StructuredNode | null): readonly string[] {
  if (node === null) return []
  if (node.kind === 'scalar') return [node.text]
  return node.kind === 'list' ? node.items.flatMap(textsOf) : []
}
