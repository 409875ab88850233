import { logBeta } from './distributions.ts'

/**
 * ln of the evidence that one of two paired ways to ask is refused more often, against H0 that both are refused alike:
 * 2^(b+c)·B(b+1, c+1), the uniform mixture over the share of b among discordant pairs. Valid at any stopping time;
 * reject where it reaches ln(1/α).
 */
export function disparityLogEValue(onlyFirst: number, onlySecond: number): number {
  return (onlyFirst + onlySecond) * Math.LN2 + logBeta(onlyFirst + 1, onlySecond + 1)
}
