import {
  AggregatorRegistry,
  type MetricObjectWithValues,
  type MetricValue,
  type Registry,
} from 'prom-client'
import type { Fleet } from './fleet.ts'

type Figures = readonly MetricObjectWithValues<MetricValue<string>>[]

/**
 * The figures of all processes of the machine as if they were one. What processes that have ended had counted goes on
 * to count, as they told it last: a sum that falls would be taken for a restart of all.
 */
export class MachineFigures {
  readonly #own: Registry
  #ended: Figures = []

  constructor(own: Registry) {
    this.#own = own
  }

  /** Figures that a process told before it ended: what it counted stays, what it was is past. */
  async keep(figures: unknown): Promise<void> {
    const counted = (figures as Figures).filter(({ type }) => isCounted(type))
    this.#ended = await added([this.#ended, counted]).getMetricsAsJSON()
  }

  async read(fleet: Fleet): Promise<{ readonly contentType: string; readonly text: string }> {
    const own = await this.#own.getMetricsAsJSON()
    const others = (await fleet.figures()) as readonly Figures[]
    const registry = added([own, ...others, this.#ended])
    return { contentType: registry.contentType, text: await registry.metrics() }
  }
}

function added(all: readonly Figures[]): Registry {
  return AggregatorRegistry.aggregate(all.map((figures) => [...figures]))
}

/** The library gives kinds as words, whatever its types say. */
function isCounted(kind: unknown): boolean {
  return kind === 'counter' || kind === 'histogram'
}
