import type { Setting } from './simulated-trials.ts'

/**
 * Worlds in which every qualification is false: the candidate is exactly as bad as the margin forbids. Discordance at the
 * margin is the extreme one, in which it never wins a task. Page, long proof and the check by SciPy play the same ones.
 */

export const alpha = 0.05

/** Tasks that have nothing in common. */
export const alone = { alpha, clusterSize: 1, together: 0 }

/** Tasks on their own. */
export const plainSettings: readonly Setting[] = [
  ...[
    [0.03, 400],
    [0.05, 60],
    [0.05, 150],
    [0.05, 300],
    [0.1, 60],
    [0.1, 100],
  ].flatMap(([margin = 0, clusters = 0]) =>
    [margin, margin + 0.05, 0.2].map((discordance) => ({
      ...alone,
      margin,
      clusters,
      discordance,
      difference: -margin,
    })),
  ),
  { ...alone, margin: 0.05, clusters: 300, discordance: 0.05, difference: -0.05, graded: true },
  { ...alone, margin: 0.05, clusters: 300, discordance: 0.2, difference: -0.05, graded: true },
]

export const clusteredSettings: readonly Setting[] = [
  [0.05, 100, 5],
  [0.1, 30, 5],
  [0.1, 60, 3],
].flatMap(([margin = 0, clusters = 0, clusterSize = 0]) =>
  [
    [margin, 0],
    [margin, 0.3],
    [margin, 1],
    [0.2, 0.3],
    [0.2, 1],
  ].map(([discordance = 0, together = 0]) => ({
    alpha,
    margin,
    clusters,
    clusterSize,
    discordance,
    difference: -margin,
    together,
  })),
)
