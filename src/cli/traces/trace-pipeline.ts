import type { TracedCall } from '../../gateway/index.ts'
import type { TraceSettings } from './trace-settings.ts'

/** From facts of calls to one receiver. */
export interface TracePipeline {
  /** All of its spans, or none where it throws. */
  take(call: TracedCall): void
  /** Sends what waits. */
  close(): Promise<void>
}

export interface PipelineParts {
  readonly settings: TraceSettings
  readonly version: string
  /** Another one for every process. */
  readonly instance: string
  readonly onSettled: (settled: Settled) => void
}

/** What became of spans; `problem` null: the receiver took them. */
export interface Settled {
  readonly sent: number
  readonly dropped: number
  readonly problem: string | null
}
