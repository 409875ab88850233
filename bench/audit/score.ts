import type { Match } from './matching.ts'

/** Counts over some cases; shares are computed from them only when printed. */
export interface Score {
  readonly cases: number
  readonly labels: number
  readonly located: number
  readonly recalled: number
  readonly findings: number
  readonly rightFindings: number
  readonly role: Tally
  readonly context: Tally
  readonly resolution: Tally
  readonly provider: Tally
  readonly fallback: Tally
}

export interface Tally {
  readonly right: number
  readonly of: number
}

export function scoreOf(matches: readonly Match[]): Score {
  const labels = matches.flatMap((match) => match.labels)
  const findings = matches.flatMap((match) => match.findings)
  return {
    cases: matches.length,
    labels: labels.length,
    located: labels.filter((label) => label.located).length,
    recalled: labels.filter((label) => label.recalled).length,
    findings: findings.length,
    rightFindings: findings.filter((finding) => finding.wrong === null).length,
    role: tally(labels.map((label) => label.role)),
    context: tally(labels.map((label) => label.context)),
    resolution: tally(labels.map((label) => label.resolution)),
    provider: tally(labels.map((label) => label.provider)),
    fallback: tally(labels.map((label) => label.fallback)),
  }
}

/** Null when there was nothing to get right. */
export function share(right: number, of: number): number | null {
  return of === 0 ? null : right / of
}

export interface Figures {
  readonly recall: number | null
  readonly precision: number | null
  readonly model: number | null
  readonly role: number | null
  readonly context: number | null
  readonly resolution: number | null
  readonly provider: number | null
  readonly fallback: number | null
}

export function figuresOf(score: Score): Figures {
  return {
    recall: share(score.recalled, score.labels),
    precision: share(score.rightFindings, score.findings),
    model: share(score.recalled, score.located),
    role: share(score.role.right, score.role.of),
    context: share(score.context.right, score.context.of),
    resolution: share(score.resolution.right, score.resolution.of),
    provider: share(score.provider.right, score.provider.of),
    fallback: share(score.fallback.right, score.fallback.of),
  }
}

function tally(answers: readonly (boolean | null)[]): Tally {
  const asked = answers.filter((answer) => answer !== null)
  return { right: asked.filter(Boolean).length, of: asked.length }
}
