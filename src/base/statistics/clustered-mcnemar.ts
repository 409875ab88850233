/** One cluster: pairs in which only the candidate, or only the incumbent, passed; and all pairs. */
export interface DiscordantCluster {
  readonly candidateOnly: number
  readonly incumbentOnly: number
  readonly size: number
}

/** Chi-square statistics, one degree of freedom, of "neither is better" for pairs in clusters. */
export interface ClusteredMcNemar {
  /** Obuchowski 1998: ((K−1)/K) (Σd)² / Σd², d = b − c. */
  readonly obuchowski: number
  /** Durkalski and others 2003: (Σ d/n)² / Σ (d/n)². */
  readonly durkalski: number
  /** Yang, Sun and Hardin 2010: ((K−1)/K) (Σd)² / ½ Σ [d² + (d − n(p₁ − p₂))²]. */
  readonly yang: number
}

export function clusteredMcNemar(clusters: readonly DiscordantCluster[]): ClusteredMcNemar {
  const k = clusters.length
  const rows = clusters.map(({ candidateOnly, incumbentOnly, size }) => ({
    d: candidateOnly - incumbentOnly,
    size,
  }))
  const sum = total(rows.map(({ d }) => d))
  const mean = sum / total(rows.map(({ size }) => size))
  const squares = total(rows.map(({ d }) => d ** 2))
  const centred = total(rows.map(({ d, size }) => (d - size * mean) ** 2))
  const shares = rows.map(({ d, size }) => d / size)
  const correction = (k - 1) / k
  return {
    obuchowski: (correction * sum ** 2) / squares,
    durkalski: total(shares) ** 2 / total(shares.map((share) => share ** 2)),
    yang: (correction * sum ** 2) / ((squares + centred) / 2),
  }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
