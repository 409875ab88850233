import { Counter, type Registry } from 'prom-client'
import { KeyTree } from './key-tree.ts'

/** Combinations of label values; what comes later is counted under `other`. */
const seriesMax = 2_000

/** Values of labels, in the order of their names. */
type Values<Names extends readonly string[]> = { readonly [At in keyof Names]: string }

interface Cell<Names extends readonly string[]> {
  readonly values: Values<Names>
  count: number
}

/**
 * A counter of Prometheus that is filled when somebody asks for it: the library's own looks at its labels' names and
 * puts them in order at every step, and several are counted at every request.
 */
export class Tally<const Names extends readonly string[]> {
  readonly #cells = new KeyTree<Cell<Names>>()
  readonly #other: Cell<Names>

  constructor(
    registry: Registry,
    about: { readonly name: string; readonly help: string; readonly labelNames: Names },
  ) {
    const { labelNames } = about
    const cells = this.#cells
    const rest = { values: labelNames.map(() => 'other') as unknown as Values<Names>, count: 0 }
    this.#other = rest
    registry.registerMetric(
      new Counter({
        ...about,
        labelNames: [...labelNames],
        registers: [],
        collect() {
          this.reset()
          for (const { values, count } of rest.count === 0 ? cells.values : [...cells.values, rest])
            this.labels(...values).inc(count)
        },
      }),
    )
  }

  add(values: Values<Names>, count = 1): void {
    this.#cellOf(values).count += count
  }

  #cellOf(values: Values<Names>): Cell<Names> {
    const known = this.#cells.find(values)
    if (known !== null) return known
    if (this.#cells.values.length >= seriesMax) return this.#other
    const cell = { values, count: 0 }
    this.#cells.add(values, cell)
    return cell
  }
}
