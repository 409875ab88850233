import { binomialLowerTail, chiSquareUpperTail, logChoose } from './distributions.ts'

/**
 * McNemar's test that b and c are equally likely, two-sided p in four forms. Fagerland, Lydersen and Laake (2013), BMC
 * Medical Research Methodology 13:91, recommend mid-p. Without a discordant pair every p is 1.
 */
export interface McNemar {
  readonly exact: number
  readonly midP: number
  readonly asymptotic: number
  readonly continuityCorrected: number
  /** (b − c)²/(b + c), one degree of freedom. */
  readonly chiSquare: number
}

export function mcnemar(candidateOnly: number, incumbentOnly: number): McNemar {
  const discordant = candidateOnly + incumbentOnly
  if (discordant === 0)
    return { exact: 1, midP: 1, asymptotic: 1, continuityCorrected: 1, chiSquare: 0 }
  const fewer = Math.min(candidateOnly, incumbentOnly)
  const apart = Math.abs(candidateOnly - incumbentOnly)
  const exact = Math.min(1, 2 * binomialLowerTail(fewer, discordant, 0.5))
  const atFewer = Math.exp(logChoose(discordant, fewer) - discordant * Math.LN2)
  const chiSquare = (apart * apart) / discordant
  const corrected = Math.max(0, apart - 1) ** 2 / discordant
  return {
    exact,
    midP: apart === 0 ? 1 - atFewer / 2 : Math.max(0, exact - atFewer),
    asymptotic: chiSquareUpperTail(chiSquare, 1),
    continuityCorrected: chiSquareUpperTail(corrected, 1),
    chiSquare,
  }
}
