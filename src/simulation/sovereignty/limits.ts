/** What an assessment computes and tells at most. */
export const sovereigntyLimits = {
  /** Losses at the same time that "full autonomy" has to bear. */
  depth: 2,
  /** Facts named as the reason for one answer. */
  evidenceMax: 6,
} as const
