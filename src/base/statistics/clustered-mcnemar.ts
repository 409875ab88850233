import { chiSquareUpperTail } from './distributions.ts'
import { hold } from './hold.ts'

/**
 * McNemar's test where pairs come in clusters (repositories, customers, conversations): the statistic of each method,
 * chi-square with one degree of freedom. Obuchowski (1998), Statistics in Medicine 17:1495–1507; Durkalski et al. (2003),
 * Statistics in Medicine 22:2417–2428; Yang, Sun and Hardin (2010), Journal of Statistical Planning and Inference 140.
 * Eliasziw and Donner (1991) is left out: its published values could not be reproduced from b, c and n.
 */
export interface DiscordantCluster {
  /** Pairs in the cluster, at least 1. */
  readonly pairs: number
  readonly candidateOnly: number
  readonly incumbentOnly: number
}

export interface ClusteredMcNemar {
  readonly obuchowski: Statistic
  readonly durkalski: Statistic
  readonly yang: Statistic
}

interface Statistic {
  readonly chiSquare: number
  readonly p: number
}

export function clusteredMcnemar(clusters: readonly DiscordantCluster[]): ClusteredMcNemar {
  hold(
    clusters.length > 0 && clusters.every(({ pairs }) => pairs > 0),
    'clusters with pairs in them',
  )
  let pairs = 0
  let sum = 0
  let squares = 0
  let shares = 0
  let squaredShares = 0
  for (const cluster of clusters) {
    const apart = cluster.candidateOnly - cluster.incumbentOnly
    pairs += cluster.pairs
    sum += apart
    squares += apart * apart
    shares += apart / cluster.pairs
    squaredShares += (apart / cluster.pairs) ** 2
  }
  const mean = sum / pairs
  let pooled = 0
  for (const cluster of clusters) {
    const apart = cluster.candidateOnly - cluster.incumbentOnly
    pooled += ((apart - cluster.pairs * mean) ** 2 + apart * apart) / 2
  }
  const correction = (clusters.length - 1) / clusters.length
  return {
    obuchowski: statistic(correction * sum * sum, squares),
    durkalski: statistic(shares * shares, squaredShares),
    yang: statistic(correction * sum * sum, pooled),
  }
}

function statistic(above: number, below: number): Statistic {
  const chiSquare = below === 0 ? 0 : above / below
  return { chiSquare, p: chiSquareUpperTail(chiSquare, 1) }
}
