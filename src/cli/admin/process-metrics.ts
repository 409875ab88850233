import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client'
import { version } from '../installation.ts'

/** The figures of the gateway with those of its process, in the text format of Prometheus. */
export function processMetrics(
  registry: Registry,
  hasLoadProblem: () => boolean,
  hasStoreProblem: () => Promise<boolean>,
) {
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'holdfast_build_info',
    help: '1, with the version of holdfast',
    labelNames: ['version'],
    aggregator: 'max',
    registers: [registry],
  }).set({ version: version() }, 1)
  registry.registerMetric(
    new Gauge({
      aggregator: 'max',
      name: 'holdfast_load_problem',
      help: '1: the last change of files or store could not be loaded, and what was in force before still is',
      registers: [],
      collect() {
        this.set(hasLoadProblem() ? 1 : 0)
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      aggregator: 'max',
      name: 'holdfast_store_problem',
      help: '1: the store cannot be read now: changes of callers, routes and circuits do not arrive',
      registers: [],
      async collect() {
        this.set((await hasStoreProblem()) ? 1 : 0)
      },
    }),
  )
  return async () => ({ contentType: registry.contentType, text: await registry.metrics() })
}
