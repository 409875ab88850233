import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const hour = 3_600

/** Figures on trials that run by themselves and on verdicts that end. No label names a workflow. */
export class TrialMetrics {
  readonly #ended: Counter<'result'>
  readonly #running: Gauge
  readonly #seconds: Histogram
  readonly #next: Gauge
  readonly #invalidated: Counter<'reason'>

  constructor(registry: Registry) {
    const registers = [registry]
    this.#ended = new Counter({
      name: 'holdfast_trial_runs_total',
      help: 'Scheduled runs of trials that have come to an end: done, failed or stopped',
      labelNames: ['result'],
      registers,
    })
    this.#running = new Gauge({
      name: 'holdfast_trial_running',
      help: 'Scheduled runs of trials under way on this machine',
      registers,
    })
    this.#seconds = new Histogram({
      name: 'holdfast_trial_run_duration_seconds',
      help: 'How long a scheduled run took',
      buckets: [60, 10 * 60, hour, 4 * hour, 12 * hour, 24 * hour],
      registers,
    })
    this.#next = new Gauge({
      name: 'holdfast_trial_next_run_timestamp_seconds',
      help: 'When the next scheduled run is due; 0: none is scheduled',
      aggregator: 'max',
      registers,
    })
    this.#invalidated = new Counter({
      name: 'holdfast_trial_verdicts_invalidated_total',
      help: 'Verdicts that were ended before their day, by what is another now',
      labelNames: ['reason'],
      registers,
    })
  }

  started(): void {
    this.#running.inc()
  }

  ended(result: 'done' | 'failed' | 'stopped', seconds: number): void {
    this.#running.dec()
    this.#ended.inc({ result })
    this.#seconds.observe(seconds)
  }

  /** Milliseconds since 1970; null: none. */
  nextAt(at: number | null): void {
    this.#next.set(at === null ? 0 : at / 1000)
  }

  invalidated(reason: string): void {
    this.#invalidated.inc({ reason })
  }
}
