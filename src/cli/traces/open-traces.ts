import { dirname } from 'node:path'
import type { Registry } from 'prom-client'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { version } from '../installation.ts'
import { leaveWhen } from '../leave.ts'
import { TraceExport } from './trace-export.ts'

export interface OpenTraces {
  readonly configPath: string
  readonly config: HoldfastConfig
  readonly registry: Registry
  /** Another one for every process. */
  readonly instance: string
  readonly warn: (message: string) => void
}

/** Traces as holdfast.yaml wants them; the libraries for it are loaded when it wants any. */
export async function openTraces(parts: OpenTraces): Promise<TraceExport> {
  const { configPath, config, registry, instance, warn } = parts
  const traces = new TraceExport({
    folder: dirname(configPath),
    environment: process.env,
    registry,
    version: version(),
    instance,
    warn,
    open: async (settings) => new (await import('./span-pipeline.ts')).SpanPipeline(settings),
  })
  await traces.configure(config)
  // A receiver that does not answer must not keep the process.
  leaveWhen(() => traces.isBusy)
  return traces
}
