import { betSizes } from '../../base/statistics/e-process.ts'

/** The e-process of `base` in multiplications, for millions of looks; a value far from 1/α never needs logarithms. */
export class EvidenceRace {
  readonly #margin: number
  readonly #needed: number
  readonly #neededFail: number
  readonly #betsPass: Float64Array
  readonly #betsFail: Float64Array
  readonly #pass: Float64Array
  readonly #fail: Float64Array
  bets = 0
  state: 'open' | 'passed' | 'failed' = 'open'

  constructor(margin: number, alpha: number, beta: number) {
    const { pass, fail } = betSizes(margin)
    this.#margin = margin
    this.#betsPass = pass
    this.#betsFail = fail
    this.#pass = new Float64Array(pass.length).fill(1)
    this.#fail = new Float64Array(fail.length).fill(1)
    this.#needed = pass.length / alpha
    this.#neededFail = fail.length / beta
  }

  get isOpen(): boolean {
    return this.state === 'open'
  }

  restart(): void {
    this.#pass.fill(1)
    this.#fail.fill(1)
    this.bets = 0
    this.state = 'open'
  }

  /** One bet by a difference in [−1, 1]. */
  add(difference: number): void {
    const gain = difference + this.#margin
    const pass = this.#pass
    const fail = this.#fail
    let ofPass = 0
    let ofFail = 0
    for (let index = 0; index < pass.length; index++) {
      const up = (pass[index] ?? 0) * (1 + (this.#betsPass[index] ?? 0) * gain)
      pass[index] = up
      ofPass += up
      const down = (fail[index] ?? 0) * (1 - (this.#betsFail[index] ?? 0) * gain)
      fail[index] = down
      ofFail += down
    }
    this.bets++
    if (ofPass >= this.#needed) this.state = 'passed'
    else if (ofFail >= this.#neededFail) this.state = 'failed'
  }
}
