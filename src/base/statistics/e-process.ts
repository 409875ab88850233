import { logMeanExp } from './log-mean-exp.ts'

const bets = 20
/** A bet never loses everything: so much of what it could. */
const boldness = 0.99

/**
 * Evidence that may be looked at after every task, whenever one likes, and stopped (a test martingale by betting;
 * Waudby-Smith and Ramdas, JRSS-B 2024; Ville's inequality). Of differences D in [−1, 1], candidate less incumbent:
 * `pass` bets that the candidate is not worse by the margin, E = (1/K) Σ_k Π (1 + λ_k (D + m)); `fail` that it is.
 * Each is kept as logarithms of K wealths, λ_k = (k + ½)/K · 0.99/(1 ∓ m).
 */
export class EProcess {
  readonly #margin: number
  readonly #pass: Float64Array
  readonly #fail: Float64Array

  /** `margin`: 0 to 1, both excluded. */
  constructor(margin: number) {
    this.#margin = margin
    this.#pass = new Float64Array(bets)
    this.#fail = new Float64Array(bets)
  }

  /** One more task, or so many with the same difference. */
  add(difference: number, count = 1): void {
    const surplus = difference + this.#margin
    for (let k = 0; k < bets; k += 1) {
      const share = ((k + 0.5) / bets) * boldness
      this.#pass[k] =
        (this.#pass[k] ?? 0) + count * Math.log1p((share / (1 - this.#margin)) * surplus)
      this.#fail[k] =
        (this.#fail[k] ?? 0) + count * Math.log1p((-share / (1 + this.#margin)) * surplus)
    }
  }

  /** Natural logarithm of the evidence that the candidate is not worse by the margin. */
  get logPass(): number {
    return logMeanExp(this.#pass)
  }

  /** Natural logarithm of the evidence that it is. */
  get logFail(): number {
    return logMeanExp(this.#fail)
  }
}

/** Evidence of tasks that are passed or not: it depends on the counts alone, not on their order. */
export function eValues(
  {
    candidateOnly,
    incumbentOnly,
    size,
  }: {
    readonly candidateOnly: number
    readonly incumbentOnly: number
    readonly size: number
  },
  margin: number,
): { readonly pass: number; readonly fail: number } {
  const process = new EProcess(margin)
  process.add(1, candidateOnly)
  process.add(0, size - candidateOnly - incumbentOnly)
  process.add(-1, incumbentOnly)
  return { pass: Math.exp(process.logPass), fail: Math.exp(process.logFail) }
}

/** The first number of tasks at which, with no task on which the two differ, the evidence reaches 1/alpha. */
export function firstPassingSize(margin: number, alpha: number): number {
  const process = new EProcess(margin)
  for (let n = 1; ; n += 1) {
    process.add(0)
    if (process.logPass >= -Math.log(alpha)) return n
  }
}
