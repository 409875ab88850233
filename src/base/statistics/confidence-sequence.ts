import { logChoose, timesLog } from './distributions.ts'
import { bisect, type Interval } from './interval.ts'

/**
 * Interval for one proportion that holds at every n at once, so that it may be looked at after each task: all p with
 * (n+1)·C(n,s)·p^s·(1−p)^(n−s) ≥ α. Robbins (1970), Annals of Mathematical Statistics 41:1397–1409.
 */
export function robbinsInterval(count: number, trials: number, alpha: number): Interval {
  if (trials === 0) return { lower: 0, upper: 1 }
  const constant = Math.log(trials + 1) + logChoose(trials, count) - Math.log(alpha)
  const isInside = (share: number): boolean =>
    constant + timesLog(count, share) + timesLog(trials - count, 1 - share) >= 0
  const middle = count / trials
  return {
    lower: count === 0 || isInside(0) ? 0 : bisect(0, middle, (share) => !isInside(share)),
    upper: count === trials || isInside(1) ? 1 : bisect(middle, 1, isInside),
  }
}

/** Its upper limit where nothing was counted: 1 − (α/(n+1))^(1/n). */
export function zeroEventUpper(trials: number, alpha: number): number {
  return trials === 0 ? 1 : -Math.expm1(Math.log(alpha / (trials + 1)) / trials)
}
