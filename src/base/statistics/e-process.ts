import { hold } from './hold.ts'
import { logMeanExp, timesLog } from './distributions.ts'

/**
 * Evidence that may be looked at after every task: capital of a bettor against H0 "mean difference ≤ −margin". Under H0 its
 * chance ever to reach 1/α is at most α (Ville), whenever one stops. Mixture of K = 20 bets λ_k = (k + ½)/K · .99/(1 − m);
 * the mirrored process bets against "mean difference ≥ −margin" with λ_k = (k + ½)/K · .99/(1 + m). Waudby-Smith and Ramdas
 * (2024), JRSS-B 86:1–27; Ramdas et al. (2023), Statistical Science 38.
 *
 * A cap on a share of bad events is the same process: H0 "share ≥ cap" is mean(−event) ≤ −cap.
 */
const bets = 20
const boldness = 0.99

function betOf(index: number, most: number): number {
  return ((index + 0.5) / bets) * (boldness / most)
}

/** ln E_pass and ln E_fail of pass/fail tasks: they depend on b, c and n alone, so order does not matter. */
export function passFailEvidence(
  counts: {
    readonly tasks: number
    readonly candidateOnly: number
    readonly incumbentOnly: number
  },
  margin: number,
): { readonly logPass: number; readonly logFail: number } {
  const { tasks, candidateOnly: b, incumbentOnly: c } = counts
  hold(b + c <= tasks && margin >= 0 && margin < 1, 'b + c ≤ n and a margin from 0 to below 1')
  const ties = tasks - b - c
  const pass = new Float64Array(bets)
  const fail = new Float64Array(bets)
  for (let index = 0; index < bets; index++) {
    const up = betOf(index, 1 - margin)
    pass[index] =
      timesLog(b, 1 + up * (1 + margin)) +
      timesLog(ties, 1 + up * margin) +
      timesLog(c, 1 - up * (1 - margin))
    const down = betOf(index, 1 + margin)
    fail[index] =
      timesLog(b, 1 - down * (1 + margin)) +
      timesLog(ties, 1 - down * margin) +
      timesLog(c, 1 + down * (1 - margin))
  }
  return { logPass: logMeanExp(pass), logFail: logMeanExp(fail) }
}

/** All that has to be kept between two looks; plain numbers, so that it can be stored as JSON and gone on with. */
export interface EProcessState {
  readonly margin: number
  /** Bets made: tasks, or whole clusters. */
  readonly count: number
  /** ln of each bettor's capital. */
  readonly pass: readonly number[]
  readonly fail: readonly number[]
  /** ln of the highest mixture so far, the basis of p = min(1, 1/max E). */
  readonly highestPass: number
  readonly highestFail: number
}

export function startEProcess(margin: number): EProcessState {
  hold(margin >= 0 && margin < 1, 'a margin from 0 to below 1')
  const zeros = Array.from({ length: bets }, () => 0)
  return { margin, count: 0, pass: zeros, fail: zeros, highestPass: 0, highestFail: 0 }
}

/**
 * Goes on by differences in [−1, 1], in their order. A caller whose tasks come in clusters gives one value a cluster, the
 * sum of (difference + margin) over its tasks by the largest cluster's size less the margin: tasks that move together
 * are one bet.
 */
export function advanceEProcess(
  state: EProcessState,
  differences: Iterable<number>,
): EProcessState {
  const { margin } = state
  const pass = Float64Array.from(state.pass)
  const fail = Float64Array.from(state.fail)
  let { count, highestPass, highestFail } = state
  for (const difference of differences) {
    hold(difference >= -1 && difference <= 1, 'a difference from −1 to 1')
    count++
    const gain = difference + margin
    for (let index = 0; index < bets; index++) {
      pass[index] = (pass[index] ?? 0) + Math.log1p(betOf(index, 1 - margin) * gain)
      fail[index] = (fail[index] ?? 0) + Math.log1p(-betOf(index, 1 + margin) * gain)
    }
    highestPass = Math.max(highestPass, logMeanExp(pass))
    highestFail = Math.max(highestFail, logMeanExp(fail))
  }
  return { margin, count, pass: [...pass], fail: [...fail], highestPass, highestFail }
}

/** ln E_pass and ln E_fail as they stand now, not at their highest. */
export function evidenceOf(state: EProcessState): {
  readonly logPass: number
  readonly logFail: number
} {
  return { logPass: logMeanExp(state.pass), logFail: logMeanExp(state.fail) }
}

/** One bet for a whole cluster: Σ(D + m)/M − m, at least −1, with M the largest cluster of the task set. */
export function clusterBet(sum: number, size: number, margin: number, largestSize: number): number {
  hold(size <= largestSize, 'no cluster is larger than the largest')
  return (sum + size * margin) / largestSize - margin
}

/** The ways bets are sized, for simulations that keep capital in typed arrays. */
export function betSizes(margin: number): {
  readonly pass: Float64Array
  readonly fail: Float64Array
} {
  const indexes = Array.from({ length: bets }, (_, index) => index)
  return {
    pass: Float64Array.from(indexes, (index) => betOf(index, 1 - margin)),
    fail: Float64Array.from(indexes, (index) => betOf(index, 1 + margin)),
  }
}
