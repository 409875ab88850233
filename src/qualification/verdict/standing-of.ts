import type { TrialResult } from '../../schema/trial-result.ts'
import type { VerdictKey } from '../../schema/verdict.ts'

/** What a verdict holds for; null where it is not known or not used. */
export type TrialFingerprint = Omit<VerdictKey, 'workflow' | 'model' | 'route'> & {
  readonly judge: string | null
  readonly pricesDigest: string | null
  readonly policyDigest: string | null
  readonly tasksDigest: string | null
  readonly routeDigest: string | null
}

export interface Standing {
  readonly verdict: TrialResult['verdict']
  /** In the form of `invalidatedBy` of the verdict record; null while it stands. */
  readonly invalidatedBy: string | null
  readonly changes: readonly string[]
}

const changeNames: Readonly<Record<keyof TrialFingerprint, string>> = {
  servedModel: 'model-snapshot-changed',
  routeDigest: 'route-changed',
  promptDigest: 'prompt-changed',
  toolsDigest: 'tools-changed',
  gradersDigest: 'graders-changed',
  judge: 'judge-changed',
  policyDigest: 'policy-changed',
  pricesDigest: 'prices-changed',
  tasksDigest: 'tasks-drifted',
}

/** Every change between what was tried and what is there now, the weightiest first. */
export function changesBetween(tried: TrialFingerprint, now: TrialFingerprint): readonly string[] {
  return Object.entries(changeNames).flatMap(([field, name]) => {
    const key = field as keyof TrialFingerprint
    return tried[key] === now[key] ? [] : [name]
  })
}

/** Does a verdict still stand? It ends by date, or at the first change of what it was found for; nothing renews it but a trial. */
export function standingOf(
  result: Pick<TrialResult, 'verdict' | 'validUntil'>,
  fingerprints: { readonly tried: TrialFingerprint; readonly now: TrialFingerprint },
  now: string,
): Standing {
  const changes = changesBetween(fingerprints.tried, fingerprints.now)
  const first = now >= result.validUntil ? 'validity-ended' : changes[0]
  if (result.verdict !== 'QUALIFIED' || first === undefined)
    return { verdict: result.verdict, invalidatedBy: null, changes }
  return { verdict: 'EXPIRED', invalidatedBy: first, changes }
}
