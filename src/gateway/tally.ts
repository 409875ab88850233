import { Counter, type Registry } from 'prom-client'

/** Combinations of label values; what comes later is counted under `other`. */
const seriesMax = 2_000

interface Cell<Name extends string> {
  readonly labels: Readonly<Record<Name, string>>
  count: number
}

/**
 * A counter of Prometheus that is filled when somebody asks for it: the library's own looks at its labels' names and
 * puts them in order at every step, and several are counted at every request.
 */
export class Tally<Name extends string> {
  readonly #names: readonly Name[]
  readonly #cells = new Map<string, Cell<Name>>()

  constructor(
    registry: Registry,
    about: { readonly name: string; readonly help: string; readonly labelNames: readonly Name[] },
  ) {
    this.#names = about.labelNames
    const cells = this.#cells
    registry.registerMetric(
      new Counter({
        ...about,
        labelNames: [...about.labelNames],
        registers: [],
        collect() {
          this.reset()
          for (const { labels, count } of cells.values()) this.inc(labels, count)
        },
      }),
    )
  }

  add(labels: Readonly<Record<Name, string>>, count = 1): void {
    this.#cellOf(labels).count += count
  }

  #cellOf(labels: Readonly<Record<Name, string>>): Cell<Name> {
    let key = ''
    for (const name of this.#names) key += `${labels[name]}\n`
    const known = this.#cells.get(key)
    if (known !== undefined) return known
    if (this.#cells.size < seriesMax) return this.#begin(key, labels)
    return this.#cells.get(other) ?? this.#begin(other, this.#otherLabels())
  }

  #begin(key: string, labels: Readonly<Record<Name, string>>): Cell<Name> {
    const cell = { labels, count: 0 }
    this.#cells.set(key, cell)
    return cell
  }

  #otherLabels(): Readonly<Record<Name, string>> {
    return Object.fromEntries(this.#names.map((name) => [name, 'other'])) as Record<Name, string>
  }
}

/** Is no key of label values, which each end with a line feed. */
const other = 'other'
